/* What the page says: bands, classes, numbers, and the sentence that explains a market. */
const BANDS = [1 / 3, 1 / 2, 3 / 4, 4 / 3, 2, 3];
// a sentence in English, which `say` gives in the reader's language
const later = (text) => text;
let spoken = { lang: "en", words: {}, lands: {} };
const say = (text, values = {}) => (spoken.words[text] || text).replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
const BAND_WORDS = [
  later("less than ⅓ of normal"), later("⅓ to ½"), later("½ to ¾"), later("¾ to 1⅓: about normal"), later("1⅓ to 2 times"),
  later("2 to 3 times"), later("more than 3 times"),
];
const CLASS_WORDS = {
  "under-served": later("Under-served"), "no clear difference": later("No clear difference"), "over-saturated": later("Over-saturated"),
  "beyond the curve": later("Beyond the curve"), "insufficient data": later("Too little data"), "not covered": later("Not covered"),
};
const CLASSES = Object.keys(CLASS_WORDS);
const UNJUDGED = new Set(["beyond the curve", "insufficient data"]);
const LEVEL_WORDS = {
  city: [later("A city"), later("city"), later("cities")], metro: [later("A metro area"), later("metro area"), later("metro areas")],
  region: [later("A region"), later("region"), later("regions")], country: [later("A country"), later("country"), later("countries")],
};
const ANY_LEVEL = [later("A place"), later("market"), later("markets")];
const KIND_WORDS = {
  official: later("official outline"), dissolved: later("joined from official areas"), split: later("an official area, divided"),
  modelled: later("modelled: no official outline"),
};
const FADE = { high: 0.92, medium: 0.62, low: 0.32 };
const VERY_LIKELY = 95, PROBABLY = 80; // percent
const ROWS = 25;
const OUTLINES_FROM = { country: 0, region: 4 }, OUTLINES_LATER = 7, LEVELS_UNTIL = 5.5; // zoom
const EVIDENCE = [later("high"), later("medium"), later("low")];
const NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
const LARGEST = 27; // pixels of radius, at zoom 2
const CSV_COLUMNS = ["rank", "market_id", "market", "region", "country", "country_code", "level", "latitude", "longitude",
  "population", "internet_users", "creators", "audience", "expected_creators", "saturation", "saturation_low",
  "saturation_high", "p_underserved", "class", "missing_creators", "unmet_audience", "opportunity", "rank_low",
  "rank_high", "evidence", "creators_per_100k", "location_quotient", "audience_hhi", "boundary_kind"];

// ---------------------------------------------------------------- words and numbers
let whole, tenth, fine, short, brief, percentSign, regionNames;
function speak(speech) { // in the language of this page
  spoken = speech;
  const { lang } = spoken, format = (options) => new Intl.NumberFormat(lang, options);
  [whole, tenth, fine] = [{ maximumFractionDigits: 0 }, { maximumFractionDigits: 1 }, { maximumSignificantDigits: 2 }].map(format);
  [short, brief] = [2, 3].map((digits) => format({ notation: "compact", maximumSignificantDigits: digits }));
  percentSign = format({ style: "percent" }).formatToParts(0).filter(({ type }) => type !== "integer").map(({ value }) => value).join("");
  regionNames = new Intl.DisplayNames(lang, { type: "region", fallback: "none" });
  document.documentElement.lang = lang;
}
speak(spoken);
const landOf = (markets, i) => (spoken.lang !== "en" && markets.country_code[i] && regionNames.of(markets.country_code[i])) || markets.country[i];
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
const show = (value, format = whole) => (known(value) ? format.format(value) : "—");
const few = (value) => show(value, known(value) && Math.abs(value) < 1 ? fine : known(value) && Math.abs(value) < 10 ? tenth : whole);
const capital = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;
const percent = (value) => (known(value) ? `${few(value)}${percentSign}` : "—");
const people = (value) => show(value, known(value) && value >= 10000 ? brief : whole);
const inWhole = (count) => (!known(count) || Math.abs(count - Math.round(count)) < 0.05 ? show(count) : count < 1 ? "<1" : `≈${show(Math.round(count))}`); // parts of creators are in two places, or may be
const creatorsOf = (count) => (count === 1 ? say("{count} creator", { count: few(count) }) : say("{count} creators", { count: few(count) }));
const plainly = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const bandOf = (saturation) => { let at = 0; while (at < BANDS.length && saturation / 100 >= BANDS[at]) at += 1; return at; };
const chance = (p) => (!known(p) ? "—" : p > 0.99 ? say("over {share}", { share: percent(99) }) : p < 0.01 ? say("under {share}", { share: percent(1) }) : percent(Math.round(100 * p)));

function whyOf(world, i) {
  const { markets, benchmark } = world;
  const name = markets.market[i], y = markets.creators[i], expected = benchmark.expected_creators[i];
  const kind = benchmark.class[i], noun = say((LEVEL_WORDS[world.data.level] || ANY_LEVEL)[0]);
  const where = world.data.level === "country" ? "" : world.state.benchmark === "national" ? say(" in this country") : say(" in a typical country");
  if (kind === "not covered") return say("The list does not cover {name}, so finding no creators there says nothing about it.", { name });
  const found = !known(y) ? say("too few to show are found") : y === 1 ? say("1 creator is found") : y ? say("{count} creators are found", { count: few(y) }) : say("no creators are found");
  const start = say("{noun} of {people} people{where} would normally have about {expected} in this list; {found}.", { noun, people: people(markets.population[i]), where, expected: creatorsOf(expected), found });
  return [start, elsewhere(markets.possible_creators[i]), verdict(world, i, kind)].filter(Boolean).join(" ");
}
function elsewhere(possible) { // creators whose place may be this one
  if (!known(possible) || possible < 1) return "";
  const count = Math.round(possible);
  return count === 1 ? say("1 more creator may be here: the place they name has several meanings.") : say("{count} more creators may be here: the place they name has several meanings.", { count: few(count) });
}
const FEWER = [later("That is very likely fewer than normal"), later("That is probably fewer than normal"), later("That is fewer than normal")];
const MORE = [later("That is very likely more than normal"), later("That is probably more than normal"), later("That is more than normal")];
function called(p, words) { // the word follows the chance that is shown
  const shown = known(p) ? Math.round(100 * p) : 0, sentence = say(words[shown >= VERY_LIKELY ? 0 : shown >= PROBABLY ? 1 : 2]);
  return known(p) ? say("{sentence} (chance {chance})", { sentence, chance: chance(p) }) : sentence;
}
function verdict(world, i, kind) {
  const { benchmark } = world;
  if (!UNJUDGED.has(kind) && !known(benchmark.saturation[i])) return say("It counts as {verdict}; the figures are withheld, because they would give away how many people it is about.", { verdict: say(CLASS_WORDS[kind]).toLowerCase() });
  const range = `${show(benchmark.saturation_low[i])}–${percent(benchmark.saturation_high[i])}`;
  if (kind === "beyond the curve") return say("The list's largest places do not follow the curve of the others, so it cannot tell what is normal here.");
  if (kind === "insufficient data") return say("So few creators would be normal here that even finding none proves nothing.");
  const fewer = benchmark.p_fewer && known(benchmark.p_fewer[i]) ? benchmark.p_fewer[i] : null, more = fewer === null ? null : 1 - fewer;
  if (kind === "under-served") return say("{called}; the true level is likely {range} of normal.", { called: called(fewer, FEWER), range });
  if (kind === "over-saturated") return say("{called}; the true level is likely {range} of normal: a crowded place to compete for attention.", { called: called(more, MORE), range });
  return say("That is within what chance alone would bring (likely {range} of normal).", { range });
}
