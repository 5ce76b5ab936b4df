/* What the page says: bands, classes, numbers, and the sentence that explains a market. */
const BANDS = [1 / 3, 1 / 2, 3 / 4, 4 / 3, 2, 3];
const BAND_WORDS = ["less than ⅓ of expected", "⅓ to ½", "½ to ¾", "¾ to 1⅓: about as expected", "1⅓ to 2 times", "2 to 3 times", "more than 3 times"];
const CLASS_WORDS = {
  "under-served": "Under-served", "no clear difference": "No clear difference", "over-saturated": "Over-saturated",
  "beyond the curve": "Beyond the curve", "insufficient data": "Too little data", "not covered": "Not covered",
};
const CLASSES = Object.keys(CLASS_WORDS);
const UNJUDGED = new Set(["beyond the curve", "insufficient data"]);
const LEVEL_WORDS = { city: ["city", "cities"], metro: ["metro area", "metro areas"], region: ["region", "regions"], country: ["country", "countries"] };
const KIND_WORDS = {
  official: "official outline", dissolved: "joined from official areas", split: "an official area, divided",
  modelled: "modelled: no official outline",
};
const FADE = { high: 0.92, medium: 0.62, low: 0.32 };
const VERY_LIKELY = 95, PROBABLY = 80; // percent
const ROWS = 25;
const OUTLINES_FROM = { country: 0, region: 4 }, OUTLINES_LATER = 7, LEVELS_UNTIL = 5.5; // zoom
const EVIDENCE = ["high", "medium", "low"];
const NO_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
const LARGEST = 27; // pixels of radius, at zoom 2
const CSV_COLUMNS = ["rank", "market_id", "market", "region", "country", "country_code", "level", "latitude", "longitude",
  "population", "internet_users", "creators", "audience", "expected_creators", "saturation", "saturation_low",
  "saturation_high", "p_underserved", "class", "missing_creators", "unmet_audience", "opportunity", "rank_low",
  "rank_high", "evidence", "creators_per_100k", "location_quotient", "audience_hhi", "boundary_kind"];

// ---------------------------------------------------------------- words and numbers
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 });
const brief = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
const show = (value, format = whole) => (known(value) ? format.format(value) : "—");
const few = (value) => show(value, known(value) && Math.abs(value) < 1 ? fine : known(value) && Math.abs(value) < 10 ? tenth : whole);
const capital = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;
const percent = (value) => (known(value) ? `${few(value)}%` : "—");
const people = (value) => show(value, known(value) && value >= 10000 ? brief : whole);
const plural = (count, one, many) => `${few(count)} ${count === 1 ? one : many}`;
const plainly = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const bandOf = (saturation) => { let at = 0; while (at < BANDS.length && saturation / 100 >= BANDS[at]) at += 1; return at; };
const chance = (p) => (!known(p) ? "—" : p > 0.99 ? "over 99%" : p < 0.01 ? "under 1%" : `${Math.round(100 * p)}%`);

function whyOf(world, i) {
  const { markets, benchmark } = world;
  const name = markets.market[i], y = markets.creators[i], expected = benchmark.expected_creators[i];
  const kind = benchmark.class[i], noun = (LEVEL_WORDS[world.data.level] || ["place"])[0];
  const home = markets.country[i] ? ` in ${markets.country[i]}` : "", where = world.data.level === "country" ? "" : world.state.benchmark === "national" ? home : " in a typical country";
  if (kind === "not covered") return `The list does not claim to cover ${name}: that it holds no creators here says nothing.`;
  const found = !known(y) ? "too few to show are" : y === 1 ? "1 creator is" : `${y ? few(y) : "no"} creators are`;
  const start = `A ${noun} of ${people(markets.population[i])} people${where} would usually have about ${plural(expected, "creator", "creators")} in this list; ${found} found.`;
  const usual = benchmark.usual_low && known(benchmark.usual_low[i]) ? ` Places like it have ${few(benchmark.usual_low[i])} to ${few(benchmark.usual_high[i])}.` : "";
  return `${start}${elsewhere(markets.possible_creators[i])}${usual} ${verdict(world, i, kind)}`;
}
function elsewhere(possible) { // creators whose place may be this one
  if (!known(possible) || possible < 1) return "";
  return ` ${plural(Math.round(possible), "more creator", "more creators")} may be here: the place they name has several meanings.`;
}
function called(p, what) { // the word follows the chance that is shown
  const shown = known(p) ? Math.round(100 * p) : 0, word = shown >= VERY_LIKELY ? "very likely " : shown >= PROBABLY ? "probably " : "";
  return `That is ${word}${what} than expected${known(p) ? ` (chance ${chance(p)})` : ""}`;
}
function verdict(world, i, kind) {
  const { benchmark, data } = world;
  if (!UNJUDGED.has(kind) && !known(benchmark.saturation[i])) return `It counts as ${CLASS_WORDS[kind].toLowerCase()}; the figures are withheld, because they would give away how many people it is about.`;
  const range = `${show(benchmark.saturation_low[i])}–${percent(benchmark.saturation_high[i])}`;
  if (kind === "beyond the curve") return "The list's largest places do not follow the curve of the others, so it cannot tell what is normal here.";
  if (kind === "insufficient data") return "So few are expected that even finding none would prove nothing.";
  const fewer = benchmark.p_fewer && known(benchmark.p_fewer[i]) ? benchmark.p_fewer[i] : null, more = fewer === null ? null : 1 - fewer;
  if (kind === "under-served") return `${called(fewer, "fewer")}; the true level is likely ${range}, and the chance that it is below ${percent(100 * data.underserved_below)} is ${chance(benchmark.p_underserved[i])}.`;
  if (kind === "over-saturated") return `${called(more, "more")}; the true level is likely ${range}: a crowded place to compete for attention.`;
  return `That is within what chance alone would bring (likely ${range}).`;
}
