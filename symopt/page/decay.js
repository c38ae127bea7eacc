// f above the least value known against the step in log scale, one line for each walk.
import { layFrame, makeFrame } from "./axes.js";
import { path, set } from "./dom.js";
import { shape } from "./marks.js";

const [WIDTH, HEIGHT] = [320, 130];

export function decayPlot(app) {
  const lines = [0, 1, 2].map((i) => path(`decline m${i}`));
  const heads = [0, 1, 2].map((i) => path(`head m${i}`));
  const frame = makeFrame(app, "decay");
  frame.inside.append(...lines, ...heads);
  set(frame.svg, { role: "img" });
  let laid = "";
  const draw = () => {
    const all = app.walks.flatMap((w) => [...w.fs]).filter(isFinite);
    const least = all.reduce((low, f) => Math.min(low, f), app.sees.floor ?? Infinity);
    const depth = (f) => Math.log10(f - least);
    const depths = all.map(depth).filter(isFinite);
    const top = Math.ceil(Math.max(...app.walks.map((w) => depth(w.fs.find(isFinite))), -300) + 0.2);
    const bottom = Math.max(top - 18, Math.floor(depths.reduce((low, d) => Math.min(low, d), top - 2)));
    const box = { left: 40, right: WIDTH - 12, top: 8, bottom: HEIGHT - 24 };
    const view = [0, Math.max(1, app.longest()), bottom, top];
    if (laid !== (laid = `${view}`)) layFrame(frame, WIDTH, HEIGHT, box, view);
    for (let i = 0; i < 3; i++) {
      const w = app.walks[i];
      const place = (k) => [frame.x(k), frame.y(Math.max(depth(w.fs[k]), bottom))];
      const stride = Math.max(1, Math.floor(w?.K / 400));
      let d = "";
      for (let k = 0; k <= w?.K; k += k + stride > w.K && k < w.K ? w.K - k : stride) {
        if (isFinite(w.fs[k])) d += `${d ? "L" : "M"}${place(k).map((c) => c.toFixed(1)).join(" ")}`; // prettier-ignore
      }
      const k = w && app.step(w.K);
      set(lines[i], { d });
      set(heads[i], { d: w && isFinite(w.fs[k]) ? shape(i, ...place(k), 4) : "" });
    }
    set(frame.svg, { "aria-label": app.words.decay });
  };
  return { svg: frame.svg, draw };
}
