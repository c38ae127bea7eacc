// f above the least value known against the step in log scale, one line for each walk.
import { path, set, svg, word } from "./dom.js";
import { clamp, tickText } from "./scale.js";
import { shape } from "./marks.js";

const [WIDTH, HEIGHT] = [320, 130];
const BOX = { left: 52, right: WIDTH - 10, top: 8, bottom: HEIGHT - 20 };

export function decayPlot(app) {
  const lines = [0, 1, 2].map((i) => path(`decline m${i}`));
  const heads = [0, 1, 2].map((i) => path(`head m${i}`));
  const marks = svg("g", { class: "ticks" });
  const axis = svg("path", { class: "axis", d: `M${BOX.left} ${BOX.top}V${BOX.bottom}H${BOX.right}` });
  const picture = svg(
    "svg",
    { class: "decay", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" },
    marks,
    axis,
    ...lines,
    ...heads,
  );
  const draw = () => {
    const all = app.walks.flatMap((w) => [...w.fs]).filter(isFinite);
    const least = all.reduce((low, f) => Math.min(low, f), app.sees.floor ?? Infinity);
    const most = Math.max(...app.walks.map((w) => w.fs.find(isFinite) - least || 0), 1e-300);
    const top = Math.ceil(Math.log10(most) + 0.2);
    const lowest = all.reduce((low, f) => (f > least ? Math.min(low, Math.log10(f - least)) : low), top - 2);
    const bottom = Math.max(top - 18, Math.floor(lowest));
    const longest = Math.max(1, ...app.walks.map((w) => w.K));
    const x = (k) => BOX.left + (k / longest) * (BOX.right - BOX.left);
    const y = (v) =>
      BOX.bottom - clamp((v > 0 ? Math.log10(v) - bottom : 0) / (top - bottom), 0, 1) * (BOX.bottom - BOX.top);
    app.walks.forEach((w, i) => {
      const stride = Math.max(1, Math.floor(w.K / 400));
      let d = "";
      for (let k = 0; k <= w.K; k += k + stride > w.K && k < w.K ? w.K - k : stride) {
        if (isFinite(w.fs[k])) d += `${d ? "L" : "M"}${x(k).toFixed(1)} ${y(w.fs[k] - least).toFixed(1)}`;
      }
      const k = Math.min(app.step(), w.K);
      set(lines[i], { d });
      set(heads[i], { d: isFinite(w.fs[k]) ? shape(i, x(k), y(w.fs[k] - least), 4) : "" });
    });
    for (let i = app.walks.length; i < 3; i++) [lines[i], heads[i]].forEach((e) => set(e, { d: "" }));
    const every = Math.max(1, Math.ceil((top - bottom) / 4));
    const labels = [];
    for (let p = top; p >= bottom; p -= every)
      labels.push(word(BOX.left - 6, y(10 ** p) + 4, "end", tickText(10 ** p)));
    for (const k of [0, longest]) labels.push(word(x(k), HEIGHT - 5, k ? "end" : "start", k));
    marks.replaceChildren(...labels);
    set(picture, { "aria-label": app.words.decay });
  };
  return { svg: picture, draw };
}
