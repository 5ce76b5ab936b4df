/* The card of one market. */
function fillCard(world, i) {
  const { markets, benchmark } = world, card = byId("hl-card");
  const where = [...new Set([markets.region[i], markets.country[i]].filter((name) => name && name !== markets.market[i]))].join(", ");
  const close = make("button", { type: "button", class: "hl-close", "aria-label": "Close" }, "×");
  close.addEventListener("click", () => release(world));
  const at = CLASSES.indexOf(benchmark.class[i]);
  const evidence = known(benchmark.expected_creators[i]) && benchmark.evidence[i] ? make("span", { class: "hl-badge" }, `${capital(benchmark.evidence[i])} evidence`) : "";
  card.replaceChildren(
    make("div", { class: "hl-card-top" }, make("h2", { id: "hl-card-name", dir: "auto" }, markets.market[i]), close),
    named("p", where, "hl-where"),
    make("p", { class: "hl-badges" }, make("span", { class: "hl-badge" }, make("span", { class: `hl-mark hl-c${at}` }), CLASS_WORDS[benchmark.class[i]] || benchmark.class[i]), evidence, spotBadge(world, i)),
    named("p", whyOf(world, i), "hl-why"),
    ...(known(benchmark.saturation[i]) ? [gauge(world, i)] : []),
    facts(mainFacts(world, i)),
    make("details", {}, make("summary", {}, "More numbers"), facts(moreFacts(world, i))));
  card.hidden = false;
  card.scrollTop = 0;
}
function spotBadge({ spots }, i) {
  if (!spots.has(i)) return "";
  const title = spots.get(i) === "hot" ? "This market and its neighbours together have more creators than size and chance explain" : "This market and its neighbours together have fewer creators than size and chance explain";
  return make("span", { class: "hl-badge", title }, make("span", { class: "hl-mark hl-spot" }), spots.get(i) === "hot" ? "Hot spot" : "Cold spot");
}
function facts(entries) {
  const list = make("dl");
  for (const [term, value, note] of entries) list.append(make("dt", {}, term), make("dd", {}, value, note ? make("small", {}, note) : ""));
  return list;
}
function mainFacts({ markets, benchmark, data, state }, i) {
  const judged = known(benchmark.rank[i]), range = !known(benchmark.rank_low[i]) ? "" : benchmark.rank_low[i] === benchmark.rank_high[i] ? `likely ${show(benchmark.rank_low[i])}` : `likely ${show(benchmark.rank_low[i])}–${show(benchmark.rank_high[i])}`;
  return [
    ["Rank", judged ? `${show(benchmark.rank[i])} of ${show(markets.byRank[state.benchmark].length)}` : "not ranked", judged ? range : ""],
    ["Creators found", few(markets.creators[i]), `${few(benchmark.expected_creators[i])} expected`],
    ["Missing creators", few(benchmark.missing_creators[i])],
    ["Unmet audience", known(benchmark.unmet_audience[i]) ? `${people(benchmark.unmet_audience[i])} people` : "—"],
    ["Population", people(markets.population[i]), `${people(markets.internet_users[i])} online`],
    [`Chance of less than ${percent(100 * data.underserved_below)}`, chance(benchmark.p_underserved[i])],
  ];
}
function moreFacts({ markets, benchmark }, i) {
  return [
    ["Audience of its creators", people(markets.audience[i]), "followers, counted once per creator"],
    ["Creators per 100,000 people", few(markets.creators_per_100k[i])],
    ["Location quotient", few(markets.location_quotient[i]), "1 = the list's average"],
    ["Audience concentration (HHI)", show(markets.audience_hhi[i]), "10,000 = one creator has it all"],
    ["Opportunity", few(benchmark.opportunity[i]), "percentile, 0–100"],
    ["Boundary", KIND_WORDS[markets.boundary_kind[i]] || markets.boundary_kind[i] || "none"],
    ["Latitude, longitude", `${markets.latitude[i].toFixed(2)}, ${markets.longitude[i].toFixed(2)}`],
    ["Market id", markets.market_id[i]],
  ];
}
function gauge(world, i) {
  const { benchmark, data } = world, wide = 308, from = Math.log2(1 / 6), span = 2 * -from;
  const place = (ratio) => (wide * (Math.max(from, Math.min(-from, Math.log2(Math.max(ratio, 1e-6)))) - from)) / span;
  const edges = [1 / 6, ...BANDS, 6].map(place);
  const bands = edges.slice(1).map((edge, at) => draw("rect", { class: `hl-g${at}`, x: edges[at], y: 24, width: edge - edges[at], height: 13 }));
  const middle = place(benchmark.saturation[i] / 100), low = place(benchmark.saturation_low[i] / 100), high = place(benchmark.saturation_high[i] / 100);
  const clamp = (x) => Math.max(58, Math.min(wide - 58, x));
  const ends = `${Math.round(100 * data.interval)}% interval ${show(benchmark.saturation_low[i])}–${percent(benchmark.saturation_high[i])}`;
  const picture = draw("svg", { viewBox: `0 0 ${wide} 66`, role: "img", "aria-label": `Saturation ${percent(benchmark.saturation[i])} of expected, ${ends}` },
    draw("text", { class: "hl-strong", x: clamp(middle), y: 13, "text-anchor": "middle" }, `${percent(benchmark.saturation[i])} of expected`), ...bands,
    draw("line", { class: "hl-tick", x1: place(1), x2: place(1), y1: 21, y2: 40 }),
    draw("line", { class: "hl-casing", x1: low - 1, x2: Math.max(high, low + 1) + 1, y1: 30.5, y2: 30.5 }),
    draw("line", { class: "hl-reach", x1: low, x2: Math.max(high, low + 1), y1: 30.5, y2: 30.5 }),
    draw("circle", { class: "hl-needle", cx: middle, cy: 30.5, r: 6 }),
    draw("text", { x: 0, y: 55 }, "fewer creators"), draw("text", { x: wide, y: 55, "text-anchor": "end" }, "more"),
    draw("text", { x: wide / 2, y: 55, "text-anchor": "middle" }, ends));
  return make("div", { class: "hl-gauge" }, picture);
}
