// The loss that the page shows: the one it was made for, or one that its reader has typed.
import { button, html, set } from "./dom.js";
import { quantile } from "./scale.js";
import { makeField } from "./field.js";
import { derive } from "./typed.js";
import { curvature, evaluate, makeLoss } from "./walk.js";

export const OPEN = { low: 0.1, high: 10, log: true }; // a letter that was typed, at 1

// Puts a typed loss into the facts, null for the page's own. Throws Unread, and then nothing has changed.
export function adopt(app, text) {
  const { data, own } = app;
  if (text === null) {
    Object.assign(data, own.facts);
    app.program = PROGRAM;
    data.formulas?.join();
    return;
  }
  const { letters, program, told } = derive(text, data.names, RESIDUALS, TEXTS, data.columns);
  const before = new Map(data.letters.map((letter) => [letter.name, letter]));
  const ends = data.names.length === 1 ? ["f′", "f″"] : data.names.map((name) => `∂f/∂${app.pretty(name)}`);
  Object.assign(data, {
    text,
    written: text.trim(),
    declared: true,
    constants: {},
    points: null,
    letters: letters.map((name) => before.get(name) ?? { name, value: 1, ...OPEN }),
    derivatives: told.map((formula, i) => [ends[i], formula]).filter(([, formula]) => formula),
  });
  app.program = program;
  data.methods = paced(app, own.facts.methods, true);
  data.formulas?.join();
}

// What `adopt` changes, as it is at first.
export function firstFacts(data) {
  return { ...data };
}

// Learning rates by the curvatures of the window: from a tenth of what most of it bears to far above. Of a typed loss
// they also begin at what most of it bears, those that are lengths at 1/100 of what of the window lies below the start.
export function paced(app, methods, typed) {
  const { data, program } = app;
  const n = data.names.length;
  const loss = makeLoss(
    program,
    n,
    data.letters.map((letter) => letter.value),
  );
  const { start, window } = app.state;
  const top = evaluate(loss, start, false)[0];
  const below = [start];
  const bends = [];
  for (let i = 0; i < 256; i++) {
    const X = window.map(([low, high], k) => low + ((i * Math.sqrt(k + 1.5) + 0.5) % 1) * (high - low));
    const O = evaluate(loss, X, true);
    const most = curvature(loss, O, 1);
    if (O[0] <= top) below.push(X);
    if (most > 0 && isFinite(most)) bends.push(most);
  }
  if (!bends.length) return methods;
  bends.sort((a, b) => a - b);
  const [usual, large, least] = [0.95, 0.99, 0.1].map((share) => quantile(bends, share));
  const wide = (points, k) => Math.max(...points.map((x) => x[k])) - Math.min(...points.map((x) => x[k]));
  const width =
    Math.max(...start.map((_, k) => wide(below, k))) || Math.max(...window.map(([low, high]) => high - low));
  const short = (number) => Number(number.toPrecision(3));
  return methods.map((method) => ({
    ...method,
    parameters: method.parameters.map((parameter) => {
      if (parameter.name !== "lr") return parameter;
      const value = typed ? short(parameter.long ? width / 100 : 1 / usual) : parameter.value;
      const [low, high] = typed ? [value / 100, value * 100] : [parameter.low, parameter.high];
      return {
        ...parameter,
        value,
        low: short(Math.min(low, 0.2 / large)),
        high: short(Math.max(high, Math.min(4 / least, 4e3 / usual))),
      };
    }),
  }));
}

// Where a loss is typed.
export function makeLossField(app) {
  const note = html("p", { class: "note" });
  const back = button({ onclick: () => app.type(null) });
  const { field, told, write } = makeField(
    app,
    (text) => app.type(text === app.own.facts.text ? null : text),
    () => app.data.text,
  );
  const element = html("div", { class: "typed" }, html("label", {}, "f = ", field), back, told, note);
  let shown = null;
  const draw = () => {
    const { words, data, state } = app;
    set(field, { "aria-label": words.loss });
    set(back, { hidden: state.text === null });
    back.textContent = words.ownLoss;
    note.textContent = state.text === null ? "" : words.typedHere;
    if (shown === data.text) return;
    shown = data.text;
    if (document.activeElement !== field) write();
  };
  return { element, draw };
}
