// Axes, ticks, ranges, and values that snap to what is printed.
import { RAISED } from "./formula.js";

export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

// Round numbers between low and high, about `count` of them.
export function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && found.length < 40; k++) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

// Half the width of a number in pixels, its halo included.
export const half = (text) => 4.3 * text.length + 3;

export function tickText(value) {
  const size = Math.abs(value);
  const text = size >= 1e5 || (size > 0 && size < 1e-4) ? value.toExponential() : String(value);
  return pictured(text).replace(/^(−?)1·/, "$1");
}

// Numbers in a picture: −1.7·10³, as in symopt/views/sheet/digits.py.
export const pictured = (text) =>
  text
    .replace(
      /(\d)e(\S\d+)/g,
      (_, digit, power) => `${digit}·10${[...String(+power)].map((d) => RAISED["0123456789+-".indexOf(d)]).join("")}`,
    )
    .replace(/-/g, "−");

// The decimal grid that a slider or a dragged point over [low, high] moves on.
export function grid(low, high, parts = 300) {
  return 10 ** Math.floor(Math.log10((high - low) / parts));
}

export function snap(value, step) {
  const places = Math.max(0, Math.min(20, Math.round(-Math.log10(step))));
  return Number((Math.round(value / step) * step).toFixed(places)) + 0;
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// A slider's place in [0, 1] to its value, printed with three digits, and back.
export function slid(place, { low, high, log, whole }) {
  if (whole && !log) return Math.round(low + place * (high - low));
  if (log) return Number((low * (high / low) ** place).toPrecision(3));
  return clamp(snap(low + place * (high - low), grid(low, high)), low, high);
}

export function placed(value, { low, high, log }) {
  const place = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return clamp(isFinite(place) ? place : 0, 0, 1);
}
