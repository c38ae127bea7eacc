// What is said in English and Chinese, from WORDS, and numbers as Python writes them.

// printf's %g.
export function general(value, digits = 6) {
  if (!isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
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

// The text with {name} as values[name], as `fill` of symopt/judge/sentences.py: an 8-cycle.
export const put = (text, values) =>
  text.replace(
    /(\ba )?\{(\w+)\}/g,
    (_, a = "", name) => (a && /^(8|1[18]\b)/.test(values[name]) ? "an " : a) + values[name],
  );

// A phrase: a name of WORDS and what fills its gaps, phrases too.
export function phrased(words, [name, ...values]) {
  return put(
    words[name],
    values.map((value) => (Array.isArray(value) ? phrased(words, value) : value)),
  );
}

// What the judge's rows are filled with, as in symopt/judge/sentences.py.
function spoken(walked, words, letter) {
  const { outcome, kind, reason, n, K, xs, fs, period, factor, remark, at: place, error } = walked;
  const x = n > 1 ? "" : place ? sentence(place[0], error) : sentence(xs[K]);
  const found = { k: K, letter, x, period, factor };
  const rose = rises(walked);
  found.rises = rose.count;
  const part = (name, wanted = true) => (wanted ? put(words[`parts ${name}`], found) : "");
  found.steps = part(K === 1 ? "step" : "steps");
  found.after = part(K ? "after" : "start");
  found.place = part("place", n === 1);
  found.near = part("near", n === 1);
  const above = K > 0 && fs[K] - fs[0] > 4 * 2 ** -52 * (Math.abs(fs[K]) + Math.abs(fs[0]));
  found.climbed = part("climbed", above);
  found.higher = part("higher", above);
  found.text = remark && put(words[`remarks ${remark}`], found);
  found.remark = part("remark", Boolean(remark));
  const said = rose.count ? "rose at least" : "rose unseen";
  found.rose = part(rose.hidden ? said : "rose", K > 0);
  found.word = `${kind || outcome.toLowerCase()} ${reason}`.trim();
  return found;
}

// The headline: what the walk came to, where, and in how many steps (Trajectory.verdict).
export function verdict(walked, language, letter) {
  const words = WORDS[language];
  if (walked.outcome === "NO_START") return words.nowhere;
  const found = spoken(walked, words, letter);
  return put(words[`ends ${found.word}`], found);
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
  const words = WORDS[language];
  const size = Number.isNaN(walked.fs[walked.K])
    ? ""
    : put(words["parts slope"], { slope: general(slope, 3).replace("-", "−") });
  return (size + spoken(walked, words).rose).replace(/^[;；] ?/, "");
}
