// The interface's few words in English and Chinese, and numbers as Python writes them.

// Each in English and Chinese.
const TOLD = {
  method: ["method", "方法"],
  compare: ["Compare with another method", "再比较一种方法"],
  remove: ["remove", "移除"],
  active: ["show its steps and model", "显示它的步骤和模型"],
  start: ["start", "起点"],
  steps: ["steps", "步数"],
  step: ["step", "第几步"],
  play: ["Play", "播放"],
  pause: ["Pause", "暂停"],
  back: ["Step back", "后退一步"],
  forth: ["Step forwards", "前进一步"],
  reset: ["Back to the start", "回到起点"],
  undo: ["Undo", "撤销"],
  redo: ["Redo", "重做"],
  speed: ["Speed", "速度"],
  end: ["To the end", "到终点"],
  model: ["model of this step", "这一步的模型"],
  eachRate: ["what each value of a parameter comes to", "参数每个取值的结局"],
  rates: ["from this start, each value of {name} comes to", "从这个起点出发，{name} 的各个取值得到"],
  basins: ["basins: where starts end", "吸引域：各起点的归宿"], // n = 2
  panel: ["panel", "附图"],
  off: ["–", "–"],
  slope: ["f′ with its tangent, × Newton's next x", "f′ 及其切线，× 为 Newton 的下一点"], // n = 1
  cobweb: ["cobweb: the next x over x", "蛛网图：下一个 x 对 x"], // n = 1
  parts: ["inside a step {k} → {next}", "一步之内 {k} → {next}"],
  map: ["start × rate map: {up} over the start", "起点 × 参数图：{up} 对起点"], // n = 1
  evaluate: ["evaluate", "求值"],
  approximate: ["model", "建模"],
  minimise: ["where its slope is zero", "斜率为零处"],
  top: ["its maximum: it climbs", "是极大：向上爬"], // n = 1
  move: ["move", "移动"],
  bends: ["f″ < 0", "f″ < 0"], // n = 1
  fine: ["finer than a pixel: drawn as a band", "比像素更细：画成一条带"], // n = 1
  coarse: ["finer than the picture's cells: no levels, unless you zoom in", "比图的网格更细：放大后才画等高线"], // n = 2
  border: ["border of where H is positive definite", "H 正定区域的边界"], // n = 2
  copyCommand: ["Copy command", "复制命令"],
  copyLink: ["Copy link", "复制链接"],
  copied: ["Copied", "已复制"],
  byHand: ["the browser does not let the page copy: press Ctrl+C", "浏览器不允许页面复制：请按 Ctrl+C"],
  svg: ["Save SVG", "存为 SVG"],
  png: ["Save PNG", "存为 PNG"],
  language: ["中文", "English"],
  table: ["Steps", "各步"],
  settings: ["Settings", "设置"],
  plot: ["Picture of the loss", "函数图像"],
  decay: ["f − least f known at each step, log scale", "每一步的 f − 已知最小 f，对数刻度"],
  ends: ["{method}: every start ends at", "{method}：每个起点的归宿"], // n = 1
  hint1: ["Drag the start, or use the arrow keys", "拖动起点，或用方向键"], // n = 1
  hint2: ["Click or drag to choose the start, or use the arrow keys", "点击或拖动来选起点，或用方向键"], // n = 2
  from: ["from", "从"],
  to: ["to", "到"],
  order: ["a number, the first end below the second", "一个数，左端须小于右端"],
  number: ["a number such as 1/64 or 2**-6", "一个数，例如 1/64 或 2**-6"],
  whole: ["a whole number from 1 to 10000", "1 到 10000 的整数"],
  left: [
    "More methods, of code or chance, join a page that is made with them: symopt explore … -m bfgs",
    "程序写成或随机的方法，生成页面时点名即有：symopt explore … -m bfgs",
  ],
  fewer: ["of {n} steps asked for, a page walks at most 10000", "要求 {n} 步，页面最多走 10000 步"],
  minimum: ["minimum", "极小"],
  maximum: ["maximum", "极大"],
  runs: ["diverges", "发散"],
  cycle: ["cycles", "循环"],
  open: ["not yet", "未定"],
  flat: ["saddle, plateau …", "鞍点、平台等"],
  none: ["f or the next point undefined", "f 或下一步没有定义"],
  least: ["{method}: minima, each with its letter", "{method}：各极小点，以字母区分"], // n = 2
  pale: ["pale: not yet there, in the colour of the nearest minimum", "浅色：尚未到达，取最近极小点的颜色"], // n = 2
  stepModel: ["model of step {k} → {next}, × where its slope is zero", "第 {k} → {next} 步的模型，× 处斜率为零"],
  keys: [
    "wheel or + − 0 zoom, shift-drag moves; space plays, , and . step, Ctrl+Z takes back",
    "滚轮或 + − 0 缩放，按住 shift 拖动平移；空格播放，, 和 . 逐步，Ctrl+Z 撤销",
  ],
  loss: ["loss: type another", "函数：可改成别的"],
  ownLoss: ["back to the page's own loss", "回到页面原来的函数"],
  typedHere: [
    "typed here: the command below makes its full page with symopt explore in place of animate",
    "在此输入：把下面命令中的 animate 换成 explore，就得到它的完整页面",
  ],
  story: ["Story", "故事"],
  before: ["Scene before", "上一幕"],
  next: ["Next scene", "下一幕"],
  yes: ["Right.", "对。"],
  no: ["Not quite: look.", "不对，看："],
  nowhere: ["f is not defined at the start", "f 在起点没有定义"],
};

export const WORDS = {};
["en", "zh"].forEach(
  (language, i) => (WORDS[language] = Object.fromEntries(Object.entries(TOLD).map(([name, told]) => [name, told[i]]))),
);

// printf's %g.
export function general(value, digits = 6) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [, mantissa, power] = /^(.*)e(.*)$/.exec(value.toExponential(digits - 1));
  const exponent = Number(power);
  const strip = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent >= -4 && exponent < digits) return strip(value.toFixed(digits - 1 - exponent));
  return `${strip(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

// A number in a sentence: six digits, or as many as an error leaves.
export function sentence(value, error = 0) {
  if (Math.abs(value) <= error) return "0";
  const digits = error ? Math.min(6, Math.max(1, Math.trunc(Math.log10(Math.abs(value) / error)))) : 6;
  return general(value, digits).replace(/-/g, "−");
}

// What f did in step k → k + 1: "rose" where it surely did, "hidden" where rounding hides it.
export function change({ n, xs, fs, gs }, k) {
  const rise = (fs[k + 1] - fs[k]) * 2 ** 52;
  const unit = 16 * Math.max(Math.abs(fs[k]), Math.abs(fs[k + 1]));
  let along = 0;
  for (let i = k * n; i < k * n + n; i++) along += (gs[i] + gs[i + n]) * (xs[i + n] - xs[i]);
  if (rise > unit && !(rise <= 100 * unit && along < 0)) return "rose";
  if (Math.abs(rise) <= unit) return along ? "hidden" : "";
  return rise < 0 ? "fell" : "";
}

// Steps in which f surely rose; `hidden` is whether rounding hides what some did (Trajectory.rises knows more).
export function rises(walked) {
  const steps = Array.from({ length: walked.K }, (_, k) => change(walked, k));
  return { count: steps.filter((step) => step === "rose").length, hidden: steps.includes("hidden") };
}

const put = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// What the rows of SENTENCES are filled with, as in symopt/judge/sentences.py.
function spoken(walked, at, letter) {
  const { outcome, kind, reason, n, K, xs, fs, period, factor, remark, at: place, error } = walked;
  const x = n > 1 ? "" : place ? sentence(place[0], error) : sentence(xs[K]);
  const found = { k: K, letter, x, period, factor };
  const rose = rises(walked);
  found.rises = rose.count;
  const part = (name, wanted = true) => (wanted ? put(SENTENCES.parts[name][at], found) : "");
  found.steps = part(K === 1 ? "step" : "steps");
  found.after = part(K ? "after" : "start");
  found.place = part("place", n === 1);
  found.near = part("near", n === 1);
  const above = K > 0 && fs[K] - fs[0] > 4 * 2 ** -52 * (Math.abs(fs[K]) + Math.abs(fs[0]));
  found.climbed = part("climbed", above);
  found.higher = part("higher", above);
  found.text = remark && put(SENTENCES.remarks[remark][at], found);
  found.remark = part("remark", Boolean(remark));
  const said = rose.count ? "rose at least" : "rose unseen";
  found.rose = part(rose.hidden ? said : "rose", K > 0);
  found.word = `${kind || outcome.toLowerCase()} ${reason}`.trim();
  return found;
}

// The headline: what the walk came to, where, and in how many steps (Trajectory.verdict).
export function verdict(walked, language, letter) {
  if (walked.outcome === "NO_START") return WORDS[language].nowhere;
  const at = language === "zh" ? 1 : 0;
  const found = spoken(walked, at, letter);
  return put(SENTENCES.ends[found.word][at], found);
}

// Where a walk stands at its end, and f there.
export function place({ n, K, xs, fs, outcome }, names) {
  if (outcome === "NO_START") return "";
  const at = Array.from(xs.subarray(K * n, K * n + n), (x) => sentence(x)).join(", ");
  const lost = Number.isNaN(fs[K]); // f has no value there
  const where = n > 1 ? `(${names.join(", ")}) = (${at})` : lost ? `${names[0]} = ${at}` : "";
  return [where, lost ? "" : `f = ${sentence(fs[K])}`].filter(Boolean).join(", ");
}

// One more line: the slope at the end, and in how many steps f rose.
export function remarks(walked, slope, language) {
  if (walked.outcome === "NO_START") return "";
  const at = language === "zh" ? 1 : 0;
  const size = Number.isNaN(walked.fs[walked.K])
    ? ""
    : put(SENTENCES.parts.slope[at], { slope: general(slope, 3).replace("-", "−") });
  return (size + spoken(walked, at).rose).replace(/^[;；] ?/, "");
}
