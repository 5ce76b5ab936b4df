/* The panel: a market by any of its names. */
async function searcher({ markets }) { // other names are many: unpacked when somebody looks for one
  const names = await unpack("names");
  const keys = markets.market.map((name, i) => `\n${plainly(name)}${names[i] ? `;${plainly(names[i])}` : ""}`.replace(/;\s*/g, "\n"));
  const score = (key, wanted) => (key.includes(`\n${wanted}\n`) || key.endsWith(`\n${wanted}`) ? 0 : key.includes(`\n${wanted}`) ? 1 : key.includes(` ${wanted}`) || key.includes(`-${wanted}`) ? 2 : key.includes(wanted) ? 3 : 9);
  return (wanted) => {
    const found = markets.bySize.map((i) => [score(keys[i], wanted), i]).filter(([points]) => points < 9);
    return found.sort((a, b) => a[0] - b[0]).slice(0, 8).map(([, i]) => ({ i, also: plainly(markets.market[i]).includes(wanted) ? "" : names[i].split(";").find((name) => plainly(name).includes(wanted)) }));
  };
}
function armSearch(world) {
  const input = byId("hl-find"), list = byId("hl-found");
  let found = [], active = -1, search = null;
  const ready = () => { search = search || searcher(world); return search; };
  const mark = (at) => {
    active = at;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `hl-option-${at}`); else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); };
  const take = (at) => { if (found[at] === undefined) return; input.value = world.markets.market[found[at].i]; close(); choose(world, found[at].i); };
  const offer = async () => {
    const find = await ready(), wanted = plainly(input.value.trim());
    found = wanted ? find(wanted) : [];
    list.replaceChildren(...found.map((one, at) => option(world, one, at, () => take(at))));
    list.hidden = found.length === 0;
    byId("hl-found-none").hidden = found.length > 0 || !input.value.trim();
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", () => { openSheet(true); ready(); });
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (found.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length); }
    if (event.key === "Enter") { event.preventDefault(); (list.hidden ? offer() : Promise.resolve()).then(() => take(Math.max(active, 0))); }
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
  });
}
function option(world, { i, also }, at, onTake) {
  const { markets, benchmark } = world;
  const where = [markets.region[i], landOf(markets, i)].filter(Boolean).join(", ");
  const rank = known(benchmark.rank[i]) ? ` · ${say("rank {rank}", { rank: show(benchmark.rank[i]) })}` : "";
  const item = make("li", { id: `hl-option-${at}`, role: "option", "aria-selected": "false" },
    named("span", markets.market[i]), named("small", `${where} · ${say("{count} people", { count: people(markets.population[i]) })}${rank}${also ? ` · ${say("also called {name}", { name: also })}` : ""}`));
  item.addEventListener("mousedown", (event) => { event.preventDefault(); onTake(); });
  return item;
}
