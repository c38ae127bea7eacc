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
  if (!isFinite(a) || !isFinite(b) || !isFinite(d)) return { one: NaN, two: NaN, c: 1, s: 0 };
  if (b === 0) return { one: a, two: d, c: 1, s: 0 };
  const theta = (d - a) / (2 * b);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
  const c = 1 / Math.sqrt(1 + t * t);
  return { one: a - t * b, two: d + t * b, c, s: t * c };
}

// The least eigenvalue of the Hessian in O, sign −1, or the largest, 1; 0 where rounding alone tells it from 0.
export function curvature(loss, O, sign) {
  if (loss.n === 1) return O[2];
  const radius = Math.hypot((O[3] - O[5]) / 2, O[4]);
  const found = (O[3] + O[5]) / 2 + sign * radius;
  return Math.abs(found) > 1e-12 * radius ? found : 0;
}

// [[a, b], [b, d]] u = g by elimination with pivots; NaN where the matrix is singular or not finite.
function solve(a, b, d, g0, g1) {
  if (!isFinite(a) || !isFinite(b) || !isFinite(d)) return [NaN, NaN];
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
const E = new Float64Array(2);

function turn(e, V, k, back) {
  const u = V[k];
  const v = V[k + 1];
  const s = back ? -e.s : e.s;
  V[k] = e.c * u - s * v;
  V[k + 1] = s * u + e.c * v;
}

// Replaces X and the state S by the next ones; loss.O must be computed at X.
export function advance(loss, rule, P, X, S, t) {
  if (rule.code) return rule.code(loss, P, X, S, loss.n === 1 ? { evaluate } : { evaluate, eigen, solve });
  const O = loss.O;
  const epoch = rule.batch ? rule.batch(loss, rule.bends, P, X, S, evaluate) : t - 1;
  if (rule.noise) {
    S.draw ??= rule.noise(P[P.length - 1], ...(rule.batch ? [1] : []));
    for (let i = 0; i < loss.n; i++) E[i] = S.draw();
  }
  G[0] = O[1];
  if (loss.n === 1) {
    H[0] = O[2];
    return rule.go(P, X, O[0], G, H, t, S, E, epoch);
  }
  G[1] = O[2];
  if (!rule.bends) {
    rule.go(P, X, O[0], G, H, t, S, E, epoch);
  } else if (rule.shift) {
    const c = rule.shift(P, X, O[0], G, t, epoch);
    const [u, v] = isFinite(c) ? solve(O[3] + c, O[4], O[5] + c, G[0], G[1]) : [NaN, NaN];
    X[0] -= u;
    X[1] -= v;
  } else {
    const e = eigen(O[3], O[4], O[5]);
    H[0] = e.one;
    H[1] = e.two;
    turn(e, X, 0, false);
    turn(e, G, 0, false);
    turn(e, E, 0, false);
    for (let k = 0; k < rule.states; k++) turn(e, S, 2 * k, false);
    rule.go(P, X, O[0], G, H, t, S, E, epoch);
    turn(e, X, 0, true);
    for (let k = 0; k < rule.states; k++) turn(e, S, 2 * k, true);
  }
}

let room = { xs: new Float64Array(0), fs: null, gs: null };

// A walk: points xs, values fs, gradients gs (views into shared memory: `keep` copies them), K steps, and its end.
export function walk(loss, rule, P, start, stop) {
  const n = loss.n;
  const chance = rule.noise || rule.batch;
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
  loss.sample ??= sampled(loss, stop); // before the start is recorded, since every step reads what was computed last
  record(0);
  let K = 0;
  const steep = slopeAt(gs, 0, n);
  loss.reach = Math.max(...stop.half) / 10;
  loss.first = steep > 0 && steep < Infinity ? loss.reach / steep : 1;
  const looked = flatness(loss, rule, stop, fs[0], steep, P);
  let outcome = isFinite(fs[0]) ? "EXHAUSTED" : "NO_START";
  while (outcome === "EXHAUSTED") {
    if (looked.ends(X, slopeAt(gs, K, n))) outcome = "FLAT";
    if (outcome === "FLAT" || K >= stop.steps) break;
    const rests = () => {
      advance(loss, rule, P, X, S, K + 1);
      return rule.falls && X.every((x, i) => x === xs[K * n + i]);
    };
    if (rests() && rests()) {
      outcome = looked.atRest(X) ? "FLAT" : "STALLED"; // asked twice, since a method may begin anew
      break;
    }
    if (!X.every(isFinite)) {
      outcome = "NO_STEP";
      break;
    }
    K += 1;
    record(K);
    if (!isFinite(fs[K])) outcome = "LEFT_DOMAIN";
    else if (X.some((x, i) => Math.abs(x - stop.center[i]) > stop.radius * stop.half[i])) outcome = "RAN_AWAY";
  }
  const found = {
    n,
    K,
    free: rule.free,
    falls: rule.falls,
    drawn: chance,
    xs,
    fs,
    gs,
    outcome,
    period: 0,
    kind: "",
    reason: "",
    remark: "",
    at: null,
    error: 0,
  };
  if (outcome === "STALLED") found.reason = "search";
  if (outcome === "NO_STEP") found.reason = S.reason ?? "";
  if (outcome === "LEFT_DOMAIN") found.reason = Number.isNaN(fs[K]) ? "unknown" : "overflow";
  if (outcome === "EXHAUSTED" && looked.atLast(X, K)) found.outcome = "FLAT";
  if (found.outcome === "FLAT") Object.assign(found, looked.place);
  else if (outcome === "EXHAUSTED") {
    if (!chance && stalled(found, reach(stop, X))) found.outcome = "STALLED";
    else if (rule.free && (found.period = cycle(found, reach(stop, X)))) found.outcome = "CYCLE";
  }
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

// The half-width of what is looked at: of the window, or as far as X lies from its middle.
const reach = (stop, X) => Math.max(...stop.half, ...Array.from(X, (x, i) => Math.abs(x - stop.center[i])));

// What a slope is measured against, from f and ‖∇f‖ at the start and on the window: symopt/judge/flat.py.
function slopeUnits(loss, stop, f, start) {
  const known = loss.sample;
  let last = known.length - 1;
  const largest = known[last]?.[1];
  if (!largest) return { scale: start, least: start, usual: 0 };
  const high = Math.max(known[known.length >> 3][0], f);
  while (known[last][0] > high) last -= 1;
  const usual = known[last][1];
  const least = isFinite(start) ? Math.min(start, largest) : largest;
  return { scale: start < 1e-7 * usual ? usual : least, least, usual };
}

// Places of the window where f and ‖∇f‖ are finite, the least f first: f, and the largest ‖∇f‖ up to there.
function sampled(loss, stop) {
  const n = loss.n;
  const share = (k, i) => (n === 1 ? k / 128 : (k * Math.sqrt(i + 1.5)) % 1);
  const all = Array.from({ length: 128 + (n === 1) }, (_, j) => {
    const X = stop.half.map((half, i) => stop.center[i] - half + share(j + (n > 1), i) * 2 * half);
    const O = evaluate(loss, X, false);
    return [O[0], Math.hypot(...O.subarray(1, 1 + n))];
  });
  let most = 0;
  return all
    .filter((p) => p.every(isFinite))
    .sort(([a], [b]) => a - b)
    .map(([value, slope]) => [value, (most = Math.max(most, slope))]);
}

const PLATEAU = { kind: "plateau", reason: "", at: null, error: 0 };

// Whether a walk has come to where f is flat, as symopt/judge/flat.py asks it.
function flatness(loss, rule, stop, f, start, P) {
  const { gtol } = stop;
  const epoch = rule.batch ? Math.ceil(loss.program.count / Math.round(P[P.length - 2])) : 1; // its steps
  const needed = rule.free || rule.falls ? 1 : 1 + epoch;
  const { scale, least, usual } = slopeUnits(loss, stop, f, start);
  const [tolerance, closest] = [gtol * scale, gtol * least];
  const early = 100 * Math.max(tolerance, 1e-4 * gtol * usual);
  let [run, below, asked] = [0, 0, Infinity];
  const look = { place: PLATEAU };
  look.ends = (X, slope) => {
    below = slope <= tolerance ? below + 1 : 0;
    run = slope <= early ? run + 1 : 0;
    if (run < needed || (slope && slope > 0.1 * asked)) return false;
    asked = slope;
    const hopeless = slope <= 1e-8 * tolerance;
    look.place = placeOf(loss, X, reach(stop, X), hopeless ? Math.max(gtol, NEAR) : gtol, hopeless || slope <= closest);
    const plateau = look.place.kind === "plateau";
    const ended = plateau ? hopeless && isLevel(loss, X, reach(stop, X)) : hopeless || look.place.holds !== false;
    evaluate(loss, X, rule.bends); // the next step reads what was computed at X
    return ended;
  };
  look.atRest = (X) => {
    look.place = placeOf(loss, X, reach(stop, X), Math.max(gtol, NEAR), true, true);
    return look.place.kind !== "plateau";
  };
  look.atLast = (X, K) => {
    if (below < needed) return false;
    look.place = placeOf(loss, X, reach(stop, X), Math.max(gtol, NEAR), true);
    return look.place.kind !== "plateau" || (2 * below > K && isLevel(loss, X, reach(stop, X)));
  };
  return look;
}

// Whether f is flat at X beside what lies downhill, as symopt/judge/flat.py asks it.
function isLevel(loss, X, scale) {
  const [f, ...g] = Float64Array.from(evaluate(loss, X, false)).subarray(0, 1 + loss.n);
  const slope = Math.hypot(...g);
  if (!slope || !isFinite(slope)) return true;
  let [largest, ahead] = [0, 0];
  for (let k = 0; k <= 96; k++) {
    const away = (scale * 1e-6 * 2e6 ** (k / 96)) / slope;
    const O = evaluate(
      loss,
      Array.from(X, (x, i) => x - away * g[i]),
      false,
    );
    if (O[0] > f + 8 * EPS * Math.abs(f)) return slope <= 1e-6 * largest;
    const steep = Math.hypot(...O.subarray(1, 1 + loss.n));
    if (isFinite(steep)) largest = Math.max(largest, (ahead = steep));
  }
  return slope <= 1e-6 * largest || !(ahead > 0.5 * slope);
}

// What a flat point is, as symopt/judge/kind.py says it where doubles can tell, else a plateau.
function placeOf(loss, x, scale, near, multiple, rests) {
  return loss.n === 1 ? onALine(loss, x[0], scale, near, multiple, rests) : inThePlane(loss, x, scale, near, multiple);
}

const HIGHEST = 12; // the highest order of a zero that is told from a plateau

function onALine(loss, x, scale, near, multiple, rests) {
  const at = (p) => evaluate(loss, [p], true).slice(0, 3);
  const here = at(x);
  const zero = here[1] === 0 ? x : zeroNear(at, x, scale * near ** (1 / HIGHEST), scale);
  const z = zero === null && rests && loss.program.kinks ? x : zero; // a search that rests may rest at a kink
  if (z === null) return PLATEAU;
  const gap = Math.abs(z - x);
  const step = loss.program.kinks ? 4e-6 * scale : Math.max(gap, 1e-4 * scale);
  const sides = [-1, 1].map((sign) => [step, step / 8].map((d) => at(z + sign * d)));
  const slopes = sides.map((side, i) => side.map((O) => (2 * i - 1) * O[1]));
  if (!sides.flat().every((O) => isFinite(O[0]) && isFinite(O[1]))) return PLATEAU;
  if (slopes.flat().every((slope) => slope === 0)) return PLATEAU;
  const found = { ...PLATEAU, at: [z], error: 1e-9 * scale };
  const jump = [0, 1].map((k) => Math.abs(sides[1][k][0] - sides[0][k][0]));
  const explained = 10 * step * Math.max(...slopes.flat().map(Math.abs));
  if (jump[1] > Math.max(0.5 * jump[0], explained, 1e-9 * Math.abs(here[0])))
    return { ...found, kind: "degenerate", reason: "jump" };
  const straight = slopes.map(([far, close]) => Math.abs(close) > 0.5 * Math.abs(far));
  const signs = slopes.map(([, close]) => Math.sign(close));
  const turn = Math.min(...signs) >= 0 ? "minimum" : Math.max(...signs) <= 0 ? "maximum" : "";
  if (straight[0] || straight[1]) {
    if (!loss.program.kinks || gap > near * scale) return PLATEAU;
    if (!turn && zero === null) return PLATEAU;
    return { ...found, kind: turn || "degenerate", reason: "kink" };
  }
  const bend = at(z)[2];
  const orders = slopes.map(([far, close]) => Math.log(Math.abs(far / close)) / Math.log(8));
  const likeness = (Math.abs(bend) * step) / Math.abs(slopes[1][0]);
  const simple = orders.every((m) => Math.abs(m - 1) < 0.05) || (likeness > 0.3 && likeness < 3);
  const m = simple ? 1 : Math.max(...orders);
  if (gap > scale * near ** (1 / Math.max(m, 1)) || (m > 1.1 && gap && !multiple) || m > HIGHEST) return PLATEAU;
  if (gap > 1e-11 * scale && Math.abs((m * here[1]) / (here[2] * (x - z)) - 1) > 0.2) return PLATEAU;
  if (simple) return { ...found, kind: turn || "degenerate", error: 1e-15 * scale };
  // a walk may be merely slow on its way past what is no minimum
  const holds = turn === "minimum" || m <= 1.1;
  return turn ? { ...found, kind: "degenerate", reason: turn, holds } : { ...found, kind: "inflection", holds };
}

// The zero of f′ near x, by Newton on f′/f″, whose zeros are simple; null if there is none.
function zeroNear(at, x, far, scale) {
  let z = x;
  for (let k = 0; k < 30; k++) {
    const O = at(z);
    if (O[1] === 0 || (z !== x && !isFinite(O[1]))) return z;
    const u = O[1] / O[2];
    const e = 1e-4 * Math.max(Math.abs(u), 1e-3 * scale);
    if (!isFinite(u)) return null;
    if (Math.abs(u) <= Math.max(1e-14 * scale, 4 * EPS * Math.abs(z))) return z - u;
    const P = at(z + e);
    const rate = (P[1] / P[2] - u) / e;
    if (!(rate > 0.5 / HIGHEST)) return null;
    z -= u / rate;
    if (!(Math.abs(z - x) <= far)) return null;
    if (Math.abs(u / rate) <= 1e-12 * scale) return z;
  }
  return null;
}

function inThePlane(loss, x, scale, near, multiple) {
  const n = loss.n;
  let z = Array.from(x);
  let [order, before, O, e, first, steep] = [1, null, null, null, 0, 0];
  for (let k = 0; k < 30; k++) {
    O = Float64Array.from(evaluate(loss, z, true));
    if (!O.subarray(1).every(isFinite)) return PLATEAU;
    e = eigen(O[3], O[4], O[5]);
    if (k === 0) first = Math.max(Math.abs(e.one), Math.abs(e.two));
    const p = newtonStep(O, e, (steep ||= Math.hypot(O[1], O[2])));
    if (p === null) return PLATEAU;
    const length = Math.max(...p.map(Math.abs));
    if (length <= 1e-10 * scale) break;
    let m = 1;
    if (before) {
      const share = (p[0] * before[0] + p[1] * before[1]) / (before[0] ** 2 + before[1] ** 2);
      if (share >= 1 - 0.5 / HIGHEST || share < -0.5 || k === 29) return PLATEAU;
      if (share > 0.1) m = order = 1 / (1 - share);
    }
    z = z.map((c, i) => c - m * p[i]);
    if (z.some((c, i) => Math.abs(c - x[i]) > 2 * scale * near ** (1 / HIGHEST))) return PLATEAU;
    before = m === 1 ? p : null;
  }
  const gap = Math.max(...z.map((c, i) => Math.abs(c - x[i])));
  if (gap > scale * near ** (1 / order) || (order > 1.1 && gap && !multiple)) return PLATEAU;
  const values = [e.one, e.two];
  const axes = [[e.c, -e.s], [e.s, e.c]]; // prettier-ignore
  const large = Math.max(...values.map(Math.abs));
  const along = (P, axis) => axis[0] * P[1] + axis[1] * P[2];
  const beside = (side, axis) =>
    Float64Array.from(evaluate(loss, [z[0] + side * axis[0], z[1] + side * axis[1]], false));
  const found = { ...PLATEAU, at: z, error: 1e-9 * scale };
  const zero = values.map((value) => Math.abs(value) <= (order > 1.1 ? 1e-3 * first : 4 * n * EPS * large));
  // a zero that both sides know nothing of may be nothing but underflow
  const known = (axis) => [-1e-3, 1e-3].some((side) => along(beside(side * scale, axis), axis) !== 0);
  if (axes.some((axis, i) => zero[i] && !known(axis)) && !loss.program.kinks) return PLATEAU;
  if (zero.some(Boolean)) {
    const reason = turnAlong(loss, z, scale, axes, values, zero.indexOf(false));
    return { ...found, kind: "degenerate", reason, holds: order <= 1.1 || reason === "minimum" };
  }
  // at a kink the Hessian of one side tells nothing of the other
  const sides = [-4 * NEAR * scale, 4 * NEAR * scale];
  const broken = (side) =>
    axes.some((axis, i) => {
      const P = beside(side, axis);
      const allowed = sides[1] * (0.1 * Math.abs(values[i]) + 1e-3 * large);
      const rise = P[0] - O[0] - side * along(O, axis) - (side * side * values[i]) / 2;
      const off = Math.abs(along(P, axis) - along(O, axis) - side * values[i]);
      return !(off <= allowed && Math.abs(rise) <= sides[1] * allowed + 16 * EPS * Math.abs(O[0]));
    });
  if (loss.program.kinks && sides.some(broken)) return { ...found, kind: "degenerate" };
  const all = (sign) => values.every((value) => sign * value > 0);
  return { ...found, kind: all(1) ? "minimum" : all(-1) ? "maximum" : "saddle", error: 1e-15 * scale };
}

// Whether f falls nowhere, rises nowhere, or does both along the axes without curvature, the other followed to where f
// is stationary on it (the splitting lemma); empty where that is not sure: along_null of symopt/judge/around.py.
function turnAlong(loss, z, scale, axes, values, curved) {
  const w = axes[curved];
  const signs = Array.from({ length: 16 }, (_, k) => {
    const angle = (k * Math.PI) / 8;
    const v = w ? axes[1 - curved].map((part) => (k % 2 ? part : -part)) : [Math.cos(angle), Math.sin(angle)];
    const [far, close] = [4e-3, 1e-3].map((t) => {
      const p = z.map((x, i) => x + t * scale * v[i]);
      let O;
      for (let j = 0; j < 9; j++) {
        O = evaluate(loss, p, false);
        if (w) p.forEach((x, i) => (p[i] = x - (w[i] * (w[0] * O[1] + w[1] * O[2])) / values[curved]));
      }
      return O[1] * v[0] + O[2] * v[1];
    });
    return far * close > 8 * close * close ? far : 0;
  });
  const [up, down] = [1, -1].map((sign) => [...signs, values[curved]].some((slope) => sign * slope > 0));
  if (up && down) return "saddle";
  return signs.every(Boolean) ? (up ? "minimum" : "maximum") : "";
}

// H⁻¹∇f without the directions in which both are zero beside a slope that was steep; null where only H is.
function newtonStep(O, e, steep) {
  const slopes = [e.c * O[1] - e.s * O[2], e.s * O[1] + e.c * O[2]];
  const values = [e.one, e.two];
  const large = Math.max(...values.map(Math.abs));
  const zero = values.map((value) => Math.abs(value) <= 8 * EPS * large);
  if (zero.some((is, i) => is && Math.abs(slopes[i]) > 8 * EPS * steep)) return null;
  const [one, two] = slopes.map((slope, i) => (zero[i] ? 0 : slope / values[i]));
  return [e.c * one + e.s * two, e.c * two - e.s * one];
}
