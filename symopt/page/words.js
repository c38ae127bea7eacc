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
    basins: "basins: where starts end",
    bends: "f″ < 0",
    border: "border of where H is positive definite",
    copyCommand: "Copy command",
    copyLink: "Copy link",
    copied: "Copied",
    svg: "Save SVG",
    png: "Save PNG",
    language: "中文",
    table: "Steps",
    settings: "Settings",
    plot: "Picture of the loss",
    decay: "f − least f known at each step, log scale",
    ends: "every start ends at:",
    hint1: "Drag the start, or use the arrow keys",
    hint2: "Click or drag to choose the start, or use the arrow keys",
    number: "a number such as 1/64 or 2**-6",
    whole: "a whole number from 1 to 10000",
    left: "Left out, since a page walks formulas without chance:",
    minimum: "minimum",
    maximum: "maximum",
    runs: "diverges",
    cycle: "cycles",
    open: "not yet",
    flat: "saddle, plateau …",
    least: "minima, each with its letter",
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
    basins: "吸引域：各起点的归宿",
    bends: "f″ < 0",
    border: "H 正定区域的边界",
    copyCommand: "复制命令",
    copyLink: "复制链接",
    copied: "已复制",
    svg: "存为 SVG",
    png: "存为 PNG",
    language: "English",
    table: "各步",
    settings: "设置",
    plot: "函数图像",
    decay: "每一步的 f − 已知最小 f，对数刻度",
    ends: "每个起点的归宿：",
    hint1: "拖动起点，或用方向键",
    hint2: "点击或拖动来选起点，或用方向键",
    number: "一个数，例如 1/64 或 2**-6",
    whole: "1 到 10000 的整数",
    left: "页面只走不含随机数的公式，未收入：",
    minimum: "极小",
    maximum: "极大",
    runs: "发散",
    cycle: "循环",
    open: "未定",
    flat: "鞍点、平台等",
    least: "各极小点，以字母区分",
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
  if (!(Math.abs(value) > error)) return "0";
  const digits = error ? Math.min(6, Math.max(1, Math.trunc(Math.log10(Math.abs(value) / error)))) : 6;
  return general(value, digits).replace(/-/g, "−");
}

// Steps in which f surely rose; `hidden` is whether rounding hides what some did (Trajectory.rises knows more).
export function rises({ n, xs, fs, gs, K }) {
  let count = 0;
  let hidden = false;
  for (let k = 0; k < K; k++) {
    const rise = (fs[k + 1] - fs[k]) * 2 ** 52;
    const unit = 16 * Math.max(Math.abs(fs[k]), Math.abs(fs[k + 1]));
    let along = 0;
    for (let i = k * n; i < k * n + n; i++) along += (gs[i] + gs[i + n]) * (xs[i + n] - xs[i]);
    if (rise > unit && !(rise <= 100 * unit && along < 0)) count += 1;
    else if (Math.abs(rise) <= unit && along) hidden = true;
  }
  return { count, hidden };
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

// One more line: the slope at the end, and in how many steps f rose.
export function remarks(walked, slope, language) {
  if (walked.outcome === "NO_START") return "";
  const at = language === "zh" ? 1 : 0;
  const size = put(SENTENCES.parts.slope[at], { slope: general(slope, 3).replace("-", "−") });
  return size + spoken(walked, at).rose;
}
