/* The panel: a market by any of its names. */
function searcher(markets) {
  let keys = null;
  const prepare = () => markets.market.map((name, i) => `\n${plainly(name)}${markets.names[i] ? `;${plainly(markets.names[i])}` : ""}`.replace(/;\s*/g, "\n"));
  const score = (key, wanted) => (key.includes(`\n${wanted}\n`) || key.endsWith(`\n${wanted}`) ? 0 : key.includes(`\n${wanted}`) ? 1 : key.includes(` ${wanted}`) || key.includes(`-${wanted}`) ? 2 : key.includes(wanted) ? 3 : 9);
  return (typed) => {
    const wanted = plainly(typed.trim());
    if (!wanted) return [];
    keys = keys || prepare();
    const found = markets.bySize.map((i) => [score(keys[i], wanted), i]).filter(([points]) => points < 9);
    return found.sort((a, b) => a[0] - b[0]).slice(0, 8).map(([, i]) => i);
  };
}
function armSearch(world) {
  const input = byId("hl-find"), list = byId("hl-found"), search = searcher(world.markets);
  let found = [], active = -1;
  const mark = (at) => {
    active = at;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `hl-option-${at}`); else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); };
  const take = (at) => { if (found[at] === undefined) return; input.value = world.markets.market[found[at]]; close(); choose(world, found[at]); };
  const offer = () => {
    found = search(input.value);
    list.replaceChildren(...found.map((i, at) => option(world, i, at, plainly(input.value.trim()), () => take(at))));
    list.hidden = found.length === 0;
    byId("hl-found-none").hidden = found.length > 0 || !input.value.trim();
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(found.length ? 0 : -1);
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", () => openSheet(true));
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (found.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length); }
    if (event.key === "Enter" && !list.hidden) { event.preventDefault(); take(Math.max(active, 0)); }
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
  });
}
function otherName(names, wanted) {
  const found = names.split(";").find((name) => plainly(name).includes(wanted));
  return found ? ` · also called ${found}` : "";
}
function option(world, i, at, wanted, onTake) {
  const { markets, lens } = world;
  const where = [markets.region[i], markets.country[i]].filter(Boolean).join(", ");
  const also = plainly(markets.market[i]).startsWith(wanted) ? "" : otherName(markets.names[i], wanted);
  const rank = known(lens.rank[i]) ? ` · rank ${show(lens.rank[i])}` : "";
  const item = make("li", { id: `hl-option-${at}`, role: "option", "aria-selected": "false" },
    named("span", markets.market[i]), named("small", `${where} · ${people(markets.population[i])} people${rank}${also}`));
  item.addEventListener("mousedown", (event) => { event.preventDefault(); onTake(); });
  return item;
}
