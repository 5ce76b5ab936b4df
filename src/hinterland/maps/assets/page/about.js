/* The head and the foot of the page: cautions, method, credits, settings. */
function fillAbout(world) {
  const { data } = world, footer = byId("hl-about");
  const words = (name) => name.replaceAll("_", " ");
  const list = (items) => make("ul", {}, ...items);
  const table = (entries) => make("dl", { class: "hl-facts" }, ...entries.flatMap(([name, value]) => [make("dt", {}, words(name)), named("dd", value)]));
  const numbers = (counts) => Object.entries(counts).map(([name, count]) => [name, Number.isInteger(count) ? show(count) : String(count)]);
  if (data.warnings.length) footer.append(make("h2", { id: "hl-warnings" }, say("Notes about this list")), list(data.warnings.map(({ sentence }) => dress(named("li", sentence, "hl-warned"), {}, []))));
  footer.append(make("h2", {}, say("Method")), make("p", {}, say("Creators are counted per market and compared with what is normal for its size and country (a Gamma-Poisson model, zeros included). A likely range holds the truth in {interval} of cases; what the list cannot judge is not ranked. At the very top, luck plays a part: a true rank there may lie outside its range. Followers are not residents.", { interval: percent(Math.round(100 * data.interval)) })));
  footer.append(...[make("h2", {}, say("Data")), list(data.credits.filter(({ what }) => what !== "Boundaries").map(credit)), sourcesOf(data.credits.filter(({ what }) => what === "Boundaries"))].filter(Boolean));
  const settings = Object.entries(data.settings).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
  const run = make("details", {}, make("summary", {}, say("This run: counts, model, settings")), table([...numbers(data.counts), ...numbers(data.located), ...numbers(data.model), ...settings.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)])]));
  footer.append(make("h2", {}, say("Run")), run, make("p", {}, say("Hinterland {version}, settings {settings}.", { version: data.version, settings: data.settings_hash })));
}
const CREDITS = { Countries: later("Countries"), Places: later("Places"), "Map program": later("Map program"), "public domain": later("public domain") };
const credit = ({ what, source, licence }) => named("li", `${say(CREDITS[what] || what)}: ${source}${licence ? ` (${say(CREDITS[licence] || licence)})` : ""}`);
function sourcesOf(credits) {
  if (!credits.length) return "";
  const told = credits.map(({ source, licence }) => (licence ? `${source} (${licence})` : source)).join(" · ");
  return make("details", { id: "hl-sources" }, make("summary", {}, credits.length === 1 ? say("1 source of boundaries") : say("{count} sources of boundaries", { count: show(credits.length) })), named("p", told));
}
function fillHead(world) {
  const { data } = world, button = byId("hl-cautions"), count = data.warnings.length;
  document.title = data.title;
  byId("hl-title").textContent = data.title;
  byId("hl-credit").textContent = [...new Set(data.credits.map(({ source }) => source))].slice(0, 2).concat("Leaflet").join(" · ");
  button.hidden = count === 0;
  button.textContent = count === 1 ? say("1 note about this list ↓") : say("{count} notes about this list ↓", { count });
  button.addEventListener("click", () => { openSheet(true); byId("hl-about").focus({ preventScroll: true }); byId("hl-about").scrollIntoView({ block: "start" }); });
  byId("hl-trust").hidden = !data.trust;
  if (!data.trust) return;
  byId("hl-trust").dataset.level = data.trust.level;
  byId("hl-trust-verdict").textContent = data.trust.verdict;
  byId("hl-trust-check").textContent = data.trust.check;
}
