/* What is chosen and shown, and the address that says so. */
function refresh(world, rows = ROWS) {
  const { markets, state, data } = world;
  world.benchmark = markets.benchmarks[state.benchmark];
  const [least, most] = { all: [0, Infinity], smaller: data.band, large: [data.band[1] + 1, Infinity] }[state.band];
  const inBand = (i) => markets.population[i] >= least && markets.population[i] <= most;
  const inCountry = (i) => state.countries.size === 0 || state.countries.has(markets.country[i]);
  const named = (i) => state.only === null || state.only.has(markets.market_id[i]);
  const quiet = (i) => UNJUDGED.has(world.benchmark.class[i]) || world.benchmark.class[i] === "not covered";
  world.shows = (i) => state.classes.has(world.benchmark.class[i]) && inBand(i) && inCountry(i) && named(i) && (quiet(i) || state.evidence.has(world.benchmark.evidence[i]));
  world.inBand = inBand;
  const visible = markets.bySize.filter(world.shows);
  world.order = { quiet: visible.filter(quiet), told: visible.filter((i) => !quiet(i)), shadows: state.shadows ? markets.bySize.filter((i) => !quiet(i) && !world.shows(i)) : [] };
  world.matching = markets.byRank[state.benchmark].filter(world.shows);
  world.rows = rows;
  world.listed = world.matching.slice(0, rows);
  world.isListed = new Set(world.listed);
  fillSummary(world); fillLists(world); fillCounts(world); fillRanking(world); fillCountries(world);
  if (state.chosen !== null && !byId("hl-card").hidden) fillCard(world, state.chosen);
  world.layer.repaint();
}
// in a frame without panel the page around it shows a card of its own
function choose(world, i, { fly = true, tell = true, focus = false, card = document.documentElement.dataset.panel !== "off" } = {}) {
  world.state.chosen = i;
  if (card) fillCard(world, i); else byId("hl-card").hidden = true;
  if (innerWidth <= 760) openSheet(false);
  document.querySelectorAll("[data-at]").forEach((row) => row.setAttribute("aria-current", String(Number(row.dataset.at) === i)));
  if (fly) flyTo(world, i); else uncover(world, i);
  world.layer.repaint();
  link(world);
  if (focus) byId("hl-card").focus({ preventScroll: true });
  if (tell) tellParent({ type: "hinterland:select", market: world.markets.market_id[i] });
}
function release(world, { tell = true } = {}) {
  const row = document.querySelector('[data-at][aria-current="true"]');
  world.state.chosen = null;
  byId("hl-card").hidden = true;
  document.querySelectorAll("[data-at]").forEach((each) => each.setAttribute("aria-current", "false"));
  world.layer.repaint();
  link(world);
  if (tell) tellParent({ type: "hinterland:select", market: null });
  if (row) row.focus({ preventScroll: true });
}
function flyTo(world, i) {
  const { map, markets } = world, shape = world.outlines.get(i);
  const closest = { country: 5, region: 6.5 }[world.data.level] || 8;
  let zoom = Math.max(map.getZoom(), closest);
  if (shape) zoom = Math.min(zoom, Math.max(5, Math.log2(0.45 * map.getSize().x / (256 * Math.max(shape.box[2] - shape.box[0], 1e-6)))));
  const target = map.project([markets.latitude[i], markets.longitude[i]], zoom).add(cardShift());
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) map.setView(map.unproject(target, zoom), zoom, { animate: false });
  else map.flyTo(map.unproject(target, zoom), zoom, { duration: 0.9 });
}
function cardShift() { // the card hides a part of the map: aim at the middle of what stays visible
  if (byId("hl-card").hidden) return [0, 0];
  const card = byId("hl-card").getBoundingClientRect(), main = byId("hl-main").getBoundingClientRect();
  if (isSheet(card, main)) return [0, Math.max(0, main.bottom - card.top) / 2];
  const legend = byId("hl-legend"), left = legend.open ? legend.getBoundingClientRect().right : main.left;
  return [(main.left + main.right - Math.min(left, main.left + main.width / 2) - Math.max(card.left, main.left + main.width / 2)) / 2, 0];
}
const isSheet = (card, main) => card.width > 0.6 * main.width; // at the foot of a narrow map
function uncover(world, i) { // a market chosen on the map must not end up beneath its own card
  const card = byId("hl-card").getBoundingClientRect(), main = byId("hl-main").getBoundingClientRect();
  const { x, y } = world.map.latLngToContainerPoint([world.markets.latitude[i], world.markets.longitude[i]]);
  const over = x + main.left > card.left - 30, under = y + main.top > card.top - 30;
  if (isSheet(card, main) && under) world.map.panBy([0, y + main.top - card.top + 80]);
  if (!isSheet(card, main) && over && y + main.top < card.bottom + 30) world.map.panBy([x + main.left - card.left + 80, 0]);
}
function link(world) {
  const { chosen, benchmark, band, classes, evidence } = world.state, said = new URLSearchParams();
  if (chosen !== null) said.set("market", world.markets.market_id[chosen]);
  if (benchmark !== world.firstBenchmark) said.set("benchmark", benchmark);
  if (band !== "all") said.set("size", band);
  if (classes.size < CLASSES.length) said.set("show", CLASSES.filter((kind) => classes.has(kind)).join(",").replaceAll(" ", "-"));
  if (evidence.size < EVIDENCE.length) said.set("evidence", EVIDENCE.filter((kind) => evidence.has(kind)).join(","));
  if (document.documentElement.dataset.panel === "off") said.set("panel", "off");
  try { history.replaceState(null, "", `#${said}`); } catch { /* some frames forbid it; the link is a comfort */ }
}
function follow(world) {
  const { state, markets } = world, said = new URLSearchParams(location.hash.slice(1)), i = markets.at.get(said.get("market"));
  const listed = (name, all) => new Set(said.has(name) ? all.filter((kind) => said.get(name).split(",").includes(kind.replaceAll(" ", "-"))) : all);
  const wanted = { benchmark: markets.benchmarks[said.get("benchmark")] ? said.get("benchmark") : state.benchmark, band: said.get("size") === "smaller" ? "smaller" : "all", classes: listed("show", CLASSES), evidence: listed("evidence", EVIDENCE) };
  if (!Object.entries(wanted).every(([name, value]) => String([...value]) === String([...state[name]]))) {
    Object.assign(state, wanted);
    tick(world);
    refresh(world);
  }
  if (i !== undefined && i !== state.chosen) choose(world, i, { tell: false });
}
