/* The rows shown, as CSV without formulas: the rule of escape_formula, which writes all other files. */
const FORMULA =
  /^[\s\u200c\u200d\ufe00-\ufe0f]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05\ufe66\ufe62\ufe63\ufe6b\ufe6a\u2212\u207a-\u207c]/;
const defuse = (text) => {
  const clean = String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffe\uffff]/gu, " ")
    .replace(/[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, "");
  return FORMULA.test(clean) ? `'${clean}` : clean;
};
const cell = (value) => (known(value) ? String(value) : typeof value === "string" ? `"${defuse(value).replaceAll('"', '""')}"` : "");
const LAST_COLUMNS = ["possible_creators", "population_error"];
function csvOf(world) {
  const { markets, benchmark, state } = world;
  const line = (i) => [...CSV_COLUMNS.map((name) => cell((benchmark[name] || markets[name])[i])), cell(state.benchmark), ...LAST_COLUMNS.map((name) => cell(markets[name][i]))].join(",");
  return `\ufeff${[[...CSV_COLUMNS, "benchmark", ...LAST_COLUMNS].join(","), ...world.listed.map(line)].join("\r\n")}\r\n`;
}
function download(world) {
  const url = URL.createObjectURL(new Blob([csvOf(world)], { type: "text/csv" }));
  const anchor = make("a", { href: url, download: `hinterland-${world.state.benchmark}-${world.state.band}.csv` });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
