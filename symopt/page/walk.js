// The loop of symopt/descent.py: walks a method, judges every point, and names how the walk ended.

import { EPS, NEAR, cycle, doing, stalled } from "./unfinished.js";

// A loss at a point: C holds coordinates and letters, O what was computed (f, gradient, lower half of the Hessian).
export function makeLoss(program, n, letters) {
  const C = new Float64Array(n + letters.length);
  C.set(letters, n);
  return { program, n, C, O: new Float64Array(1 + n + (n * (n + 1)) / 2) };
}

export function evaluate(loss, X, bends) {
  for (let i = 0; i < loss.n; i++) loss.C[i] = X[i];
  if (bends) loss.program.h(loss.C, loss.O);
  else loss.program.g(loss.C, loss.O);
  return loss.O;
}

// Eigenvalues of [[a, b], [b, d]] and an orthonormal basis with columns (c, −s) and (s, c):
// G. Golub, C. Van Loan, Matrix Computations, 4th ed., 2013, section 8.5.2.
export function eigen(a, b, d) {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(d)) return { one: NaN, two: NaN, c: 1, s: 0 };
  if (b === 0) return { one: a, two: d, c: 1, s: 0 };
  const theta = (d - a) / (2 * b);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
  const c = 1 / Math.sqrt(1 + t * t);
  return { one: a - t * b, two: d + t * b, c, s: t * c };
}

// [[a, b], [b, d]] u = g by elimination with pivots; NaN where the matrix is singular or not finite.
function solve(a, b, d, g0, g1) {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(d)) return [NaN, NaN];
  return Math.abs(b) > Math.abs(a) ? eliminate(b, d, a, b, g1, g0) : eliminate(a, b, b, d, g0, g1);
}

// p u + q v = g, r u + s v = h with |p| ≥ |r|.
function eliminate(p, q, r, s, g, h) {
  const l = r * (1 / p);
  const last = s - l * q;
  if (p === 0 || last === 0) return [NaN, NaN];
  const v = (h - l * g) / last;
  return [(g - q * v) / p, v];
}

const G = new Float64Array(2);
const H = new Float64Array(2);

function turn(e, V, k, back) {
  const u = V[k];
  const v = V[k + 1];
  const s = back ? -e.s : e.s;
  V[k] = e.c * u - s * v;
  V[k + 1] = s * u + e.c * v;
}

// Replaces X and the state S by the next ones; loss.O must be computed at X.
export function advance(loss, rule, P, X, S, t) {
  const O = loss.O;
  G[0] = O[1];
  if (loss.n === 1) {
    H[0] = O[2];
    rule.go(P, X, O[0], G, H, t, S);
    return;
  }
  G[1] = O[2];
  if (!rule.bends) {
    rule.go(P, X, O[0], G, H, t, S);
  } else if (rule.shift) {
    const c = rule.shift(P, X, O[0], G, t);
    const [u, v] = Number.isFinite(c) ? solve(O[3] + c, O[4], O[5] + c, G[0], G[1]) : [NaN, NaN];
    X[0] -= u;
    X[1] -= v;
  } else {
    const e = eigen(O[3], O[4], O[5]);
    H[0] = e.one;
    H[1] = e.two;
    turn(e, X, 0, false);
    turn(e, G, 0, false);
    for (let k = 0; k < rule.states; k++) turn(e, S, 2 * k, false);
    rule.go(P, X, O[0], G, H, t, S);
    turn(e, X, 0, true);
    for (let k = 0; k < rule.states; k++) turn(e, S, 2 * k, true);
  }
}

let room = { xs: new Float64Array(0), fs: null, gs: null };

// A walk: points xs, values fs, gradients gs (views into shared memory: `keep` copies them), K steps, and its end.
export function walk(loss, rule, P, start, stop) {
  const n = loss.n;
  const size = (stop.steps + 2) * n;
  if (room.xs.length < size) {
    room = { xs: new Float64Array(size), fs: new Float64Array(size), gs: new Float64Array(size) };
  }
  const { xs, fs, gs } = room;
  const X = Float64Array.from(start);
  const S = new Float64Array(rule.states * n);
  const record = (k) => {
    const O = evaluate(loss, X, rule.bends);
    fs[k] = O[0];
    for (let i = 0; i < n; i++) {
      xs[k * n + i] = X[i];
      gs[k * n + i] = O[1 + i];
    }
  };
  record(0);
  let K = 0;
  let flat = 0;
  let outcome = Number.isFinite(fs[0]) ? "EXHAUSTED" : "NO_START";
  while (outcome === "EXHAUSTED") {
    flat = slopeAt(gs, K, n) <= stop.gtol ? flat + 1 : 0;
    if (flat >= (rule.free ? 1 : 2)) outcome = "FLAT";
    if (flat >= (rule.free ? 1 : 2) || K >= stop.steps) break;
    advance(loss, rule, P, X, S, K + 1);
    if (!X.every(Number.isFinite)) {
      outcome = "NO_STEP";
      break;
    }
    K += 1;
    record(K);
    if (!Number.isFinite(fs[K])) outcome = "LEFT_DOMAIN";
    else if (X.some((x, i) => Math.abs(x - stop.center[i]) > stop.radius * stop.half[i])) outcome = "RAN_AWAY";
  }
  const found = { n, K, free: rule.free, xs, fs, gs, outcome, period: 0, kind: "", remark: "" };
  const last = xs.subarray(K * n, (K + 1) * n);
  const scale = Math.max(...stop.half, ...last.map(Math.abs));
  if (outcome === "EXHAUSTED") {
    if (stalled(found)) found.outcome = "STALLED";
    else if (rule.free && (found.period = cycle(found, scale))) found.outcome = "CYCLE";
  }
  if (outcome === "FLAT") found.kind = kindOf(loss, last, scale);
  return found;
}

// The walk with arrays of its own, and what it was doing if it has no end: too dear to ask of every start of a basin.
export function keep(walked, stop) {
  const { n, K } = walked;
  const own = {
    ...walked,
    xs: walked.xs.slice(0, (K + 1) * n),
    fs: walked.fs.slice(0, K + 1),
    gs: walked.gs.slice(0, (K + 1) * n),
  };
  const box = Array.from(stop.center, (middle, i) => [middle - stop.half[i], middle + stop.half[i]]);
  return own.outcome === "EXHAUSTED" ? { ...own, ...doing(own, own.free, box) } : own;
}

export function slopeAt(gs, k, n) {
  return n === 1 ? Math.sqrt(gs[k] * gs[k]) : Math.sqrt(gs[2 * k] * gs[2 * k] + gs[2 * k + 1] * gs[2 * k + 1]);
}

// What a flat point is: by the curvatures there, if a critical point is near.
function kindOf(loss, x, scale) {
  const n = loss.n;
  const O = Float64Array.from(evaluate(loss, x, true));
  if (!O.subarray(1 + n).every(Number.isFinite)) return "degenerate";
  let values = [O[2]];
  let axes = [[1]];
  if (n === 2) {
    const e = eigen(O[3], O[4], O[5]);
    values = [e.one, e.two];
    axes = [[e.c, -e.s], [e.s, e.c]]; // prettier-ignore
  }
  const slope = (P, axis) => axis.reduce((sum, a, i) => sum + a * P[1 + i], 0);
  const along = axes.map((axis) => Math.abs(slope(O, axis)));
  const size = Math.max(...values.map(Math.abs), typicalCurvature(loss, x, scale));
  const zero = values.map((value) => Math.abs(value) <= 4 * n * EPS * size);
  const near = values.every((value, i) => {
    const step = along[i] === 0 ? 0 : value === 0 ? NaN : along[i] / Math.abs(value);
    return step <= NEAR * scale || (zero[i] && along[i] <= EPS * size * scale);
  });
  if (!near) return "plateau";
  const ahead = eigenvaluesAhead(loss, x, O, values, zero);
  if (!values.every((value, i) => zero[i] || Math.abs(ahead[i] - value) <= 0.1 * Math.abs(value))) return "plateau";
  // at a kink the Hessian of one side tells nothing of the other
  const sides = [-4 * NEAR * scale, 4 * NEAR * scale];
  const aside = (side, axis) => Array.from(x, (c, i) => c + side * axis[i]);
  const beside = (side, axis) => Float64Array.from(evaluate(loss, aside(side, axis), false));
  const large = Math.max(...values.map(Math.abs));
  const broken = (side) =>
    axes.some((axis, i) => {
      const P = beside(side, axis);
      const here = slope(O, axis);
      const allowed = sides[1] * (0.1 * Math.abs(values[i]) + 1e-3 * large);
      const rise = P[0] - O[0] - side * here - (side * side * values[i]) / 2;
      const off = Math.abs(slope(P, axis) - here - side * values[i]);
      return !(off <= allowed && Math.abs(rise) <= sides[1] * allowed + 16 * EPS * Math.abs(O[0]));
    });
  const slant = (side) => Math.abs(beside(side, [1])[1]);
  const straight = (side) => n === 1 && slant(side) > 0.6 * slant(2 * side);
  let rises = values;
  if (loss.program.kinks && sides.some(zero.some(Boolean) ? straight : broken)) {
    if (n > 1) return "degenerate";
    rises = sides.map((side) => {
      const P = beside(side, [1]);
      return Math.abs(P[0] - O[0]) > 8 * EPS * Math.abs(O[0]) ? P[0] - O[0] : side * P[1];
    });
  } else if (zero.some(Boolean)) {
    if (n > 1) return "degenerate";
    const reach = 1e-3 * scale;
    const left = evaluate(loss, [x[0] - reach], false)[1];
    return left * evaluate(loss, [x[0] + reach], false)[1] > 0 ? "inflection" : "degenerate";
  }
  const all = (sign) => rises.every((rise) => sign * rise > 0);
  return all(1) ? "minimum" : all(-1) ? "maximum" : rises === values ? "saddle" : "degenerate";
}

// The eigenvalues one Newton step on, along those directions whose curvature is not zero.
function eigenvaluesAhead(loss, x, O, values, zero) {
  if (loss.n === 1) return [evaluate(loss, [zero[0] ? x[0] : x[0] - O[1] / values[0]], true)[2]];
  const e = eigen(O[3], O[4], O[5]);
  const one = zero[0] ? 0 : (e.c * O[1] - e.s * O[2]) / values[0];
  const two = zero[1] ? 0 : (e.s * O[1] + e.c * O[2]) / values[1];
  const P = evaluate(loss, [x[0] - (e.c * one + e.s * two), x[1] - (e.c * two - e.s * one)], true);
  const next = eigen(P[3], P[4], P[5]);
  // where a and d are equal to rounding, the two may have changed places
  return next.one < next.two === values[0] < values[1] ? [next.one, next.two] : [next.two, next.one];
}

// The median curvature on a fixed lattice around x: what zero is measured against.
function typicalCurvature(loss, x, scale) {
  const found = [];
  const n = loss.n;
  for (let k = 1; k <= 16; k++) {
    const point = Array.from(x, (c, i) => c + scale * 0.05 * (2 * ((k * Math.sqrt(i + 1.5)) % 1) - 1));
    const O = evaluate(loss, point, true);
    const entries = n === 1 ? [O[2]] : [O[3], O[4], O[4], O[5]];
    for (const entry of entries) if (Number.isFinite(entry)) found.push(Math.abs(entry));
  }
  if (!found.length) return 0;
  found.sort((a, b) => a - b);
  const middle = found.length >> 1;
  return found.length % 2 ? found[middle] : (found[middle - 1] + found[middle]) / 2;
}
