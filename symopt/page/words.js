// The interface's few words in English and Chinese, and numbers as Python writes them.

export const WORDS = {
  en: {
    method: "method",
    compare: "Compare with another method",
    remove: "remove",
    active: "show its steps and model",
    start: "start",
    steps: "steps",
    step: "step",
    play: "Play",
    pause: "Pause",
    back: "Step back",
    forth: "Step forwards",
    reset: "Back to the start",
    end: "To the end",
    model: "model of this step",
    eachRate: "what each value of a parameter comes to",
    rates: "from this start, each value of {name} comes to",
    basins: "basins: where starts end",
    bends: "f″ < 0",
    fine: "finer than a pixel: drawn as a band",
    coarse: "finer than the picture's cells: no levels, unless you zoom in",
    border: "border of where H is positive definite",
    copyCommand: "Copy command",
    copyLink: "Copy link",
    copied: "Copied",
    byHand: "the browser does not let the page copy: press Ctrl+C",
    svg: "Save SVG",
    png: "Save PNG",
    language: "中文",
    table: "Steps",
    settings: "Settings",
    plot: "Picture of the loss",
    decay: "f − least f known at each step, log scale",
    ends: "{method}: every start ends at",
    hint1: "Drag the start, or use the arrow keys",
    hint2: "Click or drag to choose the start, or use the arrow keys",
    from: "from",
    to: "to",
    order: "a number, the first end below the second",
    number: "a number such as 1/64 or 2**-6",
    whole: "a whole number from 1 to 10000",
    left: "Left out, since a page walks formulas, not code, and without chance:",
    fewer: "of {n} steps asked for, a page walks at most 10000",
    minimum: "minimum",
    maximum: "maximum",
    runs: "diverges",
    cycle: "cycles",
    open: "not yet",
    flat: "saddle, plateau …",
    none: "f or the next point undefined",
    least: "{method}: minima, each with its letter",
    pale: "pale: not yet there, in the colour of the nearest minimum",
    stepModel: "model of step {k} → {next}, × where its slope is zero",
    keys: "wheel or + − 0 zoom, shift-drag moves; space plays, , and . step",
    loss: "loss: type another",
    ownLoss: "back to the page's own loss",
    typedHere: "typed here: the command below makes its full page with symopt explore in place of animate",
    story: "Story",
    before: "Scene before",
    next: "Next scene",
    yes: "Right.",
    no: "Not quite: look.",
    nowhere: "f is not defined at the start",
  },
  zh: {
    method: "方法",
    compare: "再比较一种方法",
    remove: "移除",
    active: "显示它的步骤和模型",
    start: "起点",
    steps: "步数",
    step: "第几步",
    play: "播放",
    pause: "暂停",
    back: "后退一步",
    forth: "前进一步",
    reset: "回到起点",
    end: "到终点",
    model: "这一步的模型",
    eachRate: "参数每个取值的结局",
    rates: "从这个起点出发，{name} 的各个取值得到",
    basins: "吸引域：各起点的归宿",
    bends: "f″ < 0",
    fine: "比像素更细：画成一条带",
    coarse: "比图的网格更细：放大后才画等高线",
    border: "H 正定区域的边界",
    copyCommand: "复制命令",
    copyLink: "复制链接",
    copied: "已复制",
    byHand: "浏览器不允许页面复制：请按 Ctrl+C",
    svg: "存为 SVG",
    png: "存为 PNG",
    language: "English",
    table: "各步",
    settings: "设置",
    plot: "函数图像",
    decay: "每一步的 f − 已知最小 f，对数刻度",
    ends: "{method}：每个起点的归宿",
    hint1: "拖动起点，或用方向键",
    hint2: "点击或拖动来选起点，或用方向键",
    from: "从",
    to: "到",
    order: "一个数，左端须小于右端",
    number: "一个数，例如 1/64 或 2**-6",
    whole: "1 到 10000 的整数",
    left: "页面只走公式（不走程序），且不含随机数，未收入：",
    fewer: "要求 {n} 步，页面最多走 10000 步",
    minimum: "极小",
    maximum: "极大",
    runs: "发散",
    cycle: "循环",
    open: "未定",
    flat: "鞍点、平台等",
    none: "f 或下一步没有定义",
    least: "{method}：各极小点，以字母区分",
    pale: "浅色：尚未到达，取最近极小点的颜色",
    stepModel: "第 {k} → {next} 步的模型，× 处斜率为零",
    keys: "滚轮或 + − 0 缩放，按住 shift 拖动平移；空格播放，, 和 . 逐步",
    loss: "函数：可改成别的",
    ownLoss: "回到页面原来的函数",
    typedHere: "在此输入：把下面命令中的 animate 换成 explore，就得到它的完整页面",
    story: "故事",
    before: "上一幕",
    next: "下一幕",
    yes: "对。",
    no: "不对，看：",
    nowhere: "f 在起点没有定义",
  },
};

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
  found.climbed = part("climbed", K > 0 && fs[K] - fs[0] > 4 * 2 ** -52 * (Math.abs(fs[K]) + Math.abs(fs[0])));
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
