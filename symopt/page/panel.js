// A panel under the picture, if one is chosen: the slope with its tangent, the map from x to the next x, what is done
// in a step, or where every start ends for every value of a parameter.
import { html, path, set } from "./dom.js";
import { layFrame, makeFrame, snapTo } from "./axes.js";
import { drawn, trace } from "./graph.js";
import { lineIn, makeTrail, shape } from "./marks.js";
import { levelLine } from "./model.js";
import { CATEGORIES, endsOf } from "./basins.js";
import { clamp, placed, quantile, slid } from "./scale.js";
import { drawnOf } from "./state.js";
import { advance, evaluate, walk } from "./walk.js";
import { put, sentence } from "./words.js";

const [WIDE, TALL] = [180, 60];

// Those of so many variables.
export const panels = (data) =>
  data.names.length === 1
    ? ["off", "slope", "cobweb", "parts", "map"]
    : ["off", "parts", ...(data.surface ? ["surface"] : [])];

export function makePanel(app) {
  const one = app.data.names.length === 1;
  const frame = one && makeFrame(app, "plot");
  const [zero, graph, tangent, target] = ["axis", "graph", "model", "target"].map(path);
  const trails = one && [0, 1, 2].map(makeTrail);
  const ends = one && CATEGORIES.map((name) => path(`end ${name}`));
  const key = html("div", { class: "legend" });
  const surface = app.data.surface && makeSurface(app, { html, set, clamp, put, quantile, shape });
  if (one) frame.inside.append(...ends, zero, graph, tangent, ...trails.map((trail) => trail.group), target);
  const caption = html("figcaption");
  const list = html("ol");
  const shown = one ? [frame.svg, key] : surface ? [surface.canvas] : [];
  const element = html("figure", { class: "card", "aria-live": "off" }, caption, ...shown, list);

  let laid = "";

  let work = null;
  const clear = () => {
    laid = "";
    work = null;
    ends.forEach((end) => set(end, { d: "" }));
  };

  // Some more of the walks of the map: how many starts end so for each value.
  const proceed = (until) => {
    if (!one || !work) return true;
    const done = work.work(until);
    const { box } = frame;
    const [wide, tall] = [(box.right - box.left) / WIDE, (box.bottom - box.top) / TALL];
    const lines = CATEGORIES.map(() => "");
    for (let j = 0; j < TALL; j++)
      for (let i = 0, from = 0; i < WIDE; i++) {
        const at = (k) => work.found[work.near(j * WIDE + k)];
        if (i + 1 < WIDE && at(i + 1) === at(i)) continue;
        const [x, y] = [box.left + from * wide, box.bottom - j * tall];
        if (at(i))
          lines[at(i) - 1] +=
            `M${x.toFixed(1)} ${y.toFixed(1)}h${((i + 1 - from) * wide).toFixed(1)}v${(-0.4 - tall).toFixed(1)}H${x.toFixed(1)}Z`;
        from = i + 1;
      }
    lines.forEach((d, i) => set(ends[i], { d }));
    const seen = CATEGORIES.filter((_, i) => lines[i]);
    key.replaceChildren(...seen.map((c) => html("span", { class: "swatch" }, html("i", { class: c }), app.words[c])));
    if (done) work = null;
    return done;
  };

  // The first parameter of a method, and its place on its slider from a height of the picture.
  const mapped = () => {
    const { method, P } = app.problem();
    return [method.parameters[0], P];
  };
  const upwards = () => {
    const [first] = mapped();
    return first ? app.pretty(first.name) + (first.log ? " (log₁₀)" : "") : "–";
  };
  const choose = (event) => {
    const [range] = mapped();
    if (app.state.panel !== "map" || !range) return;
    const share = frame.share(event);
    app.change((state) => (state.start = [snapTo(app, frame.at(share)[0], 0)]));
    app.choose(app.state.active, ({ method, values }) => ({
      method,
      values: [slid(clamp(share[1], 0, 1), range), ...values.slice(1)],
    }));
  };
  if (one) frame.svg.addEventListener("click", choose);

  const ended = (width) => {
    const { state } = app;
    const [low, high] = state.window[0];
    const box = { left: 52, right: width - 40, top: 8, bottom: 220 };
    const [range, values] = mapped();
    const { loss, rule, stop } = app.problem();
    const now = drawnOf(state, state.methods[state.active].method, values.slice(1), width);
    if (!range) clear();
    if (range && now !== laid) {
      const heights = [range.low, range.high].map((value) => (range.log ? Math.log10(value) : value));
      layFrame(frame, width - 26, 246, box, [low, high, ...heights]);
      set(graph, { d: "" });
      set(tangent, { d: "" });
      work = endsOf(1, WIDE, TALL, (i, j) =>
        walk(
          loss,
          rule,
          [slid((j + 0.5) / TALL, range), ...values.slice(1)],
          [low + ((i + 0.5) / WIDE) * (high - low)],
          stop,
        ),
      );
      laid = now;
    }
    trails.forEach((trail) => trail.show(false));
    const [x, y] = [
      frame.x(state.start[0]),
      box.bottom - placed(values[0] ?? 0, range ?? { low: 0, high: 1 }) * (box.bottom - box.top),
    ];
    set(zero, { d: "" });
    set(target, { class: "critical", d: range ? `M${x - 6} ${y}h12m-6 -6v12` : "" });
  };

  const draw = (width) => {
    const { state, words, walks } = app;
    const w = walks[state.active];
    const k = app.step(w.K);
    set(element, { hidden: state.panel === "off" });
    if (state.panel === "off") return;
    const parts = state.panel === "parts";
    const at = Math.max(0, Math.min(k, w.K - 1)); // at the end that of the last step
    set(list, { hidden: !parts });
    if (parts) list.replaceChildren(...(w.K ? inside(w, at) : []).map((text) => html("li", {}, text)));
    if (one) {
      set(frame.svg, { display: parts ? "none" : null });
      set(key, { hidden: state.panel !== "map" });
      if (state.panel === "map") ended(width);
      else if (!parts) picture(w, k, width);
    } else if (surface) {
      set(surface.canvas, { hidden: parts });
      if (!parts) surface.draw(width - 26);
    }
    const gaps = { k: at, next: at + 1, up: one ? upwards() : surface?.height() };
    caption.textContent = (one || parts ? `${app.problem().method.name}: ` : "") + put(words[state.panel], gaps);
  };

  const picture = (w, k, width) => {
    const { state } = app;
    const [low, high] = state.window[0];
    const box = { left: 52, right: width - 40, top: 8, bottom: 220 };
    const slope = state.panel === "slope";
    const pixels = box.right - box.left;
    const now = drawnOf(state, slope || state.methods[state.active], width, 0);
    if (now !== laid) {
      clear();
      laid = now;
      const land = slope && trace((x) => [...evaluate(app.loss, [x], true).slice(1), 0], low, high, pixels, 212);
      const [bottom, top] = slope ? [Math.min(land.range[0], 0), Math.max(land.range[1], 0)] : [low, high];
      layFrame(frame, width - 26, 246, box, [low, high, bottom, top]);
      set(graph, { d: slope ? drawn({ ...land, range: [bottom, top] }, frame.x, frame.y) : w.free ? map() : "" });
    }
    set(zero, {
      d: slope ? `M${box.left} ${frame.y(0)}H${box.right}` : `M${box.left} ${box.bottom}L${box.right} ${box.top}`,
    });
    const points = [];
    const put = (x, y) => points.push(frame.x(x), frame.y(y));
    for (let i = 0; i <= w.K; i++) {
      if (slope) put(w.xs[i], w.gs[i]);
      else {
        put(w.xs[i], w.xs[i]);
        if (i < w.K) put(w.xs[i], w.xs[i + 1]);
      }
    }
    trails.forEach((trail, i) => trail.show(i === state.active));
    trails[state.active].draw(points, slope ? k : 2 * k, box, [], []);
    const [x, g, h] = [w.xs[k], w.gs[k], evaluate(app.loss, [w.xs[k]], true)[2]];
    const shown = slope && isFinite(g + h);
    set(tangent, {
      d: shown
        ? lineIn(
            box,
            frame.graph(4, (z) => g + h * (z - x)),
          )
        : "",
    });
    const next = `M${frame.x(x - g / h)} ${frame.y(0)}m-5 -5l10 10m0 -10l-10 10`;
    set(target, { class: "target", d: shown && h ? next : "" });
  };

  // The line of the next x over x, torn where it leaps.
  const map = () => {
    const { loss, rule, P } = app.problem();
    let line = "";
    let before = NaN;
    const next = (x) => {
      const X = Float64Array.of(x);
      evaluate(loss, X, true);
      advance(loss, rule, P, X, new Float64Array(0), 1);
      return X[0];
    };
    for (const [px, y] of frame.graph(0.5, next)) {
      if (!Number.isNaN(y)) line += `${Math.abs(y - before) < 150 ? "L" : "M"}${px} ${y.toFixed(1)}`;
      before = y;
    }
    return line;
  };

  // What is done from x to the next x.
  const inside = (w, k) => {
    const { n, xs, fs, gs } = w;
    const { words } = app;
    const at = (values, i) => Array.from(values.subarray(i * n, i * n + n));
    const [x, g, next] = [at(xs, k), at(gs, k), at(xs, k + 1)];
    const d = next.map((c, i) => c - x[i]);
    const fall = d.reduce((sum, c, i) => sum + (c * g[i]) / 2, 0);
    const point = (values) => (one ? sentence(values[0]) : `(${values.map((c) => sentence(c)).join(", ")})`);
    const name = one ? app.pretty(app.data.names[0]) : `(${app.data.names.map(app.pretty).join(", ")})`;
    const slope = one ? "f′" : "∇f";
    const known = one ? d[0] : levelLine(app.loss, app.problem().rule, w, k);
    const model = one ? `${slope}·d + c·d²/2, c = ${sentence(-g[0] / d[0])}` : `${slope}·d + d·B·d/2`;
    const turn = one && fall > 0 ? `, ${words.top}` : "";
    return [
      `${words.evaluate}: ${name} = ${point(x)}, f = ${sentence(fs[k])}, ${slope} = ${point(g)}`,
      `${words.approximate}: ${known ? `f + ${model}` : "–"}`,
      `${words.minimise}: d = ${point(d)}${known ? `, f ≈ ${sentence(fs[k] + fall)}${turn}` : ""}`,
      `${words.move}: ${name} = ${point(next)}, f = ${sentence(fs[k + 1])}`,
    ];
  };

  return { element, draw, work: proceed, busy: () => work !== null };
}
