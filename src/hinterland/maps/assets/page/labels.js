/* Labels on the canvas: what is listed first, none over another. */
function wantedLabels(world, view, here) {
  const first = world.listed.filter(here), next = world.order.told.slice(0, 400 * 2 ** (view.zoom - 2)).filter(here);
  const chosen = world.state.chosen !== null && here(world.state.chosen) ? [world.state.chosen] : [];
  return [...new Set([...chosen, ...first, ...next.slice(0, 60)])].map((i) => {
    const [px, py] = view.place(world.markets.x[i], world.markets.y[i]);
    const strong = world.isListed.has(i) || i === world.state.chosen;
    const shaped = outlined(world, view.zoom) && world.outlines.has(i);
    const gap = shaped ? 7 : i === world.state.chosen ? Math.max(radiusOf(world, i, view.zoom), 4) + 9 : Math.max(radiusOf(world, i, view.zoom), 2) + 3;
    return { i, text: world.markets.market[i], px, py, gap, strong };
  });
}
function nameCountries(world, view, labels) {
  if (view.zoom > 6.5 || world.data.level === "country") return;
  for (const { id, name, box, main } of world.countries.lands) {
    const width = (main[2] - main[0]) * view.scale, isHome = world.data.home.ids.includes(id);
    if (!meets(box, view.box) || width < 70 || (view.zoom < 3 && !isHome)) continue;
    const [px, py] = view.place((main[0] + main[2]) / 2, (main[1] + main[3]) / 2);
    const text = spoken.lands[id] || name;
    const label = { text: (isHome ? say("{country} (home)", { country: text }) : text).toUpperCase(), px, py, gap: 0, country: true, width };
    if (isHome) labels.wanted.unshift(label); else labels.wanted.push(label);
  }
}
function paintLabels(world, view, labels, hits) {
  const { ctx } = view, { family } = world;
  let room = 45;
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of labels.wanted) {
    if (room === 0 && !label.country) continue;
    const text = label.text.length > 28 ? `${label.text.slice(0, 27)}…` : label.text;
    ctx.font = label.country ? `500 10px ${family}` : label.strong ? `600 12px ${family}` : `400 11px ${family}`;
    const box = roomFor(label, ctx.measureText(text).width, labels.taken, view.window);
    if (!box) continue;
    labels.taken.push(box);
    if (!label.country) { room -= 1; hits.labels.set(label.i, box); }
    write(world, ctx, text, box, label);
  }
}
function roomFor(label, width, taken, [left, right]) { // beside the circle, over no other label and not across the edge of the map
  if (label.country && width > label.width) return null;
  const offset = label.country ? -width / 2 : label.gap;
  const sides = label.country ? [offset] : [offset, -label.gap - width];
  for (const side of sides) {
    const box = [label.px + side - 2, label.py - 8, label.px + side + width + 2, label.py + 8];
    const isCut = [left, right].some((edge) => box[0] < edge && edge < box[2]);
    if (!isCut && !taken.some((other) => meets(other, box))) return box;
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
