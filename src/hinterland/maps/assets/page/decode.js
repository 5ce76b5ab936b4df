/* The data blocks to what is drawn: land, outlines, columns of markets. */
const project = (lon, lat) => {
  const sine = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};
function decodeArcs(topology) {
  const { scale, translate } = topology.transform;
  return topology.arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => {
      x += dx; y += dy;
      const lon = x * scale[0] + translate[0], lat = y * scale[1] + translate[1];
      return project(lon, lat);
    });
  });
}
const emptyBox = () => [Infinity, Infinity, -Infinity, -Infinity];
function widen(box, x, y) {
  if (x < box[0]) box[0] = x;
  if (y < box[1]) box[1] = y;
  if (x > box[2]) box[2] = x;
  if (y > box[3]) box[3] = y;
}
const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
function decodeCountries(topology) {
  const arcs = decodeArcs(topology), uses = new Uint8Array(arcs.length);
  const lands = topology.objects.countries.geometries.filter((shape) => shape.arcs).map((shape) => {
    const polygons = shape.type === "Polygon" ? [shape.arcs] : shape.arcs;
    return { ...land(polygons, arcs, uses, (shape.properties || {}).name || ""), id: String(shape.id) };
  });
  const lines = arcs.map((arc, at) => line(arc, uses[at] > 1));
  return { lands, lines };
}
function land(polygons, arcs, uses, name) {
  const path = new Path2D(), box = emptyBox();
  let main = emptyBox(), widest = 0;
  for (const ring of polygons.flat()) {
    const own = emptyBox(), points = ring.flatMap((at) => {
      uses[at < 0 ? ~at : at] += 1;
      return at < 0 ? [...arcs[~at]].reverse() : arcs[at];
    });
    trace(path, points, own);
    widen(box, own[0], own[1]); widen(box, own[2], own[3]);
    const extent = (own[2] - own[0]) * (own[3] - own[1]);
    if (extent > widest) { widest = extent; main = own; }
  }
  return { path, box, name, main };
}
function trace(path, points, box) { // a ring may cross the date line: it then runs on beyond the edge of the world
  let turn = 0, last = points[0][0];
  points.forEach(([x, y], at) => {
    if (Math.abs(x - last) > 0.5) turn += x < last ? 1 : -1;
    last = x;
    if (at) path.lineTo(x + turn, y); else path.moveTo(x, y);
    widen(box, x + turn, y);
  });
  if (turn) { path.lineTo(last + turn, 1.1); path.lineTo(points[0][0], 1.1); widen(box, last, 1.1); } // around the pole
  path.closePath();
}
function line(arc, inner) {
  const path = new Path2D(), box = emptyBox();
  arc.forEach(([x, y], at) => {
    const leap = at > 0 && Math.abs(x - arc[at - 1][0]) > 0.5, edge = at > 0 && onEdge(x) && onEdge(arc[at - 1][0]);
    if (at === 0 || leap || edge) path.moveTo(x, y); else path.lineTo(x, y);
    widen(box, x, y);
  });
  return { path, box, inner };
}
const onEdge = (x) => x < 1e-5 || x > 1 - 1e-5;
function decodeOutlines({ market, size, stream }) {
  const shapes = new Map();
  let at = 0, lon = 0, lat = 0;
  const next = () => {
    let value = 0, shift = 0, chunk;
    do { chunk = stream.charCodeAt(at++) - 63; value += (chunk & 31) * 2 ** shift; shift += 5; } while (chunk >= 32);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  market.forEach((owner, ring) => {
    const shape = shapes.get(owner) || { path: new Path2D(), box: emptyBox() };
    for (let vertex = 0; vertex < size[ring]; vertex += 1) {
      lon += next(); lat += next();
      const [x, y] = project(lon / 10000, lat / 10000);
      if (vertex) shape.path.lineTo(x, y); else shape.path.moveTo(x, y);
      widen(shape.box, x, y);
    }
    shape.path.closePath();
    shapes.set(owner, shape);
  });
  return shapes;
}
function decodeMarkets(raw) {
  const plain = (column) => (column && column.codes ? column.codes.map((code) => column.values[code]) : column);
  const decode = (columns) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, plain(column)]));
  const { benchmarks, ...shared } = raw;
  const markets = decode(shared), count = raw.market_id.length;
  markets.count = count;
  markets.benchmarks = Object.fromEntries(Object.entries(benchmarks).map(([name, columns]) => [name, decode(columns)]));
  markets.x = new Float64Array(count); markets.y = new Float64Array(count);
  for (let i = 0; i < count; i += 1) [markets.x[i], markets.y[i]] = project(markets.longitude[i], markets.latitude[i]);
  markets.at = new Map(markets.market_id.map((id, i) => [id, i]));
  markets.bySize = Array.from({ length: count }, (_, i) => i).sort((a, b) => markets.population[b] - markets.population[a]);
  markets.byRank = Object.fromEntries(Object.entries(markets.benchmarks).map(([name, benchmark]) => [name, ranked(benchmark.rank)]));
  return markets;
}
const ranked = (ranks) => ranks.map((rank, i) => [rank, i]).filter(([rank]) => known(rank)).sort((a, b) => a[0] - b[0]).map(([, i]) => i);
function decodeLevels(raw) { // the level of each country, where its interval leaves out "as the typical country" or not
  return new Map(raw.id.map((id, at) => [id, { name: raw.name[at], level: raw.level[at], low: raw.level_low[at], high: raw.level_high[at] }]));
}
function decodeSpots({ hot, cold }) {
  return new Map([...hot.map((i) => [i, "hot"]), ...cold.map((i) => [i, "cold"])]);
}
