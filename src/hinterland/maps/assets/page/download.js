/* The rows shown, as CSV without formulas. */
const defuse = (text) => {
  const clean = String(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return /^[=+\-@|%＝＋－＠]/.test(clean) ? `'${clean}` : clean;
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
