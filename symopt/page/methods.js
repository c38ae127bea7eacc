// Methods that are code, as in symopt/methods, one function each: (f, p, P, S) → the next point. Whatever is called p
// or q is a point with what is known there: { x, f, g, h }; P are the parameters, and S what the method remembers.
// They stand in pages that walk them: what they need is handed to them.

// A rule's code: next, a method.
export function coded(next) {
  return (loss, P, X, S, tools) => {
    const f = seen(loss, tools);
    const q = next(f, f.at(X), P, S);
    X.forEach((_, i) => (X[i] = q.x[i]));
  };
}

// A loss as a method sees it; what is not finite is NaN.
export function seen(loss, { evaluate, eigen, solve }) {
  const known = (c) => (isFinite(c) ? c : NaN);
  const f = { loss, reach: loss.reach ?? 1, first: loss.first ?? 1 };
  f.at = (x) => {
    const [value, ...rest] = evaluate(loss, x, true);
    return { x: [...x], f: known(value), g: rest.slice(0, x.length).map(known), h: rest.slice(x.length) };
  };
  // how far rounding may move f at p, and whether it hides a fall that is promised
  f.rounding = (p) => {
    loss.C.set(p.x);
    return 2 ** -52 * (loss.program.e?.(loss.C) || 0);
  };
  f.hides = (p, promised, rise) => {
    const size = Math.max(4 * 2 ** -52 * Math.abs(p.f), f.rounding(p));
    return promised <= 100 * size && rise <= size;
  };
  f.newton = ({ g, h }) => [h[0] && isFinite(h[0]) ? g[0] / h[0] : NaN]; // n = 1
  if (loss.n === 2) f.newton = ({ g, h }) => solve(...h, ...g); // n = 2
  // eigenvalues, the least first, and eigenvectors
  f.bends = ({ h }) => {
    if (h.length > 1) return both(eigen(...h)); // n = 2
    return [h, [[1]]];
  };
  return f;
}

export function both(e) {
  const [low, high] = [[e.one, [e.c, -e.s]], [e.two, [e.s, e.c]]].sort((a, b) => a[0] - b[0]); // prettier-ignore
  return [[low[0], high[0]], [low[1], high[1]]]; // prettier-ignore
}

export function dot(u, v) {
  return u.reduce((sum, c, i) => sum + c * v[i], 0);
}

export function norm(u) {
  return Math.hypot(...u);
}

// x + t·d.
export function ahead(x, t, d) {
  return x.map((c, i) => c + t * d[i]);
}

export function minus(u) {
  return u.map((c) => -c);
}

export function same(p, q) {
  return p.x.every((c, i) => c === q.x[i]);
}

export function nowhere(p) {
  return { ...p, x: p.x.map(() => NaN) };
}

export function firstStep(f, g) {
  return Math.min(f.first, f.reach / norm(g));
}

// The fall of f from p to q, by the slopes at both where rounding hides it, and it is less than what is wanted.
export function fallen(f, p, q, wanted, promised) {
  const fall = p.f - q.f;
  if (fall >= wanted || !f.hides(p, promised, -fall)) return fall;
  return -dot(ahead(q.x, -1, p.x), ahead(p.g, 1, q.g)) / 2;
}

export function armijo(f, p, d, first, shrink, c) {
  const slope = dot(p.g, d);
  if (Number.isNaN(slope)) return [nowhere(p), NaN];
  let t = slope < 0 ? first : 0;
  for (let k = 0; k < 300 && t > 0; k++, t *= shrink) {
    const q = f.at(ahead(p.x, t, d));
    const wanted = -c * t * slope;
    if (fallen(f, p, q, wanted, -t * slope) >= wanted) return [q, t];
    if (same(p, q)) break;
  }
  return [p, 0];
}

// Strong Wolfe, by a bracket.
export function wolfe(f, p, d, first, c1, c2) {
  const slope = dot(p.g, d);
  if (Number.isNaN(slope)) return nowhere(p);
  let found = p;
  let t = first;
  let low = { t: 0, f: p.f, s: slope };
  let high = { t: Infinity, f: NaN, s: NaN };
  for (let k = 0; k < 60 && slope < 0; k++) {
    const q = f.at(ahead(p.x, t, d));
    const lower = q.f <= p.f + c1 * t * slope;
    const lost = !lower && f.hides(p, -t * slope, q.f - p.f);
    const s = lower || lost ? dot(q.g, d) : NaN;
    const falls = lost ? s <= (2 * c1 - 1) * slope : lower && isFinite(s);
    const done = falls && Math.abs(s) <= -c2 * slope;
    if (done || (falls && lower && q.f < found.f)) found = q;
    const here = { t, f: q.f, s };
    const zero = t - (s * (t - low.t)) / (s - low.s);
    const longer = s > low.s ? Math.min(Math.max(zero, 2 * t), 10 * t) : 4 * t;
    if (falls && s < 0) low = here;
    else high = here;
    if (done || !(high.t - low.t > 4 * 2 ** -52 * low.t) || same(p, q)) break;
    t = high.t === Infinity ? longer : between(low, high, lost);
  }
  return found;
}

export function between(low, high, lost) {
  const width = high.t - low.t;
  const rise = high.f - low.f;
  const parabola = low.t - (low.s * width ** 2) / (2 * (rise - low.s * width));
  const d1 = low.s + high.s - (3 * rise) / width;
  const d2 = Math.sqrt(d1 ** 2 - low.s * high.s);
  const cubic = high.t - (width * (high.s + d2 - d1)) / (high.s - low.s + 2 * d2);
  const secant = low.t - (low.s * width) / (high.s - low.s);
  const [guess = NaN] = [lost ? secant : NaN, cubic, parabola].filter(isFinite);
  const t = isFinite(guess) && isFinite(high.f) ? guess : low.t + width / 2;
  return Math.min(Math.max(t, low.t + 0.1 * width), high.t - 0.1 * width);
}

export function backtracking(f, p, [first, shrink, c], S) {
  const [q, t] = armijo(f, p, minus(p.g), (S.trial ??= first), shrink, c);
  if (t > 0) S.trial = 2 * t;
  return q;
}

export function lineSearchNewton(f, p, [c1, c2]) {
  const d = minus(f.newton(p));
  const good = -dot(d, p.g) >= 1e-8 * norm(d) * norm(p.g);
  return wolfe(f, p, good ? d : p.g.map((c) => -firstStep(f, p.g) * c), 1, c1, c2);
}

export function modifiedNewton(f, p, [margin, c]) {
  const [values, axes] = f.bends(p);
  const size = Math.max(...values.map(Math.abs));
  const needed = (size > 0 ? margin * size : 1 / firstStep(f, p.g)) - values[0];
  const shift = Math.max(0, -2 * values[0], needed);
  return armijo(f, p, combined(axes, values.map((value, k) => -dot(axes[k], p.g) / (value + shift))), 1, 0.5, c)[0]; // prettier-ignore
}

export function combined(axes, shares) {
  return axes.reduce((sum, axis, k) => ahead(sum, shares[k], axis), axes[0].map(() => 0)); // prettier-ignore
}

// What a step changed: it, the change of the slopes, and 1/(s·y) and s·y/‖y‖² where that is more than rounding.
export function changes(p, q) {
  const [s, y] = [ahead(q.x, -1, p.x), ahead(q.g, -1, p.g)];
  const known = dot(s, y) > 4 * 2 ** -52 * norm(s) * norm(y);
  const size = norm(y);
  return { s, y, known, rho: known ? 1 / dot(s, y) : 0, inverse: dot(s.map((c) => c / size), y.map((c) => c / size)), stuck: s.every((c) => c === 0) }; // prettier-ignore
}

export function bfgs(f, p, [c1, c2], S) {
  const one = (scale) => p.x.map((_, i) => p.x.map((_, j) => (i === j ? scale : 0)));
  S.B ??= ((S.fresh = true), one(firstStep(f, p.g)));
  const times = (v) => S.B.map((row) => dot(row, v));
  const q = wolfe(f, p, minus(times(p.g)), 1, c1, c2);
  const { s, y, known, rho, inverse, stuck } = changes(p, q);
  if (S.fresh && known) S.B = one(inverse);
  const By = times(y);
  const u = s.map((c, i) => ((rho * (1 + rho * dot(y, By))) / 2) * c - rho * By[i]);
  S.B = S.B.map((row, i) => row.map((c, j) => c + u[i] * s[j] + s[i] * u[j]));
  S.fresh = stuck || (S.fresh && !known);
  if (S.fresh) S.B = one(firstStep(f, q.g));
  return q;
}

export function lBfgs(f, p, [memory, c1, c2], S) {
  S.pairs ??= ((S.scale = firstStep(f, p.g)), []);
  let d = p.g;
  const shares = S.pairs.map(() => 0);
  for (let k = S.pairs.length - 1; k >= 0; k--) {
    shares[k] = S.pairs[k].rho * dot(S.pairs[k].s, d);
    d = ahead(d, -shares[k], S.pairs[k].y);
  }
  d = d.map((c) => S.scale * c);
  S.pairs.forEach(({ s, y, rho }, k) => (d = ahead(d, shares[k] - rho * dot(y, d), s)));
  const q = wolfe(f, p, minus(d), 1, c1, c2);
  const made = changes(p, q);
  S.pairs = [...S.pairs, made].slice(-memory);
  if (made.known) S.scale = made.inverse;
  if (made.stuck) {
    S.pairs.forEach((pair) => (pair.rho = 0));
    S.scale = firstStep(f, q.g);
  }
  return q;
}

export function conjugateGradient(f, p, [c1, c2], S) {
  S.d ??= ((S.first = firstStep(f, p.g)), minus(p.g));
  const before = dot(p.g, S.d);
  const q = wolfe(f, p, S.d, S.first, c1, c2);
  const { s, y, stuck } = changes(p, q);
  const size = norm(p.g);
  const beta = Math.max(0, dot(q.g.map((c) => c / size), y.map((c) => c / size))); // prettier-ignore
  const d = ahead(minus(q.g), beta, S.d);
  const anew = stuck || !(dot(q.g, d) < 0);
  const last = norm(s) / norm(S.d);
  S.d = anew ? minus(q.g) : d;
  S.first = anew ? firstStep(f, q.g) : Math.min((last * before) / dot(q.g, S.d), (10 * norm(s)) / norm(S.d));
  return q;
}

export function newtonCg(f, p, [c1, c2], S) {
  const { g, h } = p;
  const share = Math.min(0.5, Math.sqrt(norm(g) / (S.begin ??= norm(g))));
  let times = ([u]) => [h[0] * u];
  if (h.length > 1) times = ([u, v]) => [h[0] * u + h[1] * v, h[1] * u + h[2] * v]; // n = 2
  let [step, r, d, square] = [g.map(() => 0), g, minus(g), dot(g, g)];
  const enough = share ** 2 * square;
  for (let k = 0; k < 10 * g.length && square > 0; k++) {
    const hd = times(d);
    const bend = dot(d, hd);
    if (!(bend > 64 * 2 ** -52 * norm(d) * norm(hd))) {
      if (!k) step = g.map((c) => -firstStep(f, g) * c);
      break;
    }
    const t = square / bend;
    step = ahead(step, t, d);
    r = ahead(r, t, hd);
    const before = square;
    square = dot(r, r);
    if (!(square > enough)) break;
    d = d.map((c, i) => (square / before) * c - r[i]);
  }
  return wolfe(f, p, step, 1, c1, c2);
}

// A step of a model by which f falls: [q, the next size]; propose(values, slopes, size) → [step, the fall promised],
// both along the eigenvectors.
export function follow(f, p, size, propose, adapt, least) {
  const [values, axes] = f.bends(p);
  const slopes = axes.map((axis) => dot(axis, p.g));
  const step = (now) => {
    const [along, fall] = propose(values, slopes, now);
    return [combined(axes, along), fall];
  };
  return accepted(f, p, size, step, adapt, least);
}

// The same by a model of any sort: step(size) → [step, the fall promised].
export function accepted(f, p, size, step, adapt, least) {
  let now = size;
  for (let k = 0; k < 300; k++) {
    const [d, promised] = step(now);
    if (!d.every(isFinite)) return [nowhere(p), now];
    const q = f.at(ahead(p.x, 1, d));
    const ratio = fallen(f, p, q, least * promised, promised) / promised;
    now = adapt(now, Number.isNaN(ratio) ? -Infinity : ratio, norm(d));
    if (ratio >= least) return [q, now];
    if (same(p, q)) break;
  }
  return [p, size];
}

export function promised(values, slopes, p) {
  return [p, -dot(p, slopes.map((s, i) => s + (values[i] * p[i]) / 2))]; // prettier-ignore
}

// Slopes without the traps of a shift near the pole.
export function settled(values, slopes) {
  const tiny = values.length * 2 ** -52;
  const [size, steep] = [Math.max(...values.map(Math.abs)), norm(slopes)];
  const kept = slopes.map((s, i) => (Math.abs(values[i]) <= tiny * size && Math.abs(s) <= tiny * steep ? 0 : s));
  if (values[0] < -tiny * size && kept[0] === 0) kept[0] = 1e-150;
  return kept;
}

// −sᵢ/(λᵢ − λ₁ + μ) as long as length(μ) = [length, its growth] says, by Newton from below.
export function shifted(values, slopes, start, length) {
  let mu = start;
  const steps = () => slopes.map((s, i) => (s === 0 ? 0 : -s / (values[i] - values[0] + mu)));
  for (let k = 0; k < 60; k++) {
    const step = steps();
    const size = norm(step);
    const [wanted, growth] = length(mu);
    const bends = step.map((c, i) => (slopes[i] === 0 ? 0 : c ** 2 / (values[i] - values[0] + mu)));
    const bend = bends.reduce((sum, c) => sum + c) / size ** 3 + growth / wanted ** 2;
    const more = (1 / wanted - 1 / size) / bend;
    if (!(more > 4 * 2 ** -52 * mu)) break;
    mu += more;
  }
  return steps();
}

export function within(values, all, radius) {
  const slopes = settled(values, all);
  const newton = slopes.map((s, i) => (s === 0 ? 0 : -s / values[i]));
  if (values[0] >= 0 && norm(newton) <= radius) return newton;
  const start = Math.max(values[0], ...slopes.map((s, i) => Math.abs(s) / radius - (values[i] - values[0])));
  return shifted(values, slopes, start, () => [radius, 0]);
}

export function trustRegion(f, p, [radius, accept], S) {
  const propose = (values, slopes, size) => promised(values, slopes, within(values, slopes, size));
  const adapt = (size, ratio, length) =>
    ratio < 0.25 ? length / 4 : ratio > 0.75 && length > 0.99 * size ? 2 * size : size;
  const [q, size] = follow(f, p, S.size ?? radius, propose, adapt, accept);
  S.size = size;
  return q;
}

export function cubicNewton(f, p, [m], S) {
  const propose = (values, all, size) => {
    const slopes = settled(values, all);
    const lifted = slopes.map((s, i) => {
      const product = 2 * size * Math.abs(s);
      const root = Math.sqrt(values[i] ** 2 + product);
      if (product === 0) return Math.max(values[i], 0);
      return values[i] > 0 ? (root + values[i]) / 2 : product / (2 * (root - values[i]));
    });
    const start = Math.max(values[0], 0, ...lifted.map((c, i) => c - (values[i] - values[0])));
    const step = shifted(values, slopes, start, (mu) => [(2 * (mu - values[0])) / size, 2 / size]);
    const [, fall] = promised(values, all, step);
    return [step, fall - (size * norm(step) ** 3) / 6];
  };
  const adapt = (size, ratio) => (ratio < 0.9 ? 2 * size : size / 2);
  const [q, size] = follow(f, p, S.size ?? m, propose, adapt, 0.9);
  S.size = size;
  return q;
}

// ‖r + J·d‖² at p, by the singular values of J in units of each variable, the largest lengths of its columns so far;
// null where f has no residuals. The rest as symopt/methods/squares.py.
export function linear(f, p, before) {
  const n = p.x.length;
  f.loss.C.set(p.x);
  const flat = f.loss.program.r?.(f.loss.C) ?? []; // rows [∂r/∂x, r]
  if (!flat.length || !flat.every(isFinite)) return null; // no squares, or a weight is negative
  const m = flat.length / (n + 1);
  const column = (_, j) => Array.from({ length: m }, (_, i) => flat[i * (n + 1) + j]);
  const columns = p.x.map(column);
  const r = column(0, n);
  const length = size(r);
  const units = columns.map((c, j) => Math.max(size(c), before && before[j] !== 1 ? before[j] : 0) || 1);
  const g = columns.map((c) => 2 * dot(c, r));
  const [values, left, axes] = singular(columns.map((c, j) => c.map((d) => d / units[j])));
  const least = 2 ** -52 * Math.max(m, n) * values[0];
  const shares = left.map((u) => dot(u, r));
  const offset = norm(shares.filter((_, k) => values[k] > least));
  const settled = offset <= 0.01 * length && 2 * length * offset <= 3 * f.rounding(p);
  const step = (mu) => {
    const along = values.map((s, k) => (s <= least ? 0 : (-s * shares[k]) / (s * s + mu)));
    const fall = along.reduce((sum, a, k) => sum - a * values[k] * (2 * shares[k] + a * values[k]), 0);
    return [combined(axes, along).map((c, j) => c / units[j]), fall];
  };
  return { g, units, largest: values[0] ** 2, settled, step };
}

export function size(u) {
  const largest = u.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  return largest > 0 ? largest * Math.sqrt(u.reduce((sum, c) => sum + (c / largest) ** 2, 0)) : largest;
}

// Singular values of one or two columns, the largest first, with the left and the right vectors.
export function singular(columns) {
  if (columns.length > 1) return turned(columns); // n = 2
  const [u] = columns;
  const s = size(u);
  return [[s], [u.map((c) => (s ? c / s : 0))], [[1]]];
}

// By one-sided rotations: G. Golub, C. Van Loan, Matrix Computations, 4th ed., 2013, section 8.6.3.
export function turned([u, v]) {
  let axes = [[1, 0], [0, 1]]; // prettier-ignore
  for (let k = 0; k < 3; k++) {
    const product = dot(u, v);
    if (product === 0) break;
    const zeta = (dot(v, v) - dot(u, u)) / (2 * product);
    const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
    const turn = ([a, b]) => [ahead(a, -t, b), ahead(b, t, a)].map((w) => w.map((c) => c / Math.hypot(1, t)));
    [u, v] = turn([u, v]);
    axes = turn(axes);
  }
  const sizes = [u, v].map(size);
  const order = sizes[1] > sizes[0] ? [1, 0] : [0, 1];
  const left = [u, v].map((w, k) => w.map((c) => (sizes[k] ? c / sizes[k] : 0)));
  return [sizes, left, axes].map((list) => order.map((k) => list[k]));
}

// r of a program, which gives rows [∂r/∂x, r], of a typed loss; nothing where that is not written as a sum of squares:
// symopt/expression/squares.py.
export function squaresOf(graph, f, n, tape) {
  const moves = (place) => {
    const { op, parts, value } = graph.nodes[place];
    return op === "input" ? value < n : parts.some(moves);
  };
  const parts = (place, name) => (graph.nodes[place].op === name ? graph.nodes[place].parts : [place]);
  const root = (place) => {
    const { op, parts, value } = graph.nodes[place];
    if (op === "power" && value % 2 === 0) return graph.power(parts[0], value / 2);
    return value === "exp" ? graph.call("exp", [graph.multiply([graph.number(0.5), parts[0]])]) : null;
  };
  const found = [];
  const whole = (place, weight) =>
    parts(place, "add").every((part) => {
      if (!moves(part)) return true;
      const factors = parts(part, "multiply");
      const rest = factors.filter(moves);
      const w = graph.multiply([weight, ...factors.filter((each) => !moves(each))]);
      if (rest.length === 1 && graph.nodes[rest[0]].op === "add") return whole(rest[0], w);
      const roots = rest.map(root);
      if (graph.value(w) < 0 || roots.includes(null) || rest.every((each) => graph.nodes[each].value === "exp"))
        return false;
      found.push(graph.multiply([graph.power(w, 0.5), ...roots]));
      return true;
    });
  if (!whole(f, graph.number(1))) return {};
  const nodes = found.flatMap((r) => [...Array.from({ length: n }, (_, k) => graph.slope(r, k)), r]);
  const fill = tape(graph, nodes);
  return { r: (C) => (fill(C, (found.rows ??= new Array(nodes.length))), found.rows) };
}

export function gaussNewton(f, p, [c1, c2], S) {
  const model = linear(f, p);
  if (model === null) {
    S.reason = "squares";
    return nowhere(p);
  }
  return wolfe(f, p, model.settled ? p.x.map(() => 0) : model.step(0)[0], 1, c1, c2);
}

export function levenbergMarquardt(f, p, [tau], S) {
  const adapt = (mu, ratio) => mu * (ratio < 1e-4 ? 4 : Math.max(0.1, 1 - (2 * Math.min(ratio, 1) - 1) ** 3));
  const model = linear(f, p, S.units);
  let q = p;
  if (model) {
    S.units = model.units;
    S.mu ??= tau * model.largest;
    if (!model.settled) [q, S.mu] = accepted(f, { ...p, g: model.g }, S.mu, model.step, adapt, 1e-4);
  } else {
    const propose = (values, slopes, mu) =>
      promised(values, slopes, slopes.map((s, i) => -s / (values[i] + 2 * Math.max(0, -values[0]) + mu))); // prettier-ignore
    S.mu ??= tau * (Math.max(...f.bends(p)[0].map(Math.abs)) || 1 / firstStep(f, p.g));
    [q, S.mu] = follow(f, p, S.mu, propose, adapt, 1e-4);
  }
  return q;
}

export function coordinateDescent(f, p, [lr], S) {
  S.turn = ((S.turn ?? -1) + 1) % p.x.length;
  return { x: p.x.map((c, i) => (i === S.turn ? c - lr * p.g[i] : c)) };
}

// Puts into loss.O what the next step of a rule sees, a batch of the terms, and returns the epoch.
export function batched(loss, bends, P, X, S, evaluate) {
  const { count, batch } = loss.program;
  if (!count) {
    S.reason = "batch";
    X.fill(NaN);
    return NaN;
  }
  S.deal ??= shuffled(P[P.length - 1], Math.round(P[P.length - 2]), count);
  const { rows, epoch } = S.deal();
  if (rows) evaluate({ ...loss, program: batch(rows) }, X, bends);
  return epoch;
}

// What each step looks at, as Rule.drawn has it: { rows, epoch }, rows null for all; in every epoch all items are
// shuffled as numpy.random.default_rng(seed).permutation does: by halves of its numbers, the lower one first.
export function shuffled(seed, size, count) {
  const next = pcg(Math.trunc(Math.abs(seed)));
  const halves = [];
  const below = (most) => {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      if (!halves.length) {
        const bits = next();
        halves.push(Number(bits >> 32n), Number(bits & 0xffffffffn));
      }
      const found = (halves.pop() & mask) >>> 0;
      if (found <= most) return found;
    }
  };
  let [order, at, epoch] = [[], 0, -1];
  return () => {
    if (!(size > 0 && size < count)) return { rows: null, epoch: (epoch += 1) };
    if (at >= order.length) {
      [order, at, epoch] = [Array.from({ length: count }, (_, k) => k), 0, epoch + 1];
      for (let i = count - 1; i > 0; i--) {
        const j = below(i);
        [order[i], order[j]] = [order[j], order[i]];
      }
    }
    at += size;
    return { rows: order.slice(at - size, at).sort((a, b) => a - b), epoch };
  };
}

// Standard normals as numpy.random.default_rng(seed) draws them: a PCG-64 behind a hash of the seed, and a ziggurat.
// M. O'Neill, PCG, HMC-CS-2014-0905, 2014; G. Marsaglia, W. W. Tsang, The ziggurat method, J. Stat. Softw. 5(8), 2000.
export function normals(seed, ...more) {
  const next = pcg(Math.trunc(Math.abs(seed)), ...more);
  const uniform = () => Number(next() >> 11n) / 2 ** 53;
  const [edge, area] = [3.6541528853610088, 0.004928673233974655];
  const height = (x) => Math.exp((-x * x) / 2);
  const widths = [area / height(edge), edge];
  for (let i = 2; i < 256; i++) {
    const x = widths[i - 1];
    widths.push(Math.sqrt(-2 * Math.log(area / x + height(x))));
  }
  widths.push(0);
  return () => {
    for (;;) {
      const bits = next();
      const i = 255 - ((Number(bits & 255n) + 255) % 256); // numpy counts from the peak, and 0 is the base
      const sign = bits & 256n ? -1 : 1;
      const share = Number((bits >> 9n) & 0xfffffffffffffn) / 2 ** 52;
      const x = share * widths[i];
      if (x < widths[i + 1]) return sign * x;
      if (i === 0) {
        for (;;) {
          const u = -Math.log1p(-uniform()) / edge;
          const v = -Math.log1p(-uniform());
          if (2 * v > u * u) return (bits >> 17n) & 1n ? -(edge + u) : edge + u;
        }
      }
      const [low, high] = [height(widths[i]), height(widths[i + 1])];
      if (low + (high - low) * uniform() < height(x)) return sign * x;
    }
  };
}

// 64 bits after 64 bits, of a seed or of (seed, another).
export function pcg(seed, ...more) {
  const hash = (value, by) => {
    by.value = Math.imul(by.value, by.times);
    const mixed = Math.imul(value, by.value);
    return mixed ^ (mixed >>> 16);
  };
  const first = { value: 0x43b0d7e5, times: 0x931e8875 };
  const hashed = (value) => hash(value ^ first.value, first);
  const words32 = [seed, ...(seed < 2 ** 32 ? [] : [seed / 2 ** 32]), ...more, 0, 0, 0].slice(0, 4);
  const pool = words32.map((word) => hashed(word >>> 0));
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      if (i === j) continue;
      const mixed = Math.imul(pool[j], 0xca01f9dd) - Math.imul(hashed(pool[i]), 0x4973f715);
      pool[j] = mixed ^ (mixed >>> 16);
    }
  const last = { value: 0x8b51f9dd, times: 0x58f38ded };
  const words = [...pool, ...pool].map((word) => BigInt(hash(word ^ last.value, last) >>> 0));
  const wide = (k) => (((words[k + 1] << 32n) | words[k]) << 64n) | (words[k + 3] << 32n) | words[k + 2];
  const increment = BigInt.asUintN(128, (wide(4) << 1n) | 1n);
  const step = (state) => BigInt.asUintN(128, state * 0x2360ed051fc65da44385df649fccf645n + increment);
  let state = step(step(0n) + wide(0));
  return () => {
    state = step(state);
    const [word, turn] = [(state >> 64n) ^ (state & 0xffffffffffffffffn), state >> 122n];
    return BigInt.asUintN(64, (word >> turn) | (word << (64n - turn)));
  };
}
