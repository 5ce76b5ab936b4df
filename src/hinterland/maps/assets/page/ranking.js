/* The panel: summary, the two short lists, and ranking. */
function fillSummary({ data, state }) {
  byId("hl-summary").textContent = data.findings[state.benchmark];
}
function fillCounts(world) {
  const counts = Object.fromEntries(CLASSES.map((kind) => [kind, 0]));
  const evidence = Object.fromEntries(EVIDENCE.map((kind) => [kind, 0])), bands = BAND_WORDS.map(() => 0);
  for (let i = 0; i < world.markets.count; i += 1) if (world.inBand(i)) counts[world.benchmark.class[i]] += 1;
  for (const i of world.order.told) { evidence[world.benchmark.evidence[i]] += 1; bands[shadeOf(world.benchmark, i)] += 1; }
  const tell = (label, count) => { label.textContent = show(count, count < 1000 ? whole : short); };
  document.querySelectorAll("#hl-evidence [data-count]").forEach((label) => tell(label, evidence[label.dataset.count]));
  document.querySelectorAll("#hl-legend [data-band]").forEach((label) => tell(label, bands[label.dataset.band]));
  for (const label of document.querySelectorAll("#hl-class [data-count]")) tell(label, counts[label.dataset.count]);
}
function fillLists(world) { // the under-served markets to look at first, whatever the filters show
  const { data, markets, state, benchmark } = world, lists = data.lists[state.benchmark] || [], holder = byId("hl-lists");
  holder.hidden = lists.every((list) => list.markets.length === 0);
  holder.replaceChildren(...lists.map(({ title, markets: ids }, at) => {
    const heading = make("h2", { id: `hl-list-${at}` }, title), places = ids.map((id) => markets.at.get(id));
    const entries = places.map((i) => make("li", {}, entry(world, i, "hl-entry", markets.country[i] === markets.market[i] ? "" : landOf(markets, i), reasonOf(benchmark, markets, i))));
    const rows = entries.length ? make("ol", {}, ...entries) : make("p", {}, say("None is clearly under-served in this list."));
    return make("section", { "aria-labelledby": `hl-list-${at}` }, heading, rows);
  }));
}
function reasonOf(benchmark, markets, i) { // creators against normal, and how sure
  const range = known(benchmark.saturation[i]) ? say("likely {range}", { range: `${show(benchmark.saturation_low[i])}–${percent(benchmark.saturation_high[i])}` }) : "";
  return [foundOf(markets, benchmark, i), range, say("how sure: {level}", { level: say(benchmark.evidence[i]) })].filter(Boolean).join(" · ");
}
const foundOf = (markets, benchmark, i) => `${known(markets.creators[i]) && markets.creators[i] === 1 ? creatorsOf(1) : say("{count} creators", { count: inWhole(markets.creators[i]) })}, ${say("{count} normal", { count: few(benchmark.expected_creators[i]) })}`;
function entry(world, i, kind, where, reason) {
  const button = make("button", { type: "button", class: kind, "aria-current": String(i === world.state.chosen), "data-at": i },
    named("strong", world.markets.market[i]), where ? named("span", where) : "", make("small", {}, reason));
  button.addEventListener("click", () => choose(world, i));
  return button;
}
function measureOf(world) {
  if (world.data.sort === "confidence") return { title: say("Most likely under-served"), note: say("Ranked by the chance of having less than half the creators that are normal."), column: "p_underserved", text: chance };
  return { title: say("Most room for new creators"), note: say("Ranked by the people you could newly reach there."), column: "unmet_audience", text: people };
}
function fillRanking(world) {
  const measure = measureOf(world), rows = byId("hl-rows"), top = Math.max(...world.listed.map((i) => world.benchmark[measure.column][i] || 0), 1e-9);
  byId("hl-ranking-title").textContent = measure.title;
  byId("hl-ranking-note").textContent = world.matching.length < world.markets.byRank[world.state.benchmark].length ? `${measure.note} ${say("Ranks are among all markets.")}` : measure.note;
  rows.replaceChildren(...world.listed.map((i) => make("li", {}, row(world, i, measure, top))));
  byId("hl-empty").hidden = world.matching.length > 0;
  byId("hl-more").hidden = world.matching.length <= world.rows;
  byId("hl-download").hidden = world.matching.length === 0;
}
function row(world, i, measure, top) {
  const { markets, benchmark, state } = world, value = benchmark[measure.column][i];
  const where = [markets.region[i], landOf(markets, i)].filter((name) => name && name !== markets.market[i]).at(-1);
  const under = `${where ? `${where} · ` : ""}${foundOf(markets, benchmark, i)}`;
  const width = Math.max(2, (74 * Math.max(value || 0, 0)) / top);
  const bar = draw("svg", { "aria-hidden": "true", viewBox: "0 0 74 6" }, draw("rect", { width, height: 6, rx: 3 }));
  const button = make("button", { type: "button", class: "hl-row", "aria-current": String(i === state.chosen), "data-at": i },
    make("span", { class: "hl-place" }, show(benchmark.rank[i])), named("span", markets.market[i], "hl-name"),
    make("span", { class: "hl-value" }, measure.text(value)), named("span", under, "hl-under"), make("span", { class: "hl-bar" }, bar));
  button.title = markets.market[i];
  button.addEventListener("click", () => choose(world, i));
  return button;
}
function walkRows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = [...document.querySelectorAll(".hl-row")];
  const next = step && rows[rows.indexOf(document.activeElement) + step];
  if (next) { event.preventDefault(); next.focus(); }
}
function fillCountries(world) { // what the map shows of countries, as a table
  const { state, levels } = world, holder = byId("hl-countries");
  holder.hidden = state.benchmark !== "global" || levels.size < 2;
  if (holder.hidden || holder.dataset.filled) return;
  const rows = [...levels].sort(([, a], [, b]) => a.level - b.level);
  const line = ([id, { name, level, low, high }]) => make("tr", {}, dress(named("th", spoken.lands[id] || name), { scope: "row" }, []), make("td", {}, percent(level)), make("td", {}, `${show(low)}–${percent(high)}`));
  const head = make("tr", {}, ...[say("Country"), say("Level"), say("Likely")].map((text) => make("th", { scope: "col" }, text)));
  byId("hl-levels").append(make("thead", {}, head), make("tbody", {}, ...rows.map(line)));
  holder.dataset.filled = "yes";
}
