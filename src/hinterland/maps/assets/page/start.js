/* The start: everything read, laid out and made to listen. */
function openSheet(open) {
  byId("hl-panel").classList.toggle("hl-open", open);
  byId("hl-handle").setAttribute("aria-expanded", String(open));
  byId("hl-handle-text").textContent = open ? say("Hide the ranking") : say("Show the ranking");
  if (!open) byId("hl-panel").scrollTop = 0;
}
// so many at most are a shortlist or a plan: each of them is to be seen
const FEW = 100;
function fitMarkets({ map, markets, benchmark }, among) {
  const covered = (among || markets.bySize.filter((i) => benchmark.class[i] !== "not covered")).slice(0, 4000);
  const sorted = (column) => covered.map((i) => column[i]).sort((a, b) => a - b);
  const cut = (values, share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
  if (covered.length === 0) { map.setView([22, 10], 2); return; }
  const lat = sorted(markets.latitude), lon = sorted(markets.longitude);
  const west = cut(lon, 0.01), east = cut(lon, 0.99);
  if (!among && covered.length > FEW && east - west > 190) map.setView([34, 2], Math.max(1.5, Math.min(2.5, Math.log2(map.getSize().x / 256))), { animate: false });
  else map.fitBounds([[cut(lat, 0.01), west], [cut(lat, 0.99), east]], { padding: [30, 30], maxZoom: 9, animate: false });
}
function mendMarkers() { // Leaflet looks for its marker picture beside its style sheet; in this file it is in the sheet
  const probe = make("i", { class: "leaflet-default-icon-path" });
  document.body.append(probe);
  const iconUrl = getComputedStyle(probe).backgroundImage.replace(/^url\(["']?|["']?\)$/g, "");
  probe.remove();
  L.Icon.Default.imagePath = "";
  L.Icon.Default.mergeOptions({ iconUrl, iconRetinaUrl: null, shadowUrl: NO_PICTURE });
}
function stayPut(container) { // Leaflet focuses the map when it is pressed: a page around it must not scroll, or the click misses
  container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
}
function repose(world, printing) { // on paper nothing lies over the map: show the market in its middle, and the legend
  const { map, markets, state, before } = world, legend = byId("hl-legend"), sources = byId("hl-sources");
  if (printing) world.before = { view: [map.getCenter(), map.getZoom()], open: legend.open };
  legend.open = printing || before.open;
  if (sources) sources.open = printing;
  world.paint = paints();
  map.invalidateSize({ animate: false });
  if (!printing) map.setView(...before.view, { animate: false });
  else if (state.chosen !== null) map.setView([markets.latitude[state.chosen], markets.longitude[state.chosen]], map.getZoom(), { animate: false });
  world.layer._update(); // at once: the page is printed before the next frame
}
function tellParent(said) { if (window.parent !== window) window.parent.postMessage(said, "*"); }
function viewOf({ map }) { return { latitude: map.getCenter().lat, longitude: map.getCenter().lng, zoom: map.getZoom() }; }
function tellView(world) {
  const view = viewOf(world), seen = JSON.stringify(view);
  if (world.seen !== seen && !world.told) tellParent({ type: "hinterland:view", ...view });
  world.seen = seen;
}
function asTold(world, move) { // told, not moved by hand: nothing to tell back
  world.told = true;
  move();
  world.told = false;
}
function obey(world, { type, market, benchmark, filter, latitude, longitude, zoom }) {
  if (type === "hinterland:select") select(world, market, benchmark);
  if (type === "hinterland:sift") sift(world, filter);
  if (type === "hinterland:look" && [latitude, longitude, zoom].every(Number.isFinite)) {
    asTold(world, () => world.map.setView([latitude, longitude], zoom, { animate: false }));
  }
  if (type === "hinterland:embed") embed(world, benchmark);
}
function select(world, market, benchmark) { // the page around it has chosen a market, or none (null), and perhaps another benchmark
  const { state, markets } = world, i = markets.at.get(market);
  if (markets.benchmarks[benchmark] && benchmark !== state.benchmark) { state.benchmark = benchmark; tick(world); refresh(world); }
  if (i !== undefined && i !== state.chosen) choose(world, i, { tell: false });
  if (market === null && state.chosen !== null) release(world, { tell: false });
}
function embed(world, benchmark) { // in a page that has a panel of its own
  document.documentElement.dataset.panel = "off";
  asTold(world, () => world.map.invalidateSize({ animate: false }));
  if (world.markets.benchmarks[benchmark]) { world.state.benchmark = benchmark; tick(world); refresh(world); }
  asTold(world, () => fitMarkets(world));
  tellParent({ type: "hinterland:embedded", ...viewOf(world) });
}
function armFrame(world) {
  window.addEventListener("hashchange", () => follow(world));
  window.addEventListener("message", ({ source, data }) => { if (source === window.parent && data) obey(world, data); });
  world.map.on("moveend", () => tellView(world));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && world.state.chosen !== null) release(world); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { world.paint = paints(); world.layer.repaint(); });
  matchMedia("print").addEventListener("change", ({ matches }) => repose(world, matches));
  byId("hl-skip").addEventListener("click", (event) => { event.preventDefault(); byId("hl-ranking").focus(); });
  byId("hl-rows").addEventListener("keydown", walkRows);
  byId("hl-more").addEventListener("click", () => refresh(world, world.rows + ROWS));
  byId("hl-download").addEventListener("click", () => download(world));
  byId("hl-clear").addEventListener("click", () => clearFilters(world));
  byId("hl-handle").addEventListener("click", () => openSheet(!byId("hl-panel").classList.contains("hl-open")));
}
async function start(map) {
  const data = read("about"), [raw, land, rings, levels, spots] = await Promise.all(["markets", "countries", "boundaries", "levels", "spots"].map(unpack));
  const markets = decodeMarkets(raw);
  const firstBenchmark = markets.benchmarks[data.benchmark] ? data.benchmark : Object.keys(markets.benchmarks)[0];
  const world = {
    map, data, markets, firstBenchmark, benchmark: markets.benchmarks[firstBenchmark], paint: paints(),
    countries: decodeCountries(land), outlines: decodeOutlines(rings), levels: decodeLevels(levels), spots: decodeSpots(spots),
    family: getComputedStyle(byId("hl-find")).fontFamily,
    largest: Math.max(1, markets.population[markets.bySize[0]] || 1),
    state: { ...unfiltered(), benchmark: firstBenchmark, chosen: null, outlines: true, levels: true, creators: false, spots: false, shadows: false },
    before: null, order: { quiet: [], told: [], shadows: [] }, listed: [], isListed: new Set(), shows: () => true,
  };
  if (new URLSearchParams(location.hash.slice(1)).get("panel") === "off") document.documentElement.dataset.panel = "off";
  byId("hl").hidden = false;
  byId("hl-main").prepend(map.getContainer());
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", say("Map of markets; the same facts are in the ranking and the search"));
  stayPut(map.getContainer());
  map.invalidateSize({ animate: false });
  fitMarkets(world);
  world.layer = makeLayer(world).addTo(map);
  fillHead(world); fillLegend(world); fillFilters(world); fillAbout(world);
  armSearch(world); armTip(world); armFrame(world);
  refresh(world);
  follow(world);
  return { choose: (id) => choose(world, markets.at.get(id)), csv: () => csvOf(world), painted: () => world.painted };
}
async function open(map) {
  speak(read("about").speech);
  mendMarkers(); // at once: what a folium user adds is drawn before the data are unpacked
  if (!window.DecompressionStream) { document.body.append(make("p", { class: "hl-noscript" }, say("This page needs a browser of 2023 or later."))); return; }
  hinterland.page = await start(map);
  document.documentElement.dataset.hinterland = "ready";
  tellParent({ type: "hinterland:ready" });
}
