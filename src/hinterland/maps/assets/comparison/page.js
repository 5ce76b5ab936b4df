/* Two maps in frames that cannot see this page: they say what was chosen and where they look, and are told the same. */
const SHOWN = 100;
function frameOf(side, text) {
  const frame = make("iframe", { title: say("Map: {name}", { name: side.name }), sandbox: "allow-scripts allow-downloads allow-modals" });
  frame.srcdoc = text;
  return frame;
}
function place(sides, pages) {
  const frames = sides.map((side) => frameOf(side, pages[side.page]));
  byId("hc-maps").append(...sides.map((side, at) => make("figure", {}, named("figcaption", side.name), frames[at])));
  return frames;
}
function listen(sides, frames, onReady) {
  const first = [];
  const tell = (at, said) => frames[at].contentWindow.postMessage(said, "*");
  window.addEventListener("message", ({ source, data }) => {
    const at = frames.findIndex((frame) => frame.contentWindow === source);
    if (at < 0 || !data) return;
    if (data.type === "hinterland:ready") tell(at, { type: "hinterland:embed", benchmark: sides[at].benchmark });
    if (data.type === "hinterland:embedded") { first[at] = data; if (first[0] && first[1]) { tell(1, { ...first[0], type: "hinterland:look" }); onReady(); } }
    if (data.type === "hinterland:select") { tell(1 - at, { type: "hinterland:select", market: data.market }); mark(data.market); }
    if (data.type === "hinterland:view" && byId("hc-together").checked) tell(1 - at, { ...data, type: "hinterland:look" });
  });
  return (market) => { tell(0, { type: "hinterland:select", market }); tell(1, { type: "hinterland:select", market }); mark(market); };
}
function mark(market) {
  document.querySelectorAll("#hc-rows tr").forEach((row) => row.setAttribute("aria-selected", String(row.dataset.market === market)));
}
const said = ({ kind, mid, low, high }) => (!kind ? say("not in this one") : !known(mid) ? say(CLASS_WORDS[kind] || kind) : `${say(CLASS_WORDS[kind])} · ${percent(mid)} (${show(low)}–${percent(high)})`);
function fillRows(changes, choose) {
  const wanted = plainly(byId("hc-find").value.trim()), apart = byId("hc-apart").checked;
  const found = changes.filter((change) => (!apart || change.apart) && plainly(`${change.market} ${change.country}`).includes(wanted));
  byId("hc-rows").replaceChildren(...found.slice(0, SHOWN).map((change) => rowOf(change, choose)));
  byId("hc-none").hidden = found.length > 0;
  byId("hc-more").textContent = found.length > SHOWN ? say("The first {count} of {all}; find the others by name.", { count: SHOWN, all: show(found.length) }) : "";
}
function rowOf(change, choose) {
  const button = named("button", change.market);
  button.type = "button";
  button.addEventListener("click", () => choose(change.market_id));
  const mark_ = (kind) => make("span", { class: `hl-mark hl-c${CLASSES.indexOf(kind)}` });
  const cell = (side) => make("td", {}, side.kind ? mark_(side.kind) : "", ` ${said(side)}`);
  const verdict = change.apart ? say("apart") : say("overlap");
  return make("tr", { "data-market": change.market_id, "aria-selected": "false" }, make("th", { scope: "row" }, button, named("small", change.country)), cell(change.before), cell(change.after), make("td", {}, verdict));
}
function changesOf(raw) {
  const side = (at, name) => ({ kind: raw[`class_${name}`][at], mid: raw[`saturation_${name}`][at], low: raw[`saturation_low_${name}`][at], high: raw[`saturation_high_${name}`][at] });
  return raw.market_id.map((market_id, at) => ({ market_id, market: raw.market[at], country: raw.country[at], apart: raw.apart[at], before: side(at, "before"), after: side(at, "after") }));
}
async function open() {
  speak(read("comparison").speech);
  if (!window.DecompressionStream) { document.body.append(make("p", { class: "hc-noscript" }, say("This page needs a browser of 2023 or later."))); return; }
  const { title, summary, sides } = read("comparison"), [pages, raw] = await Promise.all(["pages", "changes"].map(unpack));
  document.title = title;
  byId("hc-title").textContent = title;
  byId("hc-summary").textContent = summary;
  byId("hc-head").append(make("tr", {}, ...[say("Market"), sides[0].name, sides[1].name, say("Intervals")].map((text) => dress(named("th", text), { scope: "col" }, []))));
  byId("hc").hidden = false;
  const changes = changesOf(raw), fill = () => fillRows(changes, choose);
  const choose = listen(sides, place(sides, pages), () => { fill(); document.documentElement.dataset.hinterland = "ready"; });
  byId("hc-find").addEventListener("input", fill);
  byId("hc-apart").addEventListener("change", fill);
}
