// The graph of f as the pixels of a picture see it: sampled once a column, and finer where a cubic does not fit.
import { clamp, quantile } from "./scale.js";

const DEPTH = 6; // a column is halved so often where it must be

// f(x) gives [f, f′, f″]; `columns` and `rows` are the picture's pixels. Found are the vertices xs, fs (fs is NaN
// where the curve is torn: at jumps, at poles and beyond the domain); for each column the greatest f″ on it and
// whether the curve turns more than once within it (`fine`); the vertical range, and the least value seen.
export function trace(f, low, high, columns, rows) {
  const at = (i) => (i === columns ? high : low + (i / columns) * (high - low));
  const here = Array.from({ length: columns + 1 }, (_, i) => point(f, at(i)));
  let range = upright(here, here);
  let found = null;
  // what a coarse look missed may need more room, and a pixel is then more
  for (let again = 0; again < 2; again++) {
    found = refined(f, here, (range[1] - range[0]) / rows, range);
    const wanted = upright(here, found.points);
    const grown = wanted[1] - wanted[0] > 1.3 * (range[1] - range[0]);
    range = wanted;
    if (!grown) break;
  }
  const fs = found.points.map((p) => p.f);
  const least = fs.reduce((most, v) => (v < most ? v : most), Infinity);
  return {
    xs: found.points.map((p) => p.x),
    fs,
    columns: here.map((p) => p.x),
    bends: found.bends,
    fine: found.fine,
    range,
    least: least < range[0] ? Infinity : least, // what leaves the picture falls on, as beside a pole
  };
}

function point(f, x) {
  const [value, slope, bend] = f(x);
  const seen = isFinite(value); // slopes may have values where f has none
  return { x, f: seen ? value : NaN, g: slope, h: seen ? bend : NaN };
}

// All vertices, and for each column whether it holds more turns than a pixel can show.
function refined(f, here, pixel, range) {
  const tall = range[1] - range[0];
  const far = [range[0] - 3 * tall, range[1] + 3 * tall];
  const points = [here[0]];
  const fine = new Uint8Array(here.length - 1);
  const bends = new Float64Array(here.length - 1);
  for (let i = 0; i + 1 < here.length; i++) {
    const inner = [];
    const view = { pixel, far };
    split(f, here[i], here[i + 1], view, DEPTH, inner);
    inner.push(here[i + 1]);
    const column = [here[i], ...inner];
    fine[i] = turns(column, pixel) > 1 ? 1 : 0;
    bends[i] = column.every((p, k) => k === 0 || steady(column[k - 1], p)) ? Math.max(...column.map((p) => p.h)) : NaN;
    points.push(...thinned(inner));
  }
  return { points, fine, bends };
}

// Appends the vertices between a and b, both left out.
function split(f, a, b, view, depth, into) {
  const { pixel, far } = view;
  const known = [a, b].map((p) => !Number.isNaN(p.f));
  const width = b.x - a.x;
  if (!(width > 4e-16 * Math.max(Math.abs(a.x), Math.abs(b.x)))) return;
  const c = point(f, a.x + 0.382 * width);
  if (!known[0] && !known[1] && Number.isNaN(c.f)) return;
  if (known[0] && known[1] && !Number.isNaN(c.f)) {
    if ([0, 1].some((side) => [a, b, c].every((p) => (side ? p.f > far[1] : p.f < far[0])))) return;
    if (fits(a, b, c, pixel)) return;
  }
  if (depth === 0) {
    torn(f, a, b, c, view, into);
    return;
  }
  const middle = point(f, a.x + width / 2);
  split(f, a, middle, view, depth - 1, into);
  into.push(middle);
  split(f, middle, b, view, depth - 1, into);
}

// Whether f at c lies on the cubic through both ends with their slopes, and that cubic near its chord.
function fits(a, b, c, pixel) {
  const width = b.x - a.x;
  const [p, q] = [a.g * width, b.g * width];
  const cubic = (t) => {
    const [u, v] = [1 - t, t];
    return u * u * (1 + 2 * t) * a.f + v * v * (3 - 2 * t) * b.f + t * u * u * p - t * t * u * q;
  };
  const rounding = 1e-12 * Math.max(Math.abs(a.f), Math.abs(b.f));
  const near = (value, other) => Math.abs(value - other) <= pixel / 2 + rounding;
  return near(c.f, cubic(0.382)) && near(cubic(0.5), (a.f + b.f) / 2);
}

// Halves what no depth resolves until the difference has gone or stands: a jump, a pole or a border of the domain
// tears the curve.
function torn(f, a, b, c, view, into) {
  let [l, r] = [a, b];
  const seen = (p) => !Number.isNaN(p.f);
  const first = Math.abs(b.f - a.f);
  if (first <= view.pixel && seen(c)) {
    into.push(c);
    return;
  }
  for (let k = 0; k < 60; k++) {
    const middle = point(f, l.x + (r.x - l.x) / 2);
    if (middle.x === l.x || middle.x === r.x) break;
    const left =
      seen(l) !== seen(r) ? seen(middle) !== seen(l) : !(Math.abs(middle.f - l.f) < Math.abs(r.f - middle.f));
    if (left) r = middle;
    else l = middle;
    if (Math.abs(r.f - l.f) <= 0.25 * first) break;
  }
  if (seen(l) && seen(r) && Math.abs(r.f - l.f) <= 0.25 * first) {
    into.push(c); // steep, and one piece
    return;
  }
  if (l !== a) into.push(l);
  into.push({ x: l.x + (r.x - l.x) / 2, f: NaN, g: NaN, h: NaN });
  if (r !== b) into.push(r);
}

// Whether f″ between two points is what both say: its mean there is how much the slope grows.
function steady(a, b) {
  const width = b.x - a.x;
  const rounding = (1e-15 * (Math.abs(a.g) + Math.abs(b.g))) / width;
  return Math.abs((b.g - a.g) / width - (a.h + b.h) / 2) <= 0.1 * (Math.abs(a.h) + Math.abs(b.h)) + rounding;
}

// How often a line turns by more than a pixel.
function turns(points, pixel) {
  let [count, way, last] = [0, 0, NaN];
  for (const { f } of points) {
    if (Number.isNaN(f)) [way, last] = [0, NaN];
    else if (Math.abs(f - last) > pixel) {
      if (way * (f - last) < 0) count += 1;
      way = Math.sign(f - last);
      last = f;
    } else if (Number.isNaN(last)) last = f;
  }
  return count;
}

// Of each piece of a column no more than its lowest, its highest and its last vertex: one pixel shows no more.
function thinned(points) {
  if (points.length < 5) return points;
  const kept = [];
  for (let from = 0; from < points.length;) {
    let to = from;
    while (to < points.length && !Number.isNaN(points[to].f)) to += 1;
    const piece = points.slice(from, to);
    const ends = [0, 1, 2].map((k) =>
      piece.reduce(
        (best, p, i) => (k < 2 && (k ? p.f > piece[best].f : p.f < piece[best].f) ? i : best),
        k < 2 ? 0 : -1,
      ),
    );
    if (piece.length) {
      ends[2] = piece.length - 1;
      for (const i of [...new Set([0, ...ends])].sort((u, v) => u - v)) kept.push(piece[i]);
    }
    if (to < points.length) kept.push(points[to]);
    from = to + 1;
  }
  return kept;
}

// The vertical range: hills and valleys, and the ends only where they are not steep; that of symopt/views/sheet/ranges.py,
// but for hills so narrow that pictures of walks leave them out.
export function upright(columns, points) {
  const seen = Float64Array.from(columns.map((p) => p.f).filter(isFinite)).sort();
  if (!seen.length) return [-1, 1];
  const [q5, q95] = [quantile(seen, 0.05), quantile(seen, 0.95)];
  const [least, most] = [quantile(seen, 0.005), quantile(seen, 0.995)];
  const room = 0.5 * (most - least);
  let [low, high] = [q5, q95];
  for (let i = 1; i + 1 < points.length; i++) {
    const [a, b, c] = [points[i - 1].f, points[i].f, points[i + 1].f];
    if ((b - a) * (c - b) < 0) {
      low = Math.min(low, Math.max(b, least - room));
      high = Math.max(high, Math.min(b, most + room));
    }
  }
  const all = points.map((p) => p.f).filter(isFinite);
  const [bottom, top] = [Math.min, Math.max].map((most) => all.reduce((a, b) => most(a, b)));
  if (Math.max(top, high) - Math.min(bottom, low) <= 1.6 * (high - low))
    [low, high] = [Math.min(bottom, low), Math.max(top, high)];
  const height = high - low;
  if (!(height > 1e-12 * Math.max(Math.abs(low), Math.abs(high)))) {
    const size = 0.3 * Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [low - size, low + size];
  }
  return [low - 0.09 * height, high + 0.11 * height];
}

// The line of pixels: torn where f is, and held a little beyond the frame.
export function drawn({ xs, fs, range }, x, y) {
  const tall = range[1] - range[0];
  let line = "";
  let pen = false;
  for (let i = 0; i < xs.length; i++) {
    if (Number.isNaN(fs[i])) pen = false;
    else {
      line += `${pen ? "L" : "M"}${x(xs[i]).toFixed(1)} ${y(clamp(fs[i], range[0] - 3 * tall, range[1] + 3 * tall)).toFixed(1)}`;
      pen = true;
    }
  }
  return line;
}
