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

export function sentence(value, scale = 0) {
  return general(Math.abs(value) < 1e-6 * scale ? 0 : value).replace(/-/g, "−");
}

// Steps in which f rose; the slopes decide where rounding hides it (Trajectory.rises).
export function rises({ n, xs, fs, gs, K }) {
  let count = 0;
  for (let k = 0; k < K; k++) {
    const rise = (fs[k + 1] - fs[k]) * 2 ** 52;
    const unit = Math.abs(fs[k]);
    let along = 0;
    for (let i = k * n; i < k * n + n; i++) along += (gs[i] + gs[i + n]) * (xs[i + n] - xs[i]);
    if (rise > 4 * unit && !(rise <= 400 * unit && along < 0)) count += 1;
  }
  return count;
}

const STEPS = { en: (k) => `${k} step${k === 1 ? "" : "s"}`, zh: (k) => `${k} 步` };
const KINDS = { minimum: "极小点", maximum: "极大点", saddle: "鞍点", inflection: "拐点", degenerate: "退化的临界点" };
const REMARKS = {
  oscillating: "来回摆动",
  "oscillating ever wider": "摆动越来越大",
  "oscillating, closing in": "摆动着收拢",
  "still descending": "仍在下降",
  climbing: "在上升",
  "closing in": "正在逼近",
  creeping: "缓慢爬行",
  wandering: "徘徊",
};

// The headline: what the walk came to, where, and in how many steps (Trajectory.verdict).
export function verdict(walked, width, language) {
  const { outcome, kind, n, K, xs, fs, period, remark } = walked;
  const place = n === 1 ? ` x = ${sentence(xs[K], width)}` : "";
  const climbed = K > 0 && fs[K] > fs[0];
  if (outcome === "NO_START") return WORDS[language].nowhere;
  if (language === "zh") {
    const after = K ? `，${STEPS.zh(K)}` : "，就在起点";
    return {
      FLAT:
        kind === "plateau"
          ? `平台${place} 附近，未确认有临界点`
          : `${KINDS[kind]}${place}${climbed ? "，爬升" : ""}${after}`,
      CYCLE: `${period}-循环，永不收敛`,
      STALLED: `停滞${place}，步长小于舍入误差`,
      RAN_AWAY: `跑远了${after}`,
      LEFT_DOMAIN: `第 ${K} 步离开定义域`,
      NO_STEP: `第 ${K} 步之后没有下一点`,
      EXHAUSTED: `用完 ${STEPS.zh(K)}` + (remark ? `，${REMARKS[remark]}` : ""),
    }[outcome];
  }
  const after = K ? `in ${STEPS.en(K)}` : "at the start";
  const word = kind === "minimum" ? kind : kind.toUpperCase();
  return {
    FLAT:
      kind === "plateau"
        ? `PLATEAU${place && " near" + place}, no critical point confirmed`
        : `${word}${place}${climbed ? ", climbed" : ""} ${after}`,
    CYCLE: `${period}-CYCLE, never converges`,
    STALLED: `STALLED${place}, steps below rounding`,
    RAN_AWAY: `RAN AWAY ${after}`,
    LEFT_DOMAIN: `LEFT THE DOMAIN at step ${K}`,
    NO_STEP: `NO NEXT POINT after step ${K}`,
    EXHAUSTED: STEPS.en(K) + " used" + (remark ? `, ${remark}` : ""),
  }[outcome];
}

// One more line: the slope at the end, and in how many steps f rose.
export function remarks(walked, slope, language) {
  const { K, outcome } = walked;
  if (outcome === "NO_START") return "";
  const rose = rises(walked);
  const size = `‖∇f‖ = ${general(slope, 3).replace("-", "−")}`;
  if (!K) return size;
  if (language === "zh") return `${size}；f 在 ${STEPS.zh(K)}中上升 ${rose} 次`;
  return `${size}; f rose in ${rose} of ${STEPS.en(K)}`;
}
