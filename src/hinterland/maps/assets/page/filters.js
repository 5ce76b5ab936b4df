/* The panel: what to show; and the layers, chosen beneath the legend. */
const BENCHMARKS = [
  ["national", later("For its country"), later("Each market against others of its own country")], ["global", later("Worldwide"), later("Each market against a typical country")],
];
const LAYERS = [
  ["outlines", later("Boundaries"), "hl-outline", ({ outlines }) => outlines.size > 0],
  ["creators", later("Creators, summed"), "hl-sum", () => true],
  ["spots", later("Hot and cold spots"), "hl-spot", ({ spots }) => spots.size > 0],
  ["levels", later("Level of countries"), "hl-c0", ({ levels }) => levels.size > 1],
];
function choices(holder, name, options, onChange) {
  const list = make("div", { class: "hl-choices" });
  for (const [value, text, title] of options) {
    const input = make("input", { type: "radio", name, value });
    input.addEventListener("change", () => onChange(value));
    list.append(make("label", { title }, input, make("span", {}, text)));
  }
  holder.append(list);
}
function fillFilters(world) {
  const { state, data, markets } = world;
  const change = (name) => (value) => { state[name] = value; tick(world); refresh(world); link(world); };
  const offered = BENCHMARKS.filter(([name]) => markets.benchmarks[name]).map(([name, text, title]) => [name, say(text), say(title)]);
  choices(byId("hl-benchmark"), "hl-benchmark", offered, change("benchmark"));
  byId("hl-benchmark").hidden = offered.length < 2;
  const between = (join) => `${show(data.band[0], brief)}${join}${show(data.band[1], brief)}`;
  choices(byId("hl-band"), "hl-band", [["all", say("All"), say("Every size")], ["smaller", say("Smaller: {range}", { range: between("–") }), say("{count} people", { count: between("–") })]], change("band"));
  byId("hl-band").hidden = !markets.population.some((people) => people >= data.band[0] && people <= data.band[1]) || data.level === "country";
  chips(byId("hl-class"), CLASSES.map((kind, at) => [kind, say(CLASS_WORDS[kind]), `hl-c${at}`]), toggle(world, state, "classes"));
  chips(byId("hl-evidence"), EVIDENCE.map((kind, at) => [kind, capital(say(kind)), `hl-e${at}`]), toggle(world, state, "evidence"));
  fillLayers(world);
  tick(world);
}
const toggle = (world, state, name) => (kind, on) => {
  if (on) state[name].add(kind); else state[name].delete(kind);
  refresh(world); link(world);
};
function chips(holder, kinds, onChange) {
  const list = make("div", { class: "hl-chip-list" });
  for (const [kind, text, mark] of kinds) {
    const input = make("input", { type: "checkbox", value: kind });
    input.addEventListener("change", () => onChange(kind, input.checked));
    const number = make("span", { class: "hl-number", "data-count": kind });
    list.append(make("label", {}, input, make("span", { class: "hl-chip" }, make("span", { class: `hl-mark ${mark}` }), text, number)));
  }
  holder.append(list);
}
function fillLayers(world) {
  const offered = LAYERS.filter(([, , , there]) => there(world)).map(([name, text, mark]) => [name, say(text), mark]);
  chips(byId("hl-layer-list"), offered, (name, on) => { world.state[name] = on; world.layer.repaint(); });
}
function tick({ state }) { // the controls say what the state says, whoever changed it
  const on = (holder, has) => document.querySelectorAll(`#${holder} input`).forEach((input) => { input.checked = has(input.value); });
  on("hl-benchmark", (value) => value === state.benchmark);
  on("hl-band", (value) => value === state.band);
  on("hl-class", (value) => state.classes.has(value));
  on("hl-evidence", (value) => state.evidence.has(value));
  on("hl-layer-list", (value) => state[value]);
  const levels = document.querySelector('#hl-layer-list input[value="levels"]');
  if (levels) levels.closest("label").hidden = state.benchmark !== "global";
}
const unfiltered = () => ({ band: "all", classes: new Set(CLASSES), evidence: new Set(EVIDENCE), countries: new Set(), only: null });
function sift(world, filter) { // as the ranking beside this map is sifted: what does not fit stays as a shadow
  if (JSON.stringify(filter) === world.sifted) return;
  const first = world.sifted === undefined;
  world.sifted = JSON.stringify(filter);
  const { classes, evidence, size, countries, markets } = filter;
  const some = (chosen, all) => new Set(chosen.length ? chosen : all);
  Object.assign(world.state, { band: size, classes: some(classes, CLASSES), evidence: some(evidence, EVIDENCE), countries: new Set(countries), only: markets && new Set(markets), shadows: true });
  refresh(world);
  const fitting = markets ? world.markets.bySize.filter(world.shows) : world.matching;
  if ((markets || countries.length || !first) && fitting.length) asTold(world, () => fitMarkets(world, fitting));
}
function clearFilters(world) {
  Object.assign(world.state, unfiltered());
  tick(world);
  refresh(world);
  link(world);
  byId("hl-ranking").focus();
}
