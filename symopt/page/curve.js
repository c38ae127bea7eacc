// One variable: the curve, the walks on it, the model of a step, and the strip of where starts end.
import { svg, set } from "./dom.js";
import { evaluate } from "./walk.js";
import { clamp, quantile } from "./scale.js";
import { layFrame, makeFrame, makeStart } from "./axes.js";
import { CATEGORIES, makeBasins } from "./basins.js";
import { critical, makeTrail } from "./marks.js";

const SAMPLES = 720;
const STRIP = 14;

export function makePlot(app) {
  const frame = makeFrame(app, "plot curve");
  const parts = {};
  for (const name of ["tint", "hatched", "model", "graph"]) parts[name] = svg("path", { class: name });
  parts.target = svg("path", { class: "target" });
  const trails = [0, 1, 2].map(makeTrail);
  const start = makeStart(app, frame);
  const strip = CATEGORIES.map((name) => svg("path", { class: `end ${name}` }));
  const caret = svg("path", { class: "caret" });
  frame.defs.append(...patterns());
  frame.inside.append(parts.tint, parts.hatched, parts.model, parts.graph, parts.target, ...trails.map((t) => t.group));
  const points = svg("path", { class: "critical" });
  frame.above.append(points, svg("g", {}, ...strip), caret, start.handle, ...trails.map((t) => t.label));
  let land = null;
  let basins = null;
  let columns = 0;

  // What depends on the loss and the size alone.
  const prepare = (width) => {
    const height = Math.round(clamp(width * 0.55, 240, 480));
    const box = { left: 52, right: width - 14, top: 12, bottom: height };
    const [low, high] = app.data.window[0];
    const pad = 0.015 * (high - low);
    land = sample(app.loss, low - pad, high + pad);
    layFrame(frame, width, height + 28 + STRIP + 6, box, [low - pad, high + pad, ...land.range]);
    set(parts.graph, { d: path(land, frame) });
    set(points, { d: critical(app.data.points, ([x]) => [frame.x(x).toFixed(1), box.bottom]) });
    const spans = runs(land.xs, (i) => land.hs[i] < -1e-12 * land.bend && Number.isFinite(land.fs[i]));
    const cover = (top, tall) =>
      spans
        .map(([a, b]) => `M${frame.x(a).toFixed(1)} ${top}H${frame.x(b).toFixed(1)}v${tall}H${frame.x(a).toFixed(1)}Z`)
        .join("");
    set(parts.tint, { d: cover(box.top, box.bottom - box.top) });
    set(parts.hatched, { d: cover(box.bottom - 12, 12) });
    app.sees.bends = spans.length > 0;
    app.sees.floor = land.least;
  };

  const restart = () => {
    const { loss, rule, P, stop } = app.problem(app.state.active);
    columns = Math.round(clamp((frame.box.right - frame.box.left) / 2, 60, 400));
    const [low, high] = app.data.window[0];
    basins = makeBasins(loss, rule, P, stop, columns, 1, (i) => [low + ((i + 0.5) / columns) * (high - low)]);
  };

  const work = (until) => {
    const done = basins.work(until);
    const [low, high] = app.data.window[0];
    const left = frame.x(low);
    const wide = (frame.x(high) - left) / columns;
    const top = frame.box.bottom + 28;
    const lines = CATEGORIES.map(() => "");
    let known = basins.found[basins.near(0)];
    for (let i = 0, from = 0; i <= columns; i++) {
      const here = i < columns ? basins.found[basins.near(i)] : 0;
      if (here !== known) {
        const [begin, end] = [from, i].map((column) => (left + column * wide).toFixed(1));
        if (known) lines[known - 1] += `M${begin} ${top}H${end}v${STRIP}H${begin}Z`;
        from = i;
        known = here;
      }
    }
    lines.forEach((d, i) => set(strip[i], { d }));
    app.sees.ends = CATEGORIES.filter((_, i) => lines[i]);
    return done;
  };

  const draw = () => {
    const { state, walks } = app;
    trails.forEach((trail, i) => {
      trail.show(i < walks.length);
      if (i >= walks.length) return;
      const w = walks[i];
      const points = new Float64Array(2 * (w.K + 1));
      for (let k = 0; k <= w.K; k++) {
        points[2 * k] = clamp(frame.x(w.xs[k]), -1e4, 1e4);
        points[2 * k + 1] = clamp(Number.isFinite(w.fs[k]) ? frame.y(w.fs[k]) : frame.box.top, -1e4, 1e4);
      }
      const k = Math.min(app.step(), w.K);
      trail.draw(points, k, frame.box, app.data.names, [w.xs[k]]);
    });
    model(walks[state.active]);
    const f = evaluate(app.loss, state.start, false)[0];
    start.draw(frame.x(state.start[0]), Number.isFinite(f) ? frame.y(f) : frame.box.bottom);
    const x = clamp(frame.x(state.start[0]), frame.box.left, frame.box.right);
    set(caret, { d: `M${x} ${frame.box.bottom + 27}l-5 -7h10Z` });
  };

  // The parabola with the slope at x whose stationary point is the next x.
  const model = (w) => {
    const k = Math.min(app.step(), w.K);
    const shown = app.state.model && k < w.K && Number.isFinite(w.gs[k]) && w.xs[k + 1] !== w.xs[k] && w.gs[k] !== 0;
    set(parts.model, { d: "" });
    set(parts.target, { d: "" });
    if (!shown) return;
    const [x, f, g, next] = [w.xs[k], w.fs[k], w.gs[k], w.xs[k + 1]];
    const c = -g / (next - x);
    let line = "";
    for (let px = frame.box.left; px <= frame.box.right; px += 4) {
      const d = frame.unx(px) - x;
      const y = clamp(frame.y(f + g * d + (c / 2) * d * d), -4000, 4000);
      line += `${line ? "L" : "M"}${px.toFixed(0)} ${y.toFixed(1)}`;
    }
    set(parts.model, { d: line });
    const [tx, ty] = [clamp(frame.x(next), -4000, 4000), clamp(frame.y(f + (g * (next - x)) / 2), -4000, 4000)];
    set(parts.target, { d: `M${tx - 5} ${ty - 5}l10 10m0 -10l-10 10` });
  };

  return { svg: frame.svg, handle: start.handle, prepare, restart, work, draw };
}

function sample(loss, low, high) {
  const [xs, fs, hs] = [0, 0, 0].map(() => new Float64Array(SAMPLES + 1));
  for (let i = 0; i <= SAMPLES; i++) {
    xs[i] = low + (i / SAMPLES) * (high - low);
    const O = evaluate(loss, [xs[i]], true);
    fs[i] = O[0];
    hs[i] = O[2];
  }
  const seen = fs.filter(Number.isFinite).sort();
  const bend = hs.reduce((most, h) => (Number.isFinite(h) ? Math.max(most, Math.abs(h)) : most), 0);
  return { xs, fs, hs, bend, range: upright(fs, seen), least: seen.length ? seen[0] : 0 };
}

// The vertical range: hills and valleys, and the ends only where they are not steep.
function upright(fs, seen) {
  if (!seen.length) return [-1, 1];
  const [q5, q95] = [quantile(seen, 0.05), quantile(seen, 0.95)];
  const spread = q95 - q5;
  let [low, high] = [q5, q95];
  for (let i = 1; i < fs.length - 1; i++) {
    if ((fs[i] - fs[i - 1]) * (fs[i + 1] - fs[i]) < 0) {
      low = Math.min(low, Math.max(fs[i], q5 - 2 * spread));
      high = Math.max(high, Math.min(fs[i], q95 + 2 * spread));
    }
  }
  const [bottom, top] = [seen[0], seen[seen.length - 1]];
  if (Math.max(top, high) - Math.min(bottom, low) <= 1.6 * (high - low))
    [low, high] = [Math.min(bottom, low), Math.max(top, high)];
  const height = high - low;
  if (!(height > 1e-12 * Math.max(Math.abs(low), Math.abs(high)))) {
    const size = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return [low - 0.5 * size, high + 0.5 * size];
  }
  return [low - 0.09 * height, high + 0.11 * height];
}

// The curve as a path that ends where f is undefined and does not join the two sides of a pole.
function path({ xs, fs, range }, frame) {
  const tall = range[1] - range[0];
  const [least, most] = [range[0] - 3 * tall, range[1] + 3 * tall];
  let line = "";
  let pen = false;
  let before = NaN;
  for (let i = 0; i < xs.length; i++) {
    const f = fs[i];
    if (!Number.isFinite(f)) pen = false;
    else {
      if (pen && ((before > most && f < least) || (before < least && f > most))) pen = false;
      line += `${pen ? "L" : "M"}${frame.x(xs[i]).toFixed(1)} ${frame.y(clamp(f, least, most)).toFixed(1)}`;
      pen = true;
    }
    before = f;
  }
  return line;
}

// The intervals where something holds.
function runs(xs, holds) {
  const found = [];
  let from = -1;
  for (let i = 0; i <= xs.length; i++) {
    const yes = i < xs.length && holds(i);
    if (yes && from < 0) from = i;
    if (!yes && from >= 0) {
      found.push([xs[from], xs[Math.min(xs.length - 1, i)]]);
      from = -1;
    }
  }
  return found;
}

// Fills that are told apart without colour.
function patterns() {
  const pattern = (id, size, ...children) =>
    svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, ...children);
  const ground = (name, size) => svg("rect", { class: `ground ${name}`, width: size, height: size });
  return [
    pattern("hatch", 6, svg("path", { class: "ink-bends", d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" })),
    pattern("maximum", 6, ground("maximum", 6), svg("path", { class: "ink", d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" })),
    pattern("cycle", 4, ground("cycle", 4), svg("path", { class: "ink", d: "M1 0V4" })),
    pattern("runs", 6, ground("runs", 6), svg("path", { class: "ink", d: "M-1 -1L7 7M-1 7L7 -1" })),
    pattern("flat", 5, ground("flat", 5), svg("path", { class: "ink", d: "M0 2H5" })),
  ];
}
