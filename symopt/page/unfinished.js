// Walks whose points repeat, and what a walk that used all its steps was doing: the rules of symopt/judge/repeats.py
// and symopt/judge/unfinished.py, where they are explained.
import { general } from "./words.js";

export const EPS = 2 ** -52;
export const NEAR = 1e-6;
const BESIDE_ZERO = 1e-12;
const MOST = 64;
const FEW = 8;
const MANY = 100;
const PAIRS = 400;

const range = (from, to) => Array.from({ length: Math.max(to - from, 0) }, (_, k) => from + k);
const max = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const min = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const share = (values, which) => sum(values.map((value) => (which(value) ? 1 : 0))) / values.length;

// The largest distance of a coordinate between the points k and k − back, for k from `from` to `to`.
function apart({ xs, n }, from, to, back) {
  let most = 0;
  for (let j = from * n; j < (to + 1) * n; j++) most = Math.max(most, Math.abs(xs[j] - xs[j - back * n]));
  return most;
}

// How far each coordinate ranges over the points from `from` to `to`, and the largest of all coordinates.
function ranges({ xs, n }, from, to) {
  return range(0, n).map((i) => {
    const values = range(from, to + 1).map((k) => xs[k * n + i]);
    return max(values) - min(values);
  });
}

function size({ xs, n }, from, to) {
  let most = 0;
  for (let j = from * n; j < (to + 1) * n; j++) most = Math.max(most, Math.abs(xs[j]));
  return most;
}

// Whether the last twelve steps moved no further than rounding, and led nowhere; beside 0 a part of the scale counts.
export function stalled(w, scale) {
  const { K } = w;
  if (K < 3) return false;
  const first = Math.max(0, K - 12);
  const unit = EPS * Math.max(size(w, first, K), BESIDE_ZERO * scale);
  return apart(w, first + 1, K, 1) <= 8 * unit && apart(w, K, K, K - first) <= 4 * unit;
}

// The smallest period ≥ 2 that the tail repeats to rounding; 0 if there is none, or none wide enough.
export function cycle(w, scale) {
  const { K } = w;
  const most = 64 * EPS * size(w, 0, K);
  for (let p = 2; p <= Math.floor(K / 2); p++) {
    if (apart(w, K, K, p) > most) continue;
    const span = Math.max(2 * p, 8);
    if (K + 1 < span + p) return 0;
    const unit = EPS * size(w, K + 1 - span, K);
    if (apart(w, K, K, p) > 64 * unit || apart(w, K + 1 - span, K, p) > 64 * unit) continue;
    let run = K + 1 - p;
    for (let k = K; k >= p && run === K + 1 - p; k--) if (apart(w, k, k, p) > 64 * unit) run = K - k;
    const back = Math.max(1, Math.floor(Math.floor(run / p) / 2)) * p;
    const wide = max(ranges(w, K + 1 - p, K)) > NEAR * scale;
    return wide && apart(w, K, K, back) <= 8 * unit ? p : 0;
  }
  return 0;
}

// The smallest period ≥ 2 towards whose cycle the points close in at a steady rate, else 0.
function nearCycle(w, scale) {
  const { K } = w;
  for (let p = 2; p <= Math.min(MOST, Math.floor(K / 8)); p++) {
    const around = max(ranges(w, K + 1 - 2 * p, K));
    if (around < NEAR * scale || apart(w, K, K, p) > 0.05 * around) continue;
    const [one, two, three] = [K >> 1, (K * 3) >> 2, K].map((k) => apart(w, k - 2 * p + 1, k, p));
    if (three > 0.05 * around) continue;
    const rounding = 64 * EPS * size(w, K + 1 - 2 * p, K);
    if (three <= rounding && two <= rounding) {
      return apart(w, K, K, Math.floor((K >> 1) / p) * p) <= rounding / 4 ? p : 0;
    }
    if (!(three < two && two < one)) return 0;
    const least = Math.max(three, rounding);
    const rate = (least / two) ** ((4 * p) / K);
    const steady = Math.log(two / least) >= 0.85 * Math.log(one / two) || three <= rounding;
    return steady && (least * rate) / (1 - rate) < 0.2 * around ? p : 0;
  }
  return 0;
}

// What an unfinished walk was doing: one of the remarks in WORDS with its numbers; box: [low, high] of each coordinate.
export function doing(whole, free, box) {
  const { n, falls, drawn } = whole;
  if (whole.K < 3) return { remark: "" };
  if (whole.K < FEW) return { remark: drawn ? "no trend seen" : few(stepsOf(whole), free, falls) };
  const first = whole.K % 4;
  const [xs, gs] = [whole.xs, whole.gs].map((values) => values.slice(first * n));
  const [fs, K] = [whole.fs.slice(first), whole.K - first];
  const w = { n, K, xs, fs, gs };
  const s = stepsOf(w);
  const q = quartersOf(w, s);
  if (drawn) {
    const [, one, two, three] = q.high;
    const down = share(s.change, (c) => c > 0) > 0.02 ? "descending in waves" : "still descending";
    const below = range(1, 4).every((i) => q.high[i] < q.low[i - 1]);
    return { remark: below && two - three > 0.5 * (one - two) ? down : "no trend seen" };
  }
  const width = max(box.map(([low, high]) => high - low));
  const period = free ? nearCycle(w, width) : 0;
  if (period) return { remark: "closing in on a {period}-cycle", period };
  if (free && K >= MANY && chaotic(w, s, q)) return { remark: "bounded, no limit seen (chaos)" };
  const { moves } = s;
  const back = range(Math.floor(K / 3) + 1, K).map((k) => sum(moves[k].map((c, i) => c * moves[k - 1][i])));
  const turning = share(back, (along) => along < 0);
  const word =
    leaving(xs, n, K, moves, q.paths, box) ||
    (turning > 0.8
      ? swinging(w, s, q, free) || "oscillating"
      : steady(fs, s, q, free, turning, width, falls) ||
        (min(q.waves.slice(1)) >= 2 && swinging(w, s, q, false)) ||
        waving(fs, q, free) ||
        "no trend seen");
  const rated = `${word}, by {factor} a step`;
  const factor = free && `remarks ${rated}` in WORDS.en && shrinkage(word === "closing in" ? q.paths : q.ranges, K);
  return factor ? { remark: rated, factor } : { remark: word };
}

function stepsOf({ xs, fs, gs, n, K }) {
  const along = (move, k) => sum(move.map((c, i) => c * gs[k * n + i]));
  const moves = range(0, K).map((k) => range(0, n).map((i) => xs[k * n + n + i] - xs[k * n + i]));
  const change = range(0, K).map((k) => {
    const rounding = 4 * EPS * Math.max(Math.abs(fs[k + 1]), Math.abs(fs[k]));
    const rise = fs[k + 1] - fs[k];
    return Math.abs(rise) > rounding ? Math.sign(rise) : 0;
  });
  return {
    moves,
    change,
    lengths: moves.map((move) => Math.hypot(...move)),
    slopes: moves.map((_, k) => Math.hypot(...gs.slice((k + 1) * n, (k + 2) * n))),
    ahead: moves.map((move, k) => along(move, k + 1)),
    along: moves.map((move, k) => along(move, k)),
  };
}

function quartersOf(w, s) {
  const { fs, n, K } = w;
  const parts = range(0, 4).map((i) => [(K / 4) * i, (K / 4) * (i + 1)]);
  const values = parts.map(([a, b]) => fs.slice(a + 1, b + 1));
  return {
    parts,
    ranges: parts.map(([a, b]) => ranges(w, a + 1, b)),
    paths: parts.map(([a, b]) => range(0, n).map((i) => sum(s.moves.slice(a, b).map((move) => Math.abs(move[i]))))),
    tops: parts.map(([a, b]) => max(s.slopes.slice(a, b))),
    high: values.map(max),
    low: values.map(min),
    waves: parts.map(([a, b]) => sum(range(a + 1, b).map((k) => (s.change[k] > 0 && s.change[k - 1] <= 0 ? 1 : 0)))),
  };
}

function few({ moves, lengths, slopes, change, ahead, along }, free, falls) {
  const every = (which) => range(1, moves.length).every(which);
  const shrinks = (k) => moves[k].every((c, i) => Math.abs(c) < 0.6 * Math.abs(moves[k - 1][i]));
  if (free && every((k) => shrinks(k) && slopes[k] < 0.9 * slopes[k - 1])) return "closing in";
  const last = slopes[slopes.length - 1];
  if (change.every((c) => c < 0) && (falls || ahead.every((c) => c < 0))) {
    if (falls || last > 0.5 * max(slopes) || (free && every((k) => lengths[k] <= lengths[k - 1])))
      return "still descending";
  }
  if (change.every((c) => c > 0) && along.every((c) => c > 0) && ahead.every((c) => c > 0)) return "climbing";
  return "no trend seen";
}

function leaving(xs, n, K, moves, paths, box) {
  const side = (i) => xs[K * n + i] - (box[i][0] + box[i][1]) / 2;
  const out = (i) => Math.abs(side(i)) - 1.5 * (box[i][1] - box[i][0]);
  const i = n === 2 && out(1) > out(0) ? 1 : 0;
  const goes = out(i) > 0 && moves.slice((K + 1) >> 1).every((move) => move[i] * side(i) >= 0);
  return goes && paths[2][i] >= paths[1][i] && paths[3][i] >= paths[2][i] ? "moving off" : "";
}

function steady(fs, s, q, free, turning, width, falls) {
  const K = s.lengths.length;
  const half = s.change.slice(K >> 1);
  const [down, up] = [-1, 1].map((sign) => share(s.change.slice(K >> 2), (c) => c === sign));
  if (Math.min(down, up) > 0.02) return "";
  if (shrink(q.paths, free ? 0.7 : 0.4, free ? 0.85 : 1) && q.tops[3] < 0.9 * q.tops[2]) {
    return "closing in";
  }
  if (half.includes(-1) && up <= 0.02 && fs[K] <= fs[0]) {
    const crossed = s.ahead[K - 1] > 0 && turning < 0.3;
    if (falls || (!crossed && (free || K >= 30 || heading(s)))) {
      const [, one, , three] = q.paths.map(max);
      const small = max(q.paths[0].map((_, i) => sum(q.paths.map((path) => path[i])))) < 0.01 * width;
      return small && three > 0.9 * one ? "creeping" : "still descending";
    }
  }
  if (free && half.includes(1) && down <= 0.02 && share(s.along.slice(K >> 1), (c) => c > 0) > 0.9) return "climbing";
  return "";
}

function heading({ lengths, slopes, ahead }) {
  const end = lengths.length - 1;
  const then = (3 * lengths.length) >> 2;
  if (!ahead.slice(then).every((c) => c < 0)) return false;
  if (slopes[end] > 0.5 * max(slopes)) return true;
  return lengths[end] * slopes[then] < 1.1 * lengths[then] * slopes[end] && lengths[end] < lengths[then];
}

function swinging({ xs, n, K }, s, q, free) {
  const [zero, one, two, three] = q.ranges.map(max);
  if (three < two && two < one && q.tops[3] < q.tops[2] && (free || (three < 0.6 * two && two < 0.8 * one))) {
    const short = range(0, n).every((i) => {
      const net = Math.abs(xs[K * n + i] - xs[(K >> 1) * n + i]);
      const path = q.paths[2][i] + q.paths[3][i];
      if (!(net > 0.8 * path)) return true;
      const shrinks = q.paths[3][i] / q.paths[2][i];
      const toGo = (q.paths[3][i] * shrinks) / (1 - shrinks);
      return toGo >= 0 && toGo <= 2 * three;
    });
    const regular = three < 0.9 * two || even(zero, one, two, three);
    if (regular && short && shrink(q.ranges, 1, three > 0.7 * two ? 0.95 : 0.8)) {
      return "oscillating and closing in";
    }
  }
  const wider = three > two && two > one && one > zero && zero > 0 && q.tops[3] > q.tops[2] && q.tops[2] > q.tops[1];
  const [first, second, third] = [one / zero, two / one, three / two].map(Math.log);
  if (wider && third >= 0.9 * second && 0.9 * second >= 0.81 * first) {
    if ((three > 1.2 * two && (free || K >= 30)) || (free && even(zero, one, two, three)))
      return "oscillating ever wider";
  }
  if (Math.max(one, two, three) < 1.05 * Math.min(one, two, three)) {
    const means = q.parts.map(([a, b]) =>
      range(0, n).map((i) => sum(range(a + 1, b + 1).map((k) => xs[k * n + i])) / (b - a)),
    );
    const moved = (part) => max(means[part].map((mean, i) => Math.abs(means[3][i] - mean)));
    if (Math.max(moved(1), moved(2)) < 0.1 * three) return "oscillating without closing in";
  }
  return "";
}

function waving(fs, q, free) {
  const { tops, waves, high, low } = q;
  const turns = waves[2] > 0 || waves[3] > 0;
  if (shrink(q.ranges, 0.5, 0.7) && tops[3] < 0.7 * tops[2] && 0.7 * tops[2] < 0.49 * tops[1] && turns) {
    return "oscillating and closing in";
  }
  const K = fs.length - 1;
  const below = high[3] < low[2] && high[2] < low[1];
  if (fs[K] <= fs[0] && below && (free || (waves[2] > 0 && waves[3] > 0))) return "descending in waves";
  const above = high.map((value) => [value - min(fs)]);
  if (K < 30 || free || !shrink(above, 0.7, 0.7) || !(turns || waves[1] > 0)) return "";
  return above[3][0] > 100 * EPS * max(fs.map(Math.abs)) ? "descending in waves" : "";
}

function shrink([, one, two, three], most, pace) {
  if (!one.some(Boolean)) return false;
  return three.every((last, i) => {
    if (!(last <= most * two[i] && two[i] <= most * one[i])) return false;
    return last === 0 || Math.log(two[i] / last) >= pace * Math.log(one[i] / two[i]);
  });
}

function even(...sizes) {
  if (!(min(sizes) > 0)) return false;
  const drops = range(1, 4).map((i) => Math.log(sizes[i - 1] / sizes[i]));
  return max(drops) - min(drops) <= 0.05 * Math.abs(drops[2]);
}

function shrinkage(sizes, K) {
  const [, one, two, three] = sizes.map(max);
  if (!(three > 0 && three < two && two < one) || Math.abs(Math.log(two / three) / Math.log(one / two) - 1) > 0.05)
    return "";
  const less = -Math.expm1((-4 / K) * Math.log(two / three));
  return less > 0.001 ? general(1 - less, 3) : `1 − ${general(less, 2).replace("e-", "e−")}`;
}

// Whether the walk stays where it was, as wide and as steep, without a drift, and neighbours part all the time.
function chaotic(w, { lengths }, q) {
  const { xs, n, K } = w;
  const half = K >> 1;
  const spans = q.ranges.slice(1).map(max);
  if (!(max(spans) < 1.5 * min(spans) && q.tops[3] > 0.5 * q.tops[1] && max(lengths) > 1.001 * min(lengths))) {
    return false;
  }
  const column = (i, from, to) => range(from, to).map((k) => xs[k * n + i]);
  const stays = range(0, n).every((i) => {
    const first = column(i, K >> 3, half);
    const last = column(i, half, K + 1);
    const span = max(last) - min(last);
    const means = q.parts.slice(1).map(([a, b]) => sum(column(i, a, b)) / (b - a));
    const inside = min(last) >= min(first) - 0.1 * span && max(last) <= max(first) + 0.1 * span;
    return inside && max(means) - min(means) <= 0.1 * span;
  });
  return stays && min([lyapunov(w, 0, K), lyapunov(w, 0, half), lyapunov(w, half, K)]) > 0.1 + 0.05 * n;
}

// How fast neighbours part between two steps, in ln per step.
function lyapunov({ xs, n }, from, to) {
  const distance = (j, k) => {
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(xs[j * n + i] - xs[k * n + i]));
    return most;
  };
  const growth = [];
  const first = Math.max(from, to - PAIRS);
  for (let k = first; k < to; k++) {
    let nearest = -1;
    let least = Infinity;
    for (let j = first; j < to; j++) {
      const far = j === k ? 0 : distance(j, k);
      if (far > 0 && far < least) [nearest, least] = [j, far];
    }
    const grown = nearest < 0 ? 0 : distance(nearest + 1, k + 1);
    if (grown > 0) growth.push(Math.log(grown / least));
  }
  return growth.length ? sum(growth) / growth.length : 0;
}
