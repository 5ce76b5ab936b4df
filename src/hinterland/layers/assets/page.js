/* The exported map: one canvas on Leaflet, a ranking, a market card. Everything shown is data, set with textContent. */
"use strict";
const hinterland = (() => {
  // ---------------------------------------------------------------- constants
  const BANDS = [1 / 3, 1 / 2, 3 / 4, 4 / 3, 2, 3];
  const BAND_WORDS = ["less than ⅓ of expected", "⅓ to ½", "½ to ¾", "¾ to 1⅓: about as expected", "1⅓ to 2 times", "2 to 3 times", "more than 3 times"];
  const CLASS_WORDS = {
    "under-served": "Under-served", balanced: "Balanced", "over-saturated": "Over-saturated",
    "insufficient data": "Too little data", "not covered": "Not covered",
  };
  const CLASSES = Object.keys(CLASS_WORDS);
  const LEVEL_WORDS = { city: ["city", "cities"], metro: ["metro area", "metro areas"], region: ["region", "regions"], country: ["country", "countries"] };
  const KIND_WORDS = {
    official: "official outline", dissolved: "joined from official areas", split: "an official area, divided",
    modelled: "modelled: no official outline",
  };
  const FADE = { high: 0.92, medium: 0.62, low: 0.32 };
  const ROWS = 25;
  const OUTLINES_FROM = 7;
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
  const percent = (value) => (known(value) ? `${few(value)}%` : "—");
  const people = (value) => show(value, known(value) && value >= 10000 ? brief : whole);
  const plural = (count, one, many) => `${few(count)} ${count === 1 ? one : many}`;
  const bandOf = (saturation) => { let at = 0; while (at < BANDS.length && saturation / 100 >= BANDS[at]) at += 1; return at; };
  const chance = (p) => (!known(p) ? "—" : p > 0.99 ? "over 99%" : p < 0.01 ? "under 1%" : `${Math.round(100 * p)}%`);

  // ---------------------------------------------------------------- elements
  const byId = (id) => document.getElementById(id);
  const read = (key) => JSON.parse(byId(`hinterland-${key}`).textContent);
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    return dress(element, attributes, children);
  }
  function draw(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    return dress(element, attributes, children);
  }
  function dress(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }
  const named = (tag, text, kind = "") => make(tag, { dir: "auto", class: kind }, String(text));

  // ---------------------------------------------------------------- decoding
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
      return land(polygons, arcs, uses, (shape.properties || {}).name || "");
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
    const { lenses, ...shared } = raw;
    const markets = decode(shared), count = raw.market_id.length;
    markets.count = count;
    markets.lenses = Object.fromEntries(Object.entries(lenses).map(([name, columns]) => [name, decode(columns)]));
    markets.x = new Float64Array(count); markets.y = new Float64Array(count);
    for (let i = 0; i < count; i += 1) [markets.x[i], markets.y[i]] = project(markets.longitude[i], markets.latitude[i]);
    markets.at = new Map(markets.market_id.map((id, i) => [id, i]));
    markets.bySize = Array.from({ length: count }, (_, i) => i).sort((a, b) => markets.population[b] - markets.population[a]);
    markets.byRank = Object.fromEntries(Object.entries(markets.lenses).map(([name, lens]) => [name, ranked(lens.rank)]));
    return markets;
  }
  const ranked = (ranks) => ranks.map((rank, i) => [rank, i]).filter(([rank]) => known(rank)).sort((a, b) => a[0] - b[0]).map(([, i]) => i);

  // ---------------------------------------------------------------- the sentence of a market
  function whyOf(world, i) {
    const { markets, lens } = world;
    const name = markets.market[i], y = markets.creators[i], expected = lens.expected_creators[i];
    const kind = lens.class[i], noun = (LEVEL_WORDS[world.data.level] || ["place"])[0];
    const home = markets.country[i] ? ` in ${markets.country[i]}` : "", where = world.data.level === "country" ? "" : world.state.lens === "home" ? home : " in a typical country";
    if (kind === "not covered") return `The list does not claim to cover ${name}: that it holds no creators here says nothing.`;
    const found = !known(y) ? "too few to show are" : y === 1 ? "1 creator is" : `${y ? few(y) : "no"} creators are`;
    const start = `A ${noun} of ${people(markets.population[i])} people${where} would usually have about ${plural(expected, "creator", "creators")} in this list; ${found} found.`;
    const usual = lens.usual_low && known(lens.usual_low[i]) ? ` Places like it have ${few(lens.usual_low[i])} to ${few(lens.usual_high[i])}.` : "";
    return `${start}${usual} ${verdict(world, i, kind)}`;
  }
  function verdict(world, i, kind) {
    const { lens, data } = world;
    const range = `${show(lens.saturation_low[i])}–${percent(lens.saturation_high[i])}`;
    if (kind === "insufficient data") return "So few are expected that even finding none would prove nothing.";
    if (kind === "under-served") return `That is surely fewer than expected; the true level is likely ${range}, and the chance that it is below ${percent(100 * data.underserved_below)} is ${chance(lens.p_underserved[i])}.`;
    if (kind === "over-saturated") return `That is surely more than expected (likely ${range}): a crowded place to compete for attention.`;
    return `That is within what chance alone would bring (likely ${range}).`;
  }

  // ---------------------------------------------------------------- the canvas
  function paints() {
    const style = getComputedStyle(document.documentElement);
    const ink = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
      sea: ink("sea"), land: ink("land"), coast: ink("coast"), border: ink("border"), label: ink("label"), place: ink("place"),
      halo: ink("halo"), rim: ink("rim"), hollow: ink("hollow"), focus: ink("focus"), ink: ink("ink"),
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
      getEvents() { return { ...L.Renderer.prototype.getEvents.call(this), move: this._follow }; },
      _onZoomEnd() {},
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
        this.paint(dense);
      },
      repaint() { cancelAnimationFrame(this._frame); this._frame = requestAnimationFrame(() => this._map && this._update()); },
      paint(dense) {
        const start = performance.now(), zoom = this._map.getZoom(), scale = 256 * 2 ** zoom;
        const corner = this._map.getPixelOrigin().add(this._bounds.min), size = this._bounds.getSize();
        const view = { ctx: this._ctx, dense, zoom, scale, left: corner.x, top: corner.y, width: size.x, height: size.y };
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
    const { ctx, dense } = view, hits = { cells: new Map(), list: [] };
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    ctx.clearRect(0, 0, view.width, view.height);
    const labels = { taken: [], wanted: [] };
    for (const shift of copiesOf(view.box)) {
      const box = [view.box[0] - shift, view.box[1], view.box[2] - shift, view.box[3]];
      const place = (x, y) => [(x + shift) * view.scale - view.left, y * view.scale - view.top];
      paintCountries(world, view, box, shift);
      if (view.zoom >= OUTLINES_FROM && world.state.outlines) paintOutlines(world, view, box, shift);
      paintCircles(world, { ...view, box, place }, hits, labels);
      nameCountries(world, { ...view, box, place }, labels);
    }
    paintLabels(world, view, labels);
    return hits;
  }
  function toWorld({ ctx, dense, scale, left, top }, shift) {
    ctx.setTransform(dense * scale, 0, 0, dense * scale, dense * (shift * scale - left), -dense * top);
  }
  function paintCountries(world, view, box, shift) {
    const { ctx, scale } = view, { lands, lines } = world.countries, { paint } = world;
    ctx.save();
    toWorld(view, shift);
    ctx.fillStyle = paint.land;
    for (const land of lands) if (meets(land.box, box)) ctx.fill(land.path, "evenodd");
    for (const line of lines) {
      if (!meets(line.box, box)) continue;
      ctx.lineWidth = (line.inner ? 1 : 0.8) / scale;
      ctx.strokeStyle = line.inner ? paint.border : paint.coast;
      ctx.stroke(line.path);
    }
    ctx.restore();
  }
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
      ctx.stroke(shape.path);
    }
    ctx.restore();
  }
  function lookOf(world, i) {
    const { lens, paint } = world, kind = lens.class[i];
    if (kind === "not covered") return { fill: paint.hatch, pattern: true, alpha: 0.4, quiet: true };
    if (kind === "insufficient data") return { fill: null, dashed: true, alpha: 0.42, quiet: true };
    return { fill: paint.bands[bandOf(lens.saturation[i])], alpha: FADE[lens.evidence[i]] || FADE.low };
  }
  function paintCircles(world, view, hits, labels) {
    const { order, listed } = world, budget = 900 * 2 ** (1.35 * (view.zoom - 2)), margin = 60 / view.scale;
    const { x, y } = world.markets, box = [view.box[0] - margin, view.box[1] - margin, view.box[2] + margin, view.box[3] + margin];
    const here = (i) => x[i] >= box[0] && x[i] <= box[2] && y[i] >= box[1] && y[i] <= box[3];
    order.quiet.slice(0, budget / 5).filter(here).forEach((i) => circle(world, view, i, hits));
    order.told.slice(0, budget).filter(here).forEach((i) => circle(world, view, i, hits));
    listed.filter((i) => here(i)).reverse().forEach((i) => circle(world, view, i, hits));
    const { chosen } = world.state;
    if (chosen !== null && here(chosen)) ring(world, view, chosen, hits);
    labels.wanted.push(...wantedLabels(world, view, here));
  }
  function circle(world, view, i, hits) {
    const { ctx, zoom, place } = view, look = lookOf(world, i), [px, py] = place(world.markets.x[i], world.markets.y[i]);
    const full = Math.max(radiusOf(world, i, zoom), look.quiet ? 1.6 : 2.2);
    const shaped = zoom >= OUTLINES_FROM && world.state.outlines && world.outlines.has(i);
    const radius = shaped ? Math.min(full, 4) : full; // the outline says it already
    ctx.beginPath();
    ctx.arc(px, py, radius, 0, 2 * Math.PI);
    ctx.globalAlpha = look.alpha;
    if (look.fill) { ctx.fillStyle = look.fill; ctx.fill(); }
    ctx.setLineDash(look.dashed && radius > 3 ? [2.5, 2.5] : []);
    ctx.strokeStyle = look.quiet ? world.paint.hollow : world.paint.rim;
    ctx.lineWidth = 0.9;
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    remember(hits, i, px, py, full);
  }
  function ring(world, view, i, hits) {
    const { ctx, zoom, place } = view, [px, py] = place(world.markets.x[i], world.markets.y[i]);
    circle(world, view, i, hits);
    if (zoom >= OUTLINES_FROM && world.state.outlines && world.outlines.has(i)) return;
    const radius = Math.max(radiusOf(world, i, zoom), 4) + 4;
    for (const [color, width] of [[world.paint.halo, 6], [world.paint.focus, 3]]) {
      ctx.beginPath(); ctx.arc(px, py, radius, 0, 2 * Math.PI);
      ctx.strokeStyle = color; ctx.lineWidth = width; ctx.stroke();
    }
  }
  const CELL = 32;
  function remember(hits, i, px, py, radius) {
    const at = hits.list.push([i, px, py, radius]) - 1, reach = Math.min(radius, 3 * CELL);
    for (let cx = (px - reach) >> 5; cx <= (px + reach) >> 5; cx += 1) {
      for (let cy = (py - reach) >> 5; cy <= (py + reach) >> 5; cy += 1) {
        const key = cx * 4096 + cy, cell = hits.cells.get(key);
        if (cell) cell.push(at); else hits.cells.set(key, [at]);
      }
    }
  }
  function nearest(hits, px, py, reach) {
    let best = null, least = Infinity;
    for (let cx = (px - reach) >> 5; cx <= (px + reach) >> 5; cx += 1) {
      for (let cy = (py - reach) >> 5; cy <= (py + reach) >> 5; cy += 1) {
        for (const at of hits.cells.get(cx * 4096 + cy) || []) {
          const [i, x, y, radius] = hits.list[at], gap = Math.hypot(x - px, y - py) - radius;
          const score = gap <= 0 ? radius - 1000 : gap;
          if (gap <= reach && score < least) { least = score; best = i; }
        }
      }
    }
    return best;
  }

  // ---------------------------------------------------------------- labels on the canvas
  function wantedLabels(world, view, here) {
    const first = world.listed.filter(here), next = world.order.told.slice(0, 400 * 2 ** (view.zoom - 2)).filter(here);
    const chosen = world.state.chosen !== null && here(world.state.chosen) ? [world.state.chosen] : [];
    return [...new Set([...chosen, ...first, ...next.slice(0, 60)])].map((i) => {
      const [px, py] = view.place(world.markets.x[i], world.markets.y[i]);
      const strong = world.isListed.has(i) || i === world.state.chosen;
      const shaped = view.zoom >= OUTLINES_FROM && world.state.outlines && world.outlines.has(i);
      const gap = shaped ? 7 : i === world.state.chosen ? Math.max(radiusOf(world, i, view.zoom), 4) + 9 : Math.max(radiusOf(world, i, view.zoom), 2) + 3;
      return { text: world.markets.market[i], px, py, gap, strong };
    });
  }
  function nameCountries(world, view, labels) {
    if (view.zoom < 3 || view.zoom > 6.5 || world.data.level === "country") return;
    for (const { name, box, main } of world.countries.lands) {
      const width = (main[2] - main[0]) * view.scale;
      if (!meets(box, view.box) || width < 70) continue;
      const [px, py] = view.place((main[0] + main[2]) / 2, (main[1] + main[3]) / 2);
      labels.wanted.push({ text: name.toUpperCase(), px, py, gap: 0, country: true, width });
    }
  }
  function paintLabels(world, view, labels) {
    const { ctx } = view, family = getComputedStyle(byId("hl-find")).fontFamily;
    let room = 45;
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const label of labels.wanted) {
      if (room === 0 && !label.country) continue;
      const text = label.text.length > 28 ? `${label.text.slice(0, 27)}…` : label.text;
      ctx.font = label.country ? `500 10px ${family}` : label.strong ? `600 12px ${family}` : `400 11px ${family}`;
      const box = roomFor(label, ctx.measureText(text).width, labels.taken);
      if (!box) continue;
      labels.taken.push(box);
      if (!label.country) room -= 1;
      write(world, ctx, text, box, label);
    }
  }
  function roomFor(label, width, taken) {
    if (label.country && width > label.width) return null;
    const offset = label.country ? -width / 2 : label.gap;
    const sides = label.country ? [offset] : [offset, -label.gap - width];
    for (const side of sides) {
      const box = [label.px + side - 2, label.py - 8, label.px + side + width + 2, label.py + 8];
      if (!taken.some((other) => meets(other, box))) return box;
    }
    return null;
  }
  function write(world, ctx, text, box, label) {
    ctx.globalAlpha = label.country ? 0.8 : 1;
    ctx.strokeStyle = world.paint.halo;
    ctx.lineWidth = 3;
    ctx.strokeText(text, box[0] + 2, label.py);
    ctx.fillStyle = label.country || !label.strong ? world.paint.label : world.paint.place;
    ctx.fillText(text, box[0] + 2, label.py);
    ctx.globalAlpha = 1;
  }

  // ---------------------------------------------------------------- state
  function refresh(world, rows = ROWS) {
    const { markets, state, data } = world;
    world.lens = markets.lenses[state.lens];
    const inBand = (i) => state.band === "all" || (markets.population[i] >= data.band[0] && markets.population[i] <= data.band[1]);
    world.shows = (i) => state.classes.has(world.lens.class[i]) && inBand(i);
    world.inBand = inBand;
    const quiet = (i) => world.lens.class[i] === "insufficient data" || world.lens.class[i] === "not covered";
    const visible = markets.bySize.filter(world.shows);
    world.order = { quiet: visible.filter(quiet), told: visible.filter((i) => !quiet(i)) };
    world.matching = markets.byRank[state.lens].filter(world.shows);
    world.rows = rows;
    world.listed = world.matching.slice(0, rows);
    world.isListed = new Set(world.listed);
    fillSummary(world); fillClassCounts(world); fillRanking(world);
    if (state.chosen !== null && !byId("hl-card").hidden) fillCard(world, state.chosen);
    world.layer.repaint();
  }
  function choose(world, i, { fly = true, tell = true, focus = false, card = true } = {}) {
    world.state.chosen = i;
    if (card) fillCard(world, i); else byId("hl-card").hidden = true;
    if (innerWidth <= 760) openSheet(false);
    document.querySelectorAll(".hl-row").forEach((row) => row.setAttribute("aria-current", String(Number(row.dataset.at) === i)));
    if (fly) flyTo(world, i); else uncover(world, i);
    world.layer.repaint();
    link(world);
    if (focus) byId("hl-card").focus({ preventScroll: true });
    if (tell && window.parent !== window) window.parent.postMessage({ type: "hinterland:select", market: world.markets.market_id[i] }, "*");
  }
  function release(world) {
    const row = document.querySelector('.hl-row[aria-current="true"]');
    world.state.chosen = null;
    byId("hl-card").hidden = true;
    document.querySelectorAll(".hl-row").forEach((each) => each.setAttribute("aria-current", "false"));
    world.layer.repaint();
    link(world);
    if (row) row.focus({ preventScroll: true });
  }
  function flyTo(world, i) {
    const { map, markets } = world, shape = world.outlines.get(i);
    const closest = { country: 5, region: 6.5 }[world.data.level] || 8;
    let zoom = Math.max(map.getZoom(), closest);
    if (shape) zoom = Math.min(zoom, Math.max(5, Math.log2(0.45 * map.getSize().x / (256 * Math.max(shape.box[2] - shape.box[0], 1e-6)))));
    const target = map.project([markets.latitude[i], markets.longitude[i]], zoom).add(cardShift());
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) map.setView(map.unproject(target, zoom), zoom, { animate: false });
    else map.flyTo(map.unproject(target, zoom), zoom, { duration: 0.9 });
  }
  function cardShift() { // the card hides a part of the map: aim at the middle of what stays visible
    if (byId("hl-card").hidden) return [0, 0];
    const card = byId("hl-card").getBoundingClientRect(), main = byId("hl-main").getBoundingClientRect();
    if (innerWidth <= 760) return [0, Math.max(0, main.bottom - card.top) / 2];
    const legend = byId("hl-legend"), left = legend.open ? legend.getBoundingClientRect().right : main.left;
    return [(main.left + main.right - Math.min(left, main.left + main.width / 2) - Math.max(card.left, main.left + main.width / 2)) / 2, 0];
  }
  function uncover(world, i) { // a market chosen on the map must not end up beneath its own card
    const card = byId("hl-card").getBoundingClientRect(), main = byId("hl-main").getBoundingClientRect();
    const { x, y } = world.map.latLngToContainerPoint([world.markets.latitude[i], world.markets.longitude[i]]);
    const over = x + main.left > card.left - 30, under = y + main.top > card.top - 30;
    if (innerWidth <= 760 && under) world.map.panBy([0, y + main.top - card.top + 80]);
    if (innerWidth > 760 && over && y + main.top < card.bottom + 30) world.map.panBy([x + main.left - card.left + 80, 0]);
  }
  function link(world) {
    const { chosen, lens } = world.state, said = new URLSearchParams();
    if (chosen !== null) said.set("market", world.markets.market_id[chosen]);
    if (lens !== world.firstLens) said.set("lens", lens);
    try { history.replaceState(null, "", `#${said}`); } catch { /* some frames forbid it; the link is a comfort */ }
  }
  function follow(world) {
    const said = new URLSearchParams(location.hash.slice(1)), i = world.markets.at.get(said.get("market"));
    const lens = said.get("lens");
    if (lens && world.markets.lenses[lens] && lens !== world.state.lens) {
      world.state.lens = lens;
      const radio = document.querySelector(`#hl-lens input[value="${lens === "world" ? "world" : "home"}"]`);
      if (radio) radio.checked = true;
      refresh(world);
    }
    if (i !== undefined && i !== world.state.chosen) choose(world, i, { tell: false, card: document.documentElement.dataset.panel !== "off" }); // the frame around it shows its own card
  }

  // ---------------------------------------------------------------- panel
  function fillSummary(world) {
    const { markets, lens, data } = world;
    let all = 0, under = 0;
    for (let i = 0; i < markets.count; i += 1) if (world.inBand(i)) { all += 1; under += lens.class[i] === "under-served"; }
    const judged = markets.byRank[world.state.lens].filter(world.inBand).length;
    const nouns = LEVEL_WORDS[data.level] || ["market", "markets"], size = world.state.band === "all" ? "" : "smaller ";
    byId("hl-summary").textContent = `${show(all)} ${size}${all === 1 ? nouns[0] : nouns[1]}, ${show(judged)} with enough data to rank: ${show(under)} under-served.`;
  }
  function fillClassCounts(world) {
    const counts = Object.fromEntries(CLASSES.map((kind) => [kind, 0]));
    for (let i = 0; i < world.markets.count; i += 1) if (world.inBand(i)) counts[world.lens.class[i]] += 1;
    for (const label of document.querySelectorAll("#hl-class [data-count]")) label.textContent = show(counts[label.dataset.count], counts[label.dataset.count] < 1000 ? whole : short);
  }
  function measureOf(world) {
    if (world.data.sort === "confidence") return { title: "Most surely under-served", note: "Ranked by the chance of having less than half the creators expected.", column: "p_underserved", text: chance };
    return { title: "Most room for new creators", note: "Ranked by unmet audience: people the missing creators would reach.", column: "unmet_audience", text: people };
  }
  function fillRanking(world) {
    const measure = measureOf(world), rows = byId("hl-rows"), top = Math.max(...world.listed.map((i) => world.lens[measure.column][i] || 0), 1e-9);
    byId("hl-ranking-title").textContent = measure.title;
    byId("hl-ranking-note").textContent = world.matching.length < world.markets.byRank[world.state.lens].length ? `${measure.note} Ranks are among all markets.` : measure.note;
    rows.replaceChildren(...world.listed.map((i) => make("li", {}, row(world, i, measure, top))));
    byId("hl-empty").hidden = world.matching.length > 0;
    byId("hl-more").hidden = world.matching.length <= world.rows;
    byId("hl-download").hidden = world.matching.length === 0;
  }
  function row(world, i, measure, top) {
    const { markets, lens, state } = world, value = lens[measure.column][i];
    const where = [markets.region[i], markets.country[i]].filter((name) => name && name !== markets.market[i]).at(-1);
    const under = `${where ? `${where} · ` : ""}${few(markets.creators[i])} of ${few(lens.expected_creators[i])} creators`;
    const width = Math.max(2, (74 * Math.max(value || 0, 0)) / top);
    const bar = draw("svg", { "aria-hidden": "true", viewBox: "0 0 74 6" }, draw("rect", { width, height: 6, rx: 3 }));
    const button = make("button", { type: "button", class: "hl-row", "aria-current": String(i === state.chosen), "data-at": i },
      make("span", { class: "hl-place" }, show(lens.rank[i])), named("span", markets.market[i], "hl-name"),
      make("span", { class: "hl-value" }, measure.text(value)), named("span", under, "hl-under"), make("span", { class: "hl-bar" }, bar));
    button.title = markets.market[i];
    button.addEventListener("click", () => choose(world, i));
    return button;
  }
  function walkRows(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], rows = [...document.querySelectorAll(".hl-row")];
    const next = step && rows[rows.indexOf(document.activeElement) + step];
    if (next) { event.preventDefault(); next.focus(); }
  }

  // ---------------------------------------------------------------- filters
  function choices(holder, name, options, chosen, onChange) {
    const list = make("div", { class: "hl-choices" });
    for (const [value, text, title] of options) {
      const input = make("input", { type: "radio", name, value });
      input.checked = value === chosen;
      input.addEventListener("change", () => onChange(value));
      list.append(make("label", { title }, input, make("span", {}, text)));
    }
    holder.append(list);
  }
  function fillFilters(world) {
    const { state, data, markets } = world;
    const lenses = [["home", "Same country", "Each market against others of its own country"], ["world", "The world", "Each market against a typical country"]];
    const offered = lenses.filter(([name]) => markets.lenses[name]);
    choices(byId("hl-lens"), "hl-lens", offered, state.lens, (lens) => { state.lens = lens; refresh(world); link(world); });
    byId("hl-lens").hidden = offered.length < 2;
    const smaller = `${show(data.band[0], brief)} to ${show(data.band[1], brief)} people`;
    choices(byId("hl-band"), "hl-band", [["all", "All", "Every size"], ["smaller", `Smaller: ${show(data.band[0], brief)}–${show(data.band[1], brief)}`, smaller]], state.band, (band) => { state.band = band; refresh(world); });
    byId("hl-band").hidden = !markets.population.some((people) => people >= data.band[0] && people <= data.band[1]) || data.level === "country";
    const list = make("div", { class: "hl-chip-list" });
    CLASSES.forEach((kind, at) => list.append(chip(CLASS_WORDS[kind], `hl-mark hl-c${at}`, kind, true, (on) => {
      if (on) state.classes.add(kind); else state.classes.delete(kind);
      refresh(world);
    })));
    if (world.outlines.size) list.append(chip("Boundaries", "hl-mark hl-outline", null, true, (on) => { state.outlines = on; world.layer.repaint(); }));
    byId("hl-class").append(list);
  }
  function chip(text, mark, kind, on, onChange) {
    const input = make("input", { type: "checkbox", value: kind || "boundaries" });
    input.checked = on;
    input.addEventListener("change", () => onChange(input.checked));
    const count = kind ? make("span", { class: "hl-number", "data-count": kind }) : "";
    return make("label", {}, input, make("span", { class: "hl-chip" }, make("span", { class: mark }), text, count));
  }
  function clearFilters(world) {
    world.state.band = "all"; world.state.classes = new Set(CLASSES);
    document.querySelectorAll("#hl-class input").forEach((input) => { input.checked = true; });
    document.querySelectorAll("#hl-band input").forEach((input) => { input.checked = input.value === "all"; });
    world.state.outlines = true;
    refresh(world);
    byId("hl-ranking").focus();
  }

  // ---------------------------------------------------------------- search
  const plainly = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  function searcher(markets) {
    let keys = null;
    const prepare = () => markets.market.map((name, i) => `\n${plainly(name)}${markets.names && markets.names[i] ? `;${plainly(markets.names[i])}` : ""}`.replace(/;\s*/g, "\n"));
    const score = (key, wanted) => (key.includes(`\n${wanted}\n`) || key.endsWith(`\n${wanted}`) ? 0 : key.includes(`\n${wanted}`) ? 1 : key.includes(` ${wanted}`) || key.includes(`-${wanted}`) ? 2 : key.includes(wanted) ? 3 : 9);
    return (typed) => {
      const wanted = plainly(typed.trim());
      if (!wanted) return [];
      keys = keys || prepare();
      const found = markets.bySize.map((i) => [score(keys[i], wanted), i]).filter(([points]) => points < 9);
      return found.sort((a, b) => a[0] - b[0]).slice(0, 8).map(([, i]) => i);
    };
  }
  function armSearch(world) {
    const input = byId("hl-find"), list = byId("hl-found"), search = searcher(world.markets);
    let found = [], active = -1;
    const mark = (at) => {
      active = at;
      [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
      if (at >= 0) input.setAttribute("aria-activedescendant", `hl-option-${at}`); else input.removeAttribute("aria-activedescendant");
    };
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); };
    const take = (at) => { if (found[at] === undefined) return; input.value = world.markets.market[found[at]]; close(); choose(world, found[at]); };
    const offer = () => {
      found = search(input.value);
      list.replaceChildren(...found.map((i, at) => option(world, i, at, () => take(at))));
      list.hidden = found.length === 0;
      byId("hl-found-none").hidden = found.length > 0 || !input.value.trim();
      input.setAttribute("aria-expanded", String(found.length > 0));
      mark(found.length ? 0 : -1);
    };
    input.addEventListener("input", offer);
    input.addEventListener("focus", () => openSheet(true));
    input.addEventListener("blur", () => setTimeout(close, 150));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (found.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length); }
      if (event.key === "Enter" && !list.hidden) { event.preventDefault(); take(Math.max(active, 0)); }
      if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
    });
  }
  function option(world, i, at, onTake) {
    const { markets, lens } = world;
    const where = [markets.region[i], markets.country[i]].filter(Boolean).join(", ");
    const also = markets.names && markets.names[i] ? ` · also ${markets.names[i].split(";").slice(0, 3).join(", ")}` : "";
    const rank = known(lens.rank[i]) ? ` · rank ${show(lens.rank[i])}` : "";
    const item = make("li", { id: `hl-option-${at}`, role: "option", "aria-selected": "false" },
      named("span", markets.market[i]), named("small", `${where} · ${people(markets.population[i])} people${rank}${also}`));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); onTake(); });
    return item;
  }

  // ---------------------------------------------------------------- card
  function fillCard(world, i) {
    const { markets, lens } = world, card = byId("hl-card");
    const where = [...new Set([markets.region[i], markets.country[i]].filter((name) => name && name !== markets.market[i]))].join(", ");
    const close = make("button", { type: "button", class: "hl-close", "aria-label": "Close" }, "×");
    close.addEventListener("click", () => release(world));
    const at = CLASSES.indexOf(lens.class[i]);
    const evidence = known(lens.expected_creators[i]) && lens.evidence[i] ? make("span", { class: "hl-badge" }, `${lens.evidence[i][0].toUpperCase()}${lens.evidence[i].slice(1)} evidence`) : "";
    card.replaceChildren(
      make("div", { class: "hl-card-top" }, make("h2", { id: "hl-card-name", dir: "auto" }, markets.market[i]), close),
      named("p", where, "hl-where"),
      make("p", { class: "hl-badges" }, make("span", { class: "hl-badge" }, make("span", { class: `hl-mark hl-c${at}` }), CLASS_WORDS[lens.class[i]] || lens.class[i]), evidence),
      named("p", whyOf(world, i), "hl-why"),
      ...(known(lens.saturation[i]) ? [gauge(world, i)] : []),
      facts(mainFacts(world, i)),
      make("details", {}, make("summary", {}, "More numbers"), facts(moreFacts(world, i))));
    card.hidden = false;
    card.scrollTop = 0;
  }
  function facts(entries) {
    const list = make("dl");
    for (const [term, value, note] of entries) list.append(make("dt", {}, term), make("dd", {}, value, note ? make("small", {}, note) : ""));
    return list;
  }
  function mainFacts({ markets, lens, data, state }, i) {
    const judged = known(lens.rank[i]), range = known(lens.rank_low[i]) ? `likely ${show(lens.rank_low[i])}–${show(lens.rank_high[i])}` : "";
    return [
      ["Rank", judged ? `${show(lens.rank[i])} of ${show(markets.byRank[state.lens].length)}` : "not ranked", judged ? range : ""],
      ["Creators found", few(markets.creators[i]), `${few(lens.expected_creators[i])} expected`],
      ["Missing creators", few(lens.missing_creators[i])],
      ["Unmet audience", known(lens.unmet_audience[i]) ? `${people(lens.unmet_audience[i])} people` : "—"],
      ["Population", people(markets.population[i]), `${people(markets.internet_users[i])} online`],
      [`Chance of less than ${percent(100 * data.underserved_below)}`, chance(lens.p_underserved[i])],
    ];
  }
  function moreFacts({ markets, lens }, i) {
    return [
      ["Audience of its creators", people(markets.audience[i]), "followers, counted once per creator"],
      ["Creators per 100,000 people", few(markets.creators_per_100k[i])],
      ["Location quotient", few(markets.location_quotient[i]), "1 = the list's average"],
      ["Audience concentration (HHI)", show(markets.audience_hhi[i]), "10,000 = one creator has it all"],
      ["Opportunity", few(lens.opportunity[i]), "percentile, 0–100"],
      ["Boundary", KIND_WORDS[markets.boundary_kind[i]] || markets.boundary_kind[i] || "none"],
      ["Latitude, longitude", `${markets.latitude[i].toFixed(2)}, ${markets.longitude[i].toFixed(2)}`],
      ["Market id", markets.market_id[i]],
    ];
  }
  function gauge(world, i) {
    const { lens, data } = world, wide = 308, from = Math.log2(1 / 6), span = 2 * -from;
    const place = (ratio) => (wide * (Math.max(from, Math.min(-from, Math.log2(Math.max(ratio, 1e-6)))) - from)) / span;
    const edges = [1 / 6, ...BANDS, 6].map(place);
    const bands = edges.slice(1).map((edge, at) => draw("rect", { class: `hl-g${at}`, x: edges[at], y: 24, width: edge - edges[at], height: 13 }));
    const middle = place(lens.saturation[i] / 100), low = place(lens.saturation_low[i] / 100), high = place(lens.saturation_high[i] / 100);
    const clamp = (x) => Math.max(46, Math.min(wide - 46, x));
    const ends = `${Math.round(100 * data.interval)}% interval ${show(lens.saturation_low[i])}–${percent(lens.saturation_high[i])}`;
    const picture = draw("svg", { viewBox: `0 0 ${wide} 66`, role: "img", "aria-label": `Saturation ${percent(lens.saturation[i])} of expected, ${ends}` },
      draw("text", { class: "hl-strong", x: clamp(middle), y: 13, "text-anchor": "middle" }, `${percent(lens.saturation[i])} of expected`), ...bands,
      draw("line", { class: "hl-tick", x1: place(1), x2: place(1), y1: 21, y2: 40 }),
      draw("line", { class: "hl-casing", x1: low - 1, x2: Math.max(high, low + 1) + 1, y1: 30.5, y2: 30.5 }),
      draw("line", { class: "hl-reach", x1: low, x2: Math.max(high, low + 1), y1: 30.5, y2: 30.5 }),
      draw("circle", { class: "hl-needle", cx: middle, cy: 30.5, r: 6 }),
      draw("text", { x: 0, y: 55 }, "fewer creators"), draw("text", { x: wide, y: 55, "text-anchor": "end" }, "more"),
      draw("text", { x: wide / 2, y: 55, "text-anchor": "middle" }, ends));
    return make("div", { class: "hl-gauge" }, picture);
  }

  // ---------------------------------------------------------------- legend and tooltip
  function fillLegend(world) {
    const item = (swatch, text, kind = "") => make("li", { class: kind }, swatch, text);
    const band = (text, at) => item(make("span", { class: `hl-swatch hl-band hl-s${at}` }), text);
    const sign = (at) => make("span", { class: "hl-swatch" }, make("span", { class: `hl-mark hl-c${at}` }));
    const fades = make("span", { class: "hl-swatch hl-fades" }, ...[2, 1, 0].map((at) => make("span", { class: `hl-mark hl-f${at}` })));
    byId("hl-legend-body").append(
      make("p", {}, "Creators found, against what a place of this size should have"),
      make("ul", {}, ...BAND_WORDS.map(band), item(sign(3), "too little data to say", "hl-apart"), item(sign(4), "not covered by this list"), item(fades, "fainter = less evidence")),
      make("div", { class: "hl-sizes", id: "hl-sizes" }));
    byId("hl-legend").open = innerWidth > 760 && innerHeight > 640;
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
    byId("hl-sizes").replaceChildren(make("p", {}, "circle area = people living there"), picture);
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
  function tipLines({ markets, lens }, i) {
    const kind = lens.class[i], judged = kind !== "not covered" && kind !== "insufficient data";
    const state = judged ? `${percent(lens.saturation[i])} of expected · ${lens.evidence[i]} evidence` : CLASS_WORDS[kind];
    return [named("strong", markets.market[i]), named("span", markets.country[i]), make("span", {}, state), make("span", {}, `${few(markets.creators[i])} creators · ${people(markets.population[i])} people`)];
  }

  // ---------------------------------------------------------------- footer
  function fillAbout(world) {
    const { data } = world, footer = byId("hl-about");
    const words = (name) => name.replaceAll("_", " ");
    const list = (items) => make("ul", {}, ...items);
    const table = (entries) => make("dl", { class: "hl-facts" }, ...entries.flatMap(([name, value]) => [make("dt", {}, words(name)), named("dd", value)]));
    const numbers = (counts) => Object.entries(counts).map(([name, count]) => [name, Number.isInteger(count) ? show(count) : String(count)]);
    if (data.warnings.length) footer.append(make("h2", { id: "hl-warnings" }, "Read with caution"), list(data.warnings.map(({ sentence }) => dress(named("li", sentence, "hl-warned"), {}, []))));
    footer.append(make("h2", {}, "Method"), make("p", {}, `Creators are counted per market and compared with what its size and country lead one to expect (a Gamma-Poisson model, zeros included). Every number carries a ${Math.round(100 * data.interval)}% interval; what the data cannot decide is not ranked. At the very top, luck plays a part: a true rank there may lie outside its interval. Followers are not residents.`));
    footer.append(make("h2", {}, "Data"), list(data.credits.map(({ what, source, licence }) => named("li", `${what}: ${source}${licence ? ` (${licence})` : ""}`))));
    const settings = Object.entries(data.settings).filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
    const run = make("details", {}, make("summary", {}, "This run: counts, model, settings"), table([...numbers(data.counts), ...numbers(data.located), ...numbers(data.model), ...settings.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)])]));
    footer.append(make("h2", {}, "Run"), run, make("p", {}, `Hinterland ${data.version} · settings ${data.settings_hash}`));
  }
  function fillHead(world) {
    const { data } = world, button = byId("hl-cautions"), count = data.warnings.length;
    document.title = data.title;
    byId("hl-title").textContent = data.title;
    byId("hl-credit").textContent = [...new Set(data.credits.map(({ source }) => source))].slice(0, 2).concat("Leaflet").join(" · ");
    button.hidden = count === 0;
    button.textContent = count === 1 ? "1 caution about this list ↓" : `${count} cautions about this list ↓`;
    button.addEventListener("click", () => { openSheet(true); byId("hl-about").focus({ preventScroll: true }); byId("hl-about").scrollIntoView({ block: "start" }); });
  }

  // ---------------------------------------------------------------- download
  const defuse = (text) => {
    const clean = String(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
    return /^[=+\-@|%＝＋－＠]/.test(clean) ? `'${clean}` : clean;
  };
  const cell = (value) => (known(value) ? String(value) : typeof value === "string" ? `"${defuse(value).replaceAll('"', '""')}"` : "");
  function csvOf(world) {
    const { markets, lens, state } = world;
    const line = (i) => [...CSV_COLUMNS.map((name) => cell((lens[name] || markets[name])[i])), cell(state.lens)].join(",");
    return `\ufeff${[[...CSV_COLUMNS, "lens"].join(","), ...world.listed.map(line)].join("\r\n")}\r\n`;
  }
  function download(world) {
    const url = URL.createObjectURL(new Blob([csvOf(world)], { type: "text/csv" }));
    const anchor = make("a", { href: url, download: `hinterland-${world.state.lens}-${world.state.band}.csv` });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  // ---------------------------------------------------------------- start
  function openSheet(open) {
    byId("hl-panel").classList.toggle("hl-open", open);
    byId("hl-handle").setAttribute("aria-expanded", String(open));
    byId("hl-handle-text").textContent = open ? "Hide the ranking" : "Show the ranking";
    if (!open) byId("hl-panel").scrollTop = 0;
  }
  function fitMarkets({ map, markets, lens }) {
    const covered = markets.bySize.filter((i) => lens.class[i] !== "not covered").slice(0, 4000);
    const sorted = (column) => covered.map((i) => column[i]).sort((a, b) => a - b);
    const cut = (values, share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    if (covered.length === 0) { map.setView([22, 10], 2); return; }
    const lat = sorted(markets.latitude), lon = sorted(markets.longitude);
    const west = cut(lon, 0.01), east = cut(lon, 0.99);
    if (east - west > 190) map.setView([34, 2], Math.max(1.5, Math.min(2.5, Math.log2(map.getSize().x / 256))), { animate: false });
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
  function repose(world, printing) { // on paper nothing lies over the map: show the market in its middle, and the legend
    const { map, markets, state, before } = world, legend = byId("hl-legend");
    if (printing) world.before = { view: [map.getCenter(), map.getZoom()], open: legend.open };
    legend.open = printing || before.open;
    world.paint = paints();
    map.invalidateSize({ animate: false });
    if (!printing) map.setView(...before.view, { animate: false });
    else if (state.chosen !== null) map.setView([markets.latitude[state.chosen], markets.longitude[state.chosen]], map.getZoom(), { animate: false });
    world.layer._update(); // at once: the page is printed before the next frame
  }
  function armFrame(world) {
    window.addEventListener("hashchange", () => follow(world));
    window.addEventListener("message", ({ source, data }) => {
      const i = source === window.parent && data && data.type === "hinterland:select" ? world.markets.at.get(data.market) : undefined;
      if (i !== undefined) choose(world, i, { tell: false });
    });
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
  function start(map) {
    const data = read("about"), markets = decodeMarkets(read("markets"));
    const firstLens = markets.lenses[data.lens] ? data.lens : Object.keys(markets.lenses)[0];
    const world = {
      map, data, markets, firstLens, lens: markets.lenses[firstLens], paint: paints(),
      countries: decodeCountries(read("countries")), outlines: decodeOutlines(read("boundaries")),
      largest: Math.max(1, markets.population[markets.bySize[0]] || 1),
      state: { lens: firstLens, band: "all", classes: new Set(CLASSES), outlines: true, chosen: null },
      before: null, order: { quiet: [], told: [] }, listed: [], isListed: new Set(), shows: () => true,
    };
    mendMarkers();
    if (new URLSearchParams(location.hash.slice(1)).get("panel") === "off") document.documentElement.dataset.panel = "off";
    byId("hl").hidden = false;
    byId("hl-main").prepend(map.getContainer());
    map.getContainer().setAttribute("role", "application");
    map.getContainer().setAttribute("aria-label", "Map of markets; the same facts are in the ranking and the search");
    map.invalidateSize({ animate: false });
    fitMarkets(world);
    world.layer = makeLayer(world).addTo(map);
    fillHead(world); fillFilters(world); fillLegend(world); fillAbout(world);
    armSearch(world); armTip(world); armFrame(world);
    refresh(world);
    follow(world);
    document.documentElement.dataset.hinterland = "ready";
    return { choose: (id) => choose(world, markets.at.get(id)), csv: () => csvOf(world), painted: () => world.painted };
  }
  return { start: (map) => { hinterland.page = start(map); }, page: null };
})();
