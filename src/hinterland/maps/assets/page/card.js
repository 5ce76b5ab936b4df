/* The card of one market. */
function fillCard(world, i) {
  const { markets, benchmark } = world, card = byId("hl-card");
  const where = [...new Set([markets.region[i], landOf(markets, i), scopeOf(world, i)].filter((name) => name && name !== markets.market[i]))].join(" · ");
  const close = make("button", { type: "button", class: "hl-close", "aria-label": say("Close") }, "×");
  close.addEventListener("click", () => release(world));
  const at = CLASSES.indexOf(benchmark.class[i]);
  const evidence = known(benchmark.expected_creators[i]) && benchmark.evidence[i] ? make("span", { class: "hl-badge" }, say("How sure: {level}", { level: say(benchmark.evidence[i]) })) : "";
  card.replaceChildren(
    make("div", { class: "hl-card-top" }, make("h2", { id: "hl-card-name", dir: "auto" }, markets.market[i]), close),
    named("p", where, "hl-where"),
    make("p", { class: "hl-badges" }, make("span", { class: "hl-badge" }, make("span", { class: `hl-mark hl-c${at}` }), say(CLASS_WORDS[benchmark.class[i]] || benchmark.class[i])), evidence, spotBadge(world, i)),
    named("p", whyOf(world, i), "hl-why"),
    ...(known(benchmark.saturation[i]) ? [gauge(world, i)] : []),
    facts(mainFacts(world, i)),
    make("details", {}, make("summary", {}, say("More numbers")), facts(moreFacts(world, i))));
  card.hidden = false;
  card.scrollTop = 0;
}
function scopeOf({ data, markets }, i) { // only where the brand says where it sells
  if (!data.home.codes.length) return "";
  return data.home.codes.includes(markets.country_code[i]) ? say("at home") : say("abroad");
}
function spotBadge({ spots }, i) {
  if (!spots.has(i)) return "";
  const title = spots.get(i) === "hot" ? say("This market and its neighbours together have more creators than size and chance explain") : say("This market and its neighbours together have fewer creators than size and chance explain");
  return make("span", { class: "hl-badge", title }, make("span", { class: "hl-mark hl-spot" }), spots.get(i) === "hot" ? say("Hot spot") : say("Cold spot"));
}
function facts(entries) {
  const list = make("dl");
  for (const [term, value, note] of entries) list.append(make("dt", {}, term), make("dd", {}, value, note ? make("small", {}, note) : ""));
  return list;
}
function mainFacts({ markets, benchmark, data, state }, i) {
  const judged = known(benchmark.rank[i]), range = !known(benchmark.rank_low[i]) ? "" : benchmark.rank_low[i] === benchmark.rank_high[i] ? say("likely {range}", { range: show(benchmark.rank_low[i]) }) : say("likely {range}", { range: `${show(benchmark.rank_low[i])}–${show(benchmark.rank_high[i])}` });
  return [
    [say("Rank"), judged ? say("{rank} of {count}", { rank: show(benchmark.rank[i]), count: show(markets.byRank[state.benchmark].length) }) : say("not ranked"), judged ? range : ""],
    [say("Creators found"), few(markets.creators[i]), say("{count} would be normal", { count: few(benchmark.expected_creators[i]) })],
    [say("Missing creators"), few(benchmark.missing_creators[i])],
    [say("People you could newly reach"), known(benchmark.unmet_audience[i]) ? say("{count} people", { count: people(benchmark.unmet_audience[i]) }) : "—"],
    [say("Residents"), people(markets.population[i]), say("{count} online", { count: people(markets.internet_users[i]) })],
    [say("Chance of less than {share}", { share: percent(100 * data.underserved_below) }), chance(benchmark.p_underserved[i]), say("of normal")],
  ];
}
function moreFacts({ markets, benchmark }, i) {
  return [
    [say("Audience of its creators"), people(markets.audience[i]), say("followers, counted once per creator")],
    [say("Creators per 100,000 people"), few(markets.creators_per_100k[i])],
    [say("Location quotient"), few(markets.location_quotient[i]), say("1 = the list's average")],
    [say("Audience concentration (HHI)"), show(markets.audience_hhi[i]), say("10,000 = one creator has it all")],
    [say("Opportunity"), few(benchmark.opportunity[i]), say("percentile, 0–100")],
    [say("Boundary"), say(KIND_WORDS[markets.boundary_kind[i]] || markets.boundary_kind[i] || later("none"))],
    [say("Latitude, longitude"), `${markets.latitude[i].toFixed(2)}, ${markets.longitude[i].toFixed(2)}`],
    [say("Market id"), markets.market_id[i]],
  ];
}
function gauge(world, i) {
  const { benchmark } = world, wide = 308, from = Math.log2(1 / 6), span = 2 * -from;
  const place = (ratio) => (wide * (Math.max(from, Math.min(-from, Math.log2(Math.max(ratio, 1e-6)))) - from)) / span;
  const edges = [1 / 6, ...BANDS, 6].map(place);
  const bands = edges.slice(1).map((edge, at) => draw("rect", { class: `hl-g${at}`, x: edges[at], y: 24, width: edge - edges[at], height: 13 }));
  const middle = place(benchmark.saturation[i] / 100), low = place(benchmark.saturation_low[i] / 100), high = place(benchmark.saturation_high[i] / 100);
  const clamp = (x) => Math.max(58, Math.min(wide - 58, x));
  const share = percent(benchmark.saturation[i]);
  const ends = say("likely {range}", { range: `${show(benchmark.saturation_low[i])}–${percent(benchmark.saturation_high[i])}` });
  const picture = draw("svg", { viewBox: `0 0 ${wide} 66`, role: "img", "aria-label": say("Creators vs. normal: {share}, {ends}", { share, ends }) },
    draw("text", { class: "hl-strong", x: clamp(middle), y: 13, "text-anchor": "middle" }, say("{share} of normal", { share })), ...bands,
    draw("line", { class: "hl-tick", x1: place(1), x2: place(1), y1: 21, y2: 40 }),
    draw("line", { class: "hl-casing", x1: low - 1, x2: Math.max(high, low + 1) + 1, y1: 30.5, y2: 30.5 }),
    draw("line", { class: "hl-reach", x1: low, x2: Math.max(high, low + 1), y1: 30.5, y2: 30.5 }),
    draw("circle", { class: "hl-needle", cx: middle, cy: 30.5, r: 6 }),
    draw("text", { x: 0, y: 55 }, say("fewer creators")), draw("text", { x: wide, y: 55, "text-anchor": "end" }, say("more")),
    draw("text", { x: wide / 2, y: 55, "text-anchor": "middle" }, ends));
  return make("div", { class: "hl-gauge" }, picture);
}
