/* The canvas: land, outlines, circles, and what lies under a pointer. */
function paints() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: ink("sea"), land: ink("land"), coast: ink("coast"), border: ink("border"), label: ink("label"), place: ink("place"),
    halo: ink("halo"), rim: ink("rim"), hollow: ink("hollow"), home: ink("home"), homeLine: ink("home-line"), focus: ink("focus"), ink: ink("ink"),
    bands: Array.from({ length: 7 }, (_, at) => ink(`b${at}`)), hatch: hatch(ink("hollow")),
  };
}
function hatch(color) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 5;
  const ctx = tile.getContext("2d");
  ctx.strokeStyle = color;
  ctx.beginPath();
  for (const at of [-5, 0, 5]) { ctx.moveTo(at - 1, 6); ctx.lineTo(at + 6, -1); }
  ctx.stroke();
  return ctx.createPattern(tile, "repeat");
}
const radiusOf = (world, i, zoom) => LARGEST * Math.sqrt(world.markets.population[i] / world.largest) * 2 ** (0.36 * (Math.min(zoom, 8) - 2));

function makeLayer(world) {
  const Layer = L.Renderer.extend({
    options: { padding: 0.3, pane: "overlayPane" },
    _initContainer() { this._container = make("canvas", { "aria-hidden": "true" }); this._ctx = this._container.getContext("2d"); },
    _destroyContainer() { cancelAnimationFrame(this._frame); this._container.remove(); },
    _updatePaths() {},
    getEvents() { return { ...L.Renderer.prototype.getEvents.call(this), move: this._follow, moveend: this._settle }; },
    _onZoomEnd() {},
    _settle() { this._update(); },
    _follow() {
      const bounds = this._map.getBounds().pad(-0.02), drawn = this._shown;
      if (!this._map._animatingZoom && drawn && !drawn.contains(bounds)) this._update();
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize(), dense = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._shown = L.latLngBounds(this._map.layerPointToLatLng(this._bounds.min), this._map.layerPointToLatLng(this._bounds.max));
      this._container.width = size.x * dense; this._container.height = size.y * dense;
      this._container.style.width = `${size.x}px`; this._container.style.height = `${size.y}px`;
      this._drawn = this._map.getZoom();
      this.paint(dense);
    },
    repaint() { cancelAnimationFrame(this._frame); this._frame = requestAnimationFrame(() => this._map && this._update()); },
    paint(dense) {
      const start = performance.now(), zoom = this._map.getZoom(), scale = 256 * 2 ** zoom;
      const corner = this._map.getPixelOrigin().add(this._bounds.min), size = this._bounds.getSize();
      const view = { ctx: this._ctx, dense, zoom, scale, left: corner.x, top: corner.y, width: size.x, height: size.y };
      const west = this._map.containerPointToLayerPoint([0, 0]).x - this._bounds.min.x;
      view.window = [west, west + this._map.getSize().x];
      view.box = [corner.x / scale, corner.y / scale, (corner.x + size.x) / scale, (corner.y + size.y) / scale];
      this.hits = paintAll(world, view);
      world.painted = performance.now() - start;
    },
    find(layerPoint, reach) {
      const point = layerPoint.subtract(this._bounds.min);
      return nearest(this.hits, point.x, point.y, reach);
    },
  });
  return new Layer();
}
function copiesOf(box) {
  const copies = [];
  for (let shift = Math.floor(box[0]) - 1; shift <= Math.floor(box[2]) + 1; shift += 1) copies.push(shift);
  return copies;
}
function paintAll(world, view) {
  const { ctx, dense } = view, hits = { cells: new Map(), list: [], labels: new Map() };
  ctx.setTransform(dense, 0, 0, dense, 0, 0);
  ctx.clearRect(0, 0, view.width, view.height);
  const labels = { taken: [], wanted: [] };
  for (const shift of copiesOf(view.box)) {
    const box = [view.box[0] - shift, view.box[1], view.box[2] - shift, view.box[3]];
    const place = (x, y) => [(x + shift) * view.scale - view.left, y * view.scale - view.top];
    paintCountries(world, view, box, shift);
    if (outlined(world, view.zoom)) paintOutlines(world, view, box, shift);
    paintCircles(world, { ...view, box, place }, hits, labels);
    nameCountries(world, { ...view, box, place }, labels);
  }
  paintLabels(world, view, labels, hits);
  return hits;
}
function toWorld({ ctx, dense, scale, left, top }, shift) {
  ctx.setTransform(dense * scale, 0, 0, dense * scale, dense * (shift * scale - left), -dense * top);
}
function paintCountries(world, view, box, shift) {
  const { ctx, scale, zoom } = view, { lands, lines } = world.countries, { paint } = world;
  ctx.save();
  toWorld(view, shift);
  for (const land of lands) {
    if (!meets(land.box, box)) continue;
    ctx.fillStyle = paint.land;
    ctx.fill(land.path, "evenodd");
    if (zoom < LEVELS_UNTIL && world.data.home.ids.includes(land.id)) { ctx.fillStyle = paint.home; ctx.fill(land.path, "evenodd"); }
    if (zoom < LEVELS_UNTIL) paintLevel(world, ctx, land);
  }
  for (const line of lines) {
    if (!meets(line.box, box)) continue;
    ctx.lineWidth = (line.inner ? 1 : 0.8) / scale;
    ctx.strokeStyle = line.inner ? paint.border : paint.coast;
    ctx.stroke(line.path);
  }
  ctx.lineWidth = 1.2 / scale;
  ctx.strokeStyle = paint.homeLine;
  for (const { id, path } of lands) if (world.data.home.ids.includes(id)) ctx.stroke(path);
  ctx.restore();
}
function paintLevel(world, ctx, { id, path }) {
  const said = world.state.levels && world.state.benchmark === "global" ? world.levels.get(id) : undefined;
  if (!said) return;
  const told = said.low > 100 || said.high < 100;
  ctx.globalAlpha = told ? 0.38 : 0.2;
  ctx.fillStyle = world.paint.bands[told ? bandOf(said.level) : 3];
  ctx.fill(path, "evenodd");
  ctx.globalAlpha = 1;
}
const outlined = ({ state, data }, zoom) => state.outlines && zoom >= (OUTLINES_FROM[data.level] ?? OUTLINES_LATER);
function paintOutlines(world, view, box, shift) {
  const { ctx, scale } = view;
  ctx.save();
  toWorld(view, shift);
  for (const [i, shape] of world.outlines) {
    if (!meets(shape.box, box) || !world.shows(i)) continue;
    const look = lookOf(world, i);
    ctx.globalAlpha = look.alpha * 0.55;
    if (look.fill && !look.pattern) { ctx.fillStyle = look.fill; ctx.fill(shape.path, "evenodd"); }
    ctx.globalAlpha = 0.85;
    ctx.strokeStyle = i === world.state.chosen ? world.paint.focus : look.fill && !look.pattern ? world.paint.rim : world.paint.hollow;
    ctx.lineWidth = (i === world.state.chosen ? 2.5 : 1) / scale;
    ctx.setLineDash(world.markets.boundary_kind[i] === "modelled" ? [5 / scale, 4 / scale] : []);
    ctx.stroke(shape.path);
  }
  ctx.restore();
}
const shadeOf = (benchmark, i) => (known(benchmark.saturation[i]) ? bandOf(benchmark.saturation[i]) : { "under-served": 1, "no clear difference": 3, "over-saturated": 5 }[benchmark.class[i]]); // a figure withheld: the class alone
function lookOf(world, i) {
  const { benchmark, paint } = world, kind = benchmark.class[i];
  if (kind === "not covered") return { fill: paint.hatch, pattern: true, alpha: 0.4, quiet: true };
  if (UNJUDGED.has(kind)) return { fill: null, dashed: true, alpha: 0.42, quiet: true };
  return { fill: paint.bands[shadeOf(benchmark, i)], alpha: FADE[benchmark.evidence[i]] || FADE.low };
}
function paintCircles(world, view, hits, labels) {
  const { order, listed } = world, budget = 900 * 2 ** (1.35 * (view.zoom - 2)), margin = 60 / view.scale;
  const { x, y } = world.markets, box = [view.box[0] - margin, view.box[1] - margin, view.box[2] + margin, view.box[3] + margin];
  const here = (i) => x[i] >= box[0] && x[i] <= box[2] && y[i] >= box[1] && y[i] <= box[3];
  order.shadows.slice(0, budget).filter(here).forEach((i) => circle(world, view, i, hits, SHADOW));
  order.quiet.slice(0, budget / 5).filter(here).forEach((i) => circle(world, view, i, hits));
  order.told.slice(0, budget).filter(here).forEach((i) => circle(world, view, i, hits));
  listed.filter((i) => here(i)).reverse().forEach((i) => circle(world, view, i, hits));
  if (world.state.spots) for (const [i, side] of world.spots) if (here(i) && world.shows(i)) spotRing(world, view, i, side);
  if (world.state.creators) paintCreators(world, view, here, labels);
  const { chosen } = world.state;
  if (chosen !== null && here(chosen)) ring(world, view, chosen, hits);
  labels.wanted.push(...wantedLabels(world, view, here));
}
function circle(world, view, i, hits, share = 1) {
  const { ctx, zoom, place } = view, look = lookOf(world, i), [px, py] = place(world.markets.x[i], world.markets.y[i]);
  const full = Math.max(radiusOf(world, i, zoom), look.quiet ? 1.6 : 2.2);
  const shaped = outlined(world, zoom) && world.outlines.has(i);
  const radius = shaped ? Math.min(full, 4) : full; // the outline says it already
  ctx.beginPath();
  ctx.arc(px, py, radius, 0, 2 * Math.PI);
  ctx.globalAlpha = look.alpha * share;
  if (look.fill) { ctx.fillStyle = look.fill; ctx.fill(); }
  ctx.setLineDash(look.dashed && radius > 3 ? [2.5, 2.5] : []);
  ctx.strokeStyle = look.quiet ? world.paint.hollow : world.paint.rim;
  ctx.lineWidth = 0.9;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  remember(hits, i, px, py, full);
}
function spotRing(world, view, i, side) {
  const { ctx, zoom, place } = view, [px, py] = place(world.markets.x[i], world.markets.y[i]);
  ctx.beginPath();
  ctx.arc(px, py, Math.max(radiusOf(world, i, zoom), 3) + 4, 0, 2 * Math.PI);
  ctx.setLineDash(side === "cold" ? [3, 3] : []);
  ctx.strokeStyle = world.paint.ink; ctx.lineWidth = 1.8; ctx.stroke();
  ctx.setLineDash([]);
}
function paintCreators(world, view, here, labels) { // sums by square of the grid, never one person
  const { ctx, scale, place } = view, { markets } = world, cells = new Map();
  for (const i of markets.bySize) {
    const found = markets.creators[i];
    if (!(found > 0) || !here(i) || !world.shows(i)) continue;
    const key = `${Math.floor((markets.x[i] * scale) / SQUARE)}:${Math.floor((markets.y[i] * scale) / SQUARE)}`;
    const cell = cells.get(key) || { sum: 0, x: 0, y: 0 };
    cell.sum += found; cell.x += found * markets.x[i]; cell.y += found * markets.y[i];
    cells.set(key, cell);
  }
  ctx.font = `600 11px ${world.family}`;
  ctx.textAlign = "center"; ctx.textBaseline = "middle";
  for (const { sum, x, y } of cells.values()) {
    const [px, py] = place(x / sum, y / sum), radius = 9 + 2.6 * Math.log10(Math.max(sum, 1));
    labels.taken.push([px - radius, py - radius, px + radius, py + radius]);
    ctx.beginPath(); ctx.arc(px, py, radius, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.9; ctx.fillStyle = world.paint.ink; ctx.fill(); ctx.globalAlpha = 1;
    ctx.fillStyle = world.paint.halo; ctx.fillText(show(sum, sum < 1000 ? whole : short), px, py + 0.5);
  }
  ctx.textAlign = "start";
}
function ring(world, view, i, hits) {
  const { ctx, zoom, place } = view, [px, py] = place(world.markets.x[i], world.markets.y[i]);
  circle(world, view, i, hits);
  if (outlined(world, zoom) && world.outlines.has(i)) return;
  const radius = Math.max(radiusOf(world, i, zoom), 4) + 4;
  for (const [color, width] of [[world.paint.halo, 6], [world.paint.focus, 3]]) {
    ctx.beginPath(); ctx.arc(px, py, radius, 0, 2 * Math.PI);
    ctx.strokeStyle = color; ctx.lineWidth = width; ctx.stroke();
  }
}
const SHADOW = 0.22; // of how it would be seen
const CELL = 32, SQUARE = 72; // pixels
function remember(hits, i, px, py, radius) {
  const at = hits.list.push([i, px, py, radius]) - 1, reach = Math.min(radius, 3 * CELL);
  for (let cx = (px - reach) >> 5; cx <= (px + reach) >> 5; cx += 1) {
    for (let cy = (py - reach) >> 5; cy <= (py + reach) >> 5; cy += 1) {
      const key = cx * 4096 + cy, cell = hits.cells.get(key);
      if (cell) cell.push(at); else hits.cells.set(key, [at]);
    }
  }
}
function nearest(hits, px, py, reach) { // what carries a label is taken by label or circle, the largest first; what carries none may lie on it unseen
  for (const [i, box] of hits.labels) if (px >= box[0] && px <= box[2] && py >= box[1] && py <= box[3]) return i;
  let best = null, least = Infinity;
  for (let cx = (px - reach) >> 5; cx <= (px + reach) >> 5; cx += 1) {
    for (let cy = (py - reach) >> 5; cy <= (py + reach) >> 5; cy += 1) {
      for (const at of hits.cells.get(cx * 4096 + cy) || []) {
        const [i, x, y, radius] = hits.list[at], gap = Math.hypot(x - px, y - py) - radius;
        const score = gap > 0 ? gap : hits.labels.has(i) ? -2000 - radius : radius - 1000;
        if (gap <= reach && score < least) { least = score; best = i; }
      }
    }
  }
  return best;
}
