// Places the labels of lines: each beside the end of its own line, where no line, marker or other label is. If one would
// be too far away, all get a leader line. Boxes are { left, top, right, bottom }.

const step = 5;
const space = 3; // between a label and everything else

export const overlap = (a, b, gap = 0) =>
  a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;

/// Whether two segments [[x, y], [x, y]] have a point in common.
export function cross([a, b], [c, d]) {
  const side = ([px, py], [qx, qy], [rx, ry]) => Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  const inside = ([px, py], [qx, qy], [rx, ry]) =>
    Math.min(px, qx) <= rx && rx <= Math.max(px, qx) && Math.min(py, qy) <= ry && ry <= Math.max(py, qy);
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s1 !== s2 && s3 !== s4) return true;
  return [[s1, a, b, c], [s2, a, b, d], [s3, c, d, a], [s4, c, d, b]].some(([s, p, q, r]) => s === 0 && inside(p, q, r));
}

/// Whether a segment touches a box.
export function touches([a, b], { left, top, right, bottom }, gap = 0) {
  const [l, t, r, d] = [left - gap, top - gap, right + gap, bottom + gap];
  if (a[0] >= l && a[0] <= r && a[1] >= t && a[1] <= d) return true;
  const corners = [[l, t], [r, t], [r, d], [l, d]];
  return corners.some((corner, n) => cross([a, b], [corner, corners[(n + 1) % 4]]));
}

export const segmentsOf = (points) => points.slice(1).map((point, n) => [points[n], point]);

// The free places for a label: one further from the end of the line costs more.
function candidates(line, lines, area, { gap, isLed, isOutside }) {
  const [x, y] = line.points[line.points.length - 1];
  const found = [];
  const most = isLed ? area.bottom - area.top : line.height / 2;
  for (let moved = 0; moved <= most; moved += step)
    for (const by of moved === 0 ? [0] : [-moved, moved]) {
      const left = isOutside ? area.left + gap : x + gap, top = y + by - line.height / 2;
      const box = { left, top, right: left + line.width, bottom: top + line.height };
      const leader = isLed ? [[x + 5, y], [left - 4, y + by]] : null;
      const inArea = box.top >= area.top && box.bottom <= area.bottom && box.right <= area.right;
      if (inArea && !isBlocked(box, isOutside ? null : leader, line, lines)) found.push({ box, leader, cost: moved });
    }
  return found;
}

function isBlocked(box, leader, line, lines) {
  return lines.some(
    (other) =>
      segmentsOf(other.points).some((s) => touches(s, box, space) || (leader && other !== line && cross(s, leader))) ||
      other.points.some(([px, py]) => touches([[px, py], [px, py]], box, space + 3)),
  );
}

// Of two labels, the first belongs to the higher line.
function conflict(a, b) {
  if (overlap(a.box, b.box, 2 * space)) return true;
  const isBeside = a.box.left < b.box.right && b.box.left < a.box.right;
  if (isBeside && b.box.top < a.box.top) return true;
  return a.leader !== null && (touches(a.leader, b.box, 1) || touches(b.leader, a.box, 1));
}

// One candidate for each line, with the least sum of costs so that neighbors have no conflict; null if there is none.
// `all` has the candidates of the lines from the highest to the lowest.
function choose(all) {
  let paths = [{ cost: 0, chosen: [] }];
  for (const places of all)
    paths = places.flatMap((place) => {
      const before = paths.filter(({ chosen }) => chosen.length === 0 || !conflict(chosen[chosen.length - 1], place));
      if (before.length === 0) return [];
      const best = before.reduce((a, b) => (b.cost < a.cost ? b : a));
      return [{ cost: best.cost + place.cost, chosen: [...best.chosen, place] }];
    });
  if (paths.length === 0) return null;
  const { chosen } = paths.reduce((a, b) => (b.cost < a.cost ? b : a));
  return chosen.some((one, n) => chosen.slice(n + 1).some((other) => conflict(one, other))) ? null : chosen;
}

/// lines: [{ points, width, height }], where the size is that of the label. Gives [{ box, leader }], `leader` is null or a
/// segment. Right of area.left are no lines: there is space for the labels if there is none between the lines.
export function placeLabels(lines, area) {
  const endOf = ({ points }) => points[points.length - 1][1];
  const order = lines.map((_, n) => n).sort((a, b) => endOf(lines[a]) - endOf(lines[b]));
  for (const way of [{ gap: 10 }, { gap: 24, isLed: true }, { gap: 24, isLed: true, isOutside: true }]) {
    const places = choose(order.map((n) => candidates(lines[n], lines, area, way)));
    if (places) return lines.map((_, n) => places[order.indexOf(n)]);
  }
  throw new Error("there is no space for the labels beside their lines");
}
