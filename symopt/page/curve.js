// One variable: the curve, the walks on it, the model of a step, and the strip of where starts end.
import { path, set, svg } from "./dom.js";
import { evaluate } from "./walk.js";
import { clamp } from "./scale.js";
import { drawn, trace } from "./graph.js";
import { layFrame, makeFrame, makeStart } from "./axes.js";
import { CATEGORIES, makeBasins } from "./basins.js";
import { makeZoom } from "./zoom.js";
import { arranged, critical, drawTrails, lineIn, makeTrail, patterns } from "./marks.js";

const STRIP = 14;

export function makePlot(app) {
  const frame = makeFrame(app, "plot curve");
  const parts = {};
  for (const name of ["tint", "hatched", "model", "graph"]) parts[name] = path(name);
  parts.target = path("target");
  const trails = [0, 1, 2].map(makeTrail);
  const start = makeStart(app, frame);
  const zoom = makeZoom(app, frame);
  const strip = CATEGORIES.map((name) => path(`end ${name}`));
  const caret = path("caret");
  frame.defs.append(...patterns());
  frame.inside.append(parts.tint, parts.hatched, parts.model, parts.graph, parts.target, ...trails.map((t) => t.group));
  const points = path("critical");
  frame.above.append(points, svg("g", {}, ...strip), caret, start.handle, ...trails.map((t) => t.label));
  let land = null;
  let basins = null;
  let columns = 0;

  // What depends on the loss and the size alone.
  const prepare = (width) => {
    const height = Math.round(clamp(width * 0.55, 240, 480));
    const box = { left: 52, right: width - 14, top: 12, bottom: height };
    const [low, high] = app.state.window[0];
    const pad = 0.015 * (high - low);
    const f = (x) => evaluate(app.loss, [x], true);
    land = trace(f, low - pad, high + pad, box.right - box.left, box.bottom - box.top);
    layFrame(frame, width, height + 28 + STRIP + 6, box, [low - pad, high + pad, ...land.range]);
    set(parts.graph, { d: drawn(land, frame.x, frame.y) });
    const seen = ([x]) => x >= low - pad && x <= high + pad;
    set(points, { d: critical(app.data.points, ([x]) => [frame.x(x).toFixed(1), box.bottom], seen) });
    // rounding by what can be seen in the picture: beside a pole every other f″ is small
    const least = (-1e-10 * (land.range[1] - land.range[0])) / (high - low) ** 2;
    const spans = runs(land.columns, (i) => land.bends[i] < least && !land.fine[i]);
    const cover = (top, tall) =>
      spans
        .map(([a, b]) => `M${frame.x(a).toFixed(1)} ${top}H${frame.x(b).toFixed(1)}v${tall}H${frame.x(a).toFixed(1)}Z`)
        .join("");
    set(parts.tint, { d: cover(box.top, box.bottom - box.top) });
    set(parts.hatched, { d: cover(box.bottom - 12, 12) });
    app.sees.bends = spans.length > 0;
    app.sees.floor = land.least;
    app.sees.fine = land.fine.includes(1);
  };

  const restart = () => {
    const { loss, rule, P, stop } = app.problem();
    columns = Math.round(clamp((frame.box.right - frame.box.left) / 2, 60, 400));
    const [low, high] = app.state.window[0];
    basins = makeBasins(loss, rule, P, stop, columns, 1, (i) => [low + ((i + 0.5) / columns) * (high - low)]);
  };

  const work = (until) => {
    const done = basins.work(until);
    const [low, high] = app.state.window[0];
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
    drawTrails(app, frame, trails, ({ xs, fs }, k) => [
      frame.x(xs[k]),
      isFinite(fs[k]) ? frame.y(fs[k]) : frame.box.top,
    ]);
    model(walks[state.active]);
    const f = evaluate(app.loss, state.start, false)[0];
    const y = isFinite(f) ? frame.y(f) : frame.box.bottom;
    start.draw(frame.x(state.start[0]), y);
    const x = clamp(frame.x(state.start[0]), frame.box.left, frame.box.right);
    arranged(frame.box, trails, [[x, y, 10]]);
    set(caret, { d: `M${x} ${frame.box.bottom + 27}l-5 -7h10Z` });
  };

  // The parabola with the slope at x whose stationary point is the next x.
  const model = (w) => {
    const k = app.step(w.K - 1); // at the end that of the last step
    const shown =
      app.state.model && !w.drawn && k >= 0 && isFinite(w.gs[k]) && w.xs[k + 1] !== w.xs[k] && w.gs[k] !== 0;
    set(parts.model, { d: "" });
    set(parts.target, { d: "" });
    app.sees.model = shown ? k : null;
    if (!shown) return;
    const [x, f, g, next] = [w.xs[k], w.fs[k], w.gs[k], w.xs[k + 1]];
    const c = -g / (next - x);
    const line = frame.graph(4, (z) => f + g * (z - x) + (c / 2) * (z - x) ** 2);
    set(parts.model, { d: lineIn(frame.box, line) });
    set(parts.target, { d: `M${frame.x(next)} ${frame.y(f + (g * (next - x)) / 2)}m-5 -5l10 10m0 -10l-10 10` });
  };

  return { svg: frame.svg, keys: zoom.keys, prepare, restart, work, draw };
}

// The runs of columns, whose borders are xs, on which something holds.
function runs(xs, holds) {
  const found = [];
  let from = -1;
  for (let i = 0; i < xs.length; i++) {
    const yes = i + 1 < xs.length && holds(i);
    if (yes && from < 0) from = i;
    if (!yes && from >= 0) {
      found.push([xs[from], xs[i]]);
      from = -1;
    }
  }
  return found;
}
