/* The legend, and the tip under the pointer. */
function fillLegend(world) {
  const item = (swatch, text, kind = "", count = "") => make("li", { class: kind }, swatch, text, count);
  const band = (text, at) => item(make("span", { class: `hl-swatch hl-band hl-s${at}` }), say(text), "", make("span", { class: "hl-number hl-shown", "data-band": at }));
  const sign = (at) => make("span", { class: "hl-swatch" }, make("span", { class: `hl-mark hl-c${at}` }));
  const fades = make("span", { class: "hl-swatch hl-fades" }, ...[2, 1, 0].map((at) => make("span", { class: `hl-mark hl-f${at}` })));
  byId("hl-legend-body").append(
    make("p", {}, say("Creators found, compared with what is normal for a place of its size")),
    make("ul", {}, ...BAND_WORDS.map(band), item(sign(4), say("too little data to say"), "hl-apart"), item(sign(5), say("not covered by this list")), item(fades, say("fainter = less sure")), ...(world.data.home.codes.length ? [item(make("span", { class: "hl-swatch hl-at-home" }), say("where you sell today"))] : []), item(make("span", { class: "hl-swatch hl-dashed" }), say("dashed = modelled boundary"))),
    make("div", { class: "hl-sizes", id: "hl-sizes" }));
  const steps = BAND_WORDS.map((_, at) => make("span", { class: `hl-s${at}` }));
  byId("hl-scale").append(make("span", { class: "hl-steps" }, ...steps), ...[say("fewer"), say("normal"), say("more")].map((word) => make("span", {}, word)));
  sizeKey(world);
  world.map.on("zoomend", () => sizeKey(world));
}
function sizeKey(world) {
  const zoom = world.map.getZoom(), steps = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
  const radius = (population) => LARGEST * Math.sqrt(population / world.largest) * 2 ** (0.36 * (Math.min(zoom, 8) - 2));
  const fit = steps.filter((population) => radius(population) >= 2.5 && radius(population) <= 26 && population <= world.largest).slice(-2);
  const tall = 2 * radius(fit.at(-1) || 1) + 3;
  const picture = draw("svg", { width: 200, height: Math.max(tall, 14), "aria-hidden": "true" });
  let x = 2;
  for (const population of fit) {
    const r = radius(population);
    picture.append(draw("circle", { cx: x + r, cy: tall - r - 1.5, r }), draw("text", { x: x + 2 * r + 4, y: tall - 3 }, show(population, brief)));
    x += 2 * r + 44;
  }
  byId("hl-sizes").replaceChildren(make("p", {}, say("circle area = people living there")), picture);
}
function armTip(world) {
  const tip = byId("hl-tip"), { map, layer } = world, holder = map.getContainer();
  let last = null;
  const hide = () => { tip.hidden = true; last = null; holder.classList.remove("hl-hit"); };
  map.on("mousemove", (event) => {
    const i = layer.find(event.layerPoint, 3);
    if (i === null) { hide(); return; }
    if (i !== last) tip.replaceChildren(...tipLines(world, i));
    last = i; tip.hidden = false; holder.classList.add("hl-hit");
    const size = map.getSize(), { x, y } = event.containerPoint;
    tip.style.transform = `translate(${Math.min(x + 14, size.x - tip.offsetWidth - 8)}px, ${y + 18 + tip.offsetHeight > size.y ? y - tip.offsetHeight - 12 : y + 18}px)`;
  });
  map.on("mouseout movestart", hide);
  map.on("click", (event) => {
    const i = layer.find(event.layerPoint, matchMedia("(pointer: coarse)").matches ? 14 : 4);
    if (i !== null) choose(world, i, { fly: false });
  });
}
function tipLines({ markets, benchmark }, i) {
  const kind = benchmark.class[i], judged = kind !== "not covered" && !UNJUDGED.has(kind);
  const state = judged ? [say("{share} of normal", { share: percent(benchmark.saturation[i]) }), say("how sure: {level}", { level: say(benchmark.evidence[i]) })].join(" · ") : say(CLASS_WORDS[kind]);
  return [named("strong", markets.market[i]), named("span", landOf(markets, i)), make("span", {}, state), make("span", {}, `${foundOf(markets, benchmark, i)} · ${say("{count} people", { count: people(markets.population[i]) })}`)];
}
