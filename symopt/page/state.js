// What the reader has chosen, in the address and as a command.
import { constant } from "./reader.js";
import { panels } from "./panel.js";

export const MOST_STEPS = 10000;
const SWITCHES = { rates: true, model: true, basins: false }; // as they are at first

// The panel of a page at first.
const usual = (data) => (data.surface ? "surface" : "off");

export function initial(data) {
  return {
    methods: data.shown.map(({ method, values }) => ({ method, values: [...values] })),
    active: 0,
    start: [...data.start],
    window: data.window,
    steps: Math.min(data.steps, MOST_STEPS),
    at: null, // the step shown; null is the last one
    letters: data.letters.map((letter) => letter.value),
    text: null, // a loss that was typed; null is the page's own
    scene: data.story ? 0 : null,
    ...SWITCHES,
    panel: usual(data),
    lang: data.lang,
  };
}

// The part of the address behind the #.
export function encode(state, data) {
  const query = new URLSearchParams();
  if (state.text !== null) query.append("f", state.text);
  for (const chosen of state.methods) query.append("m", spec(chosen, data));
  query.append("s", state.start.join(","));
  query.append("n", state.steps);
  state.letters.forEach((value, i) => query.append("set", `${data.letters[i].name}=${value}`));
  if (state.window !== data.window) query.append("w", state.window.map((ends) => ends.join(",")).join(";"));
  if (state.active) query.append("a", state.active);
  if (state.at !== null) query.append("k", state.at);
  if (state.scene) query.append("scene", state.scene + 1);
  for (const name in SWITCHES) if (state[name] !== SWITCHES[name]) query.append(name, Number(state[name]));
  if (state.panel !== usual(data)) query.append("panel", state.panel);
  if (state.lang !== data.lang) query.append("lang", state.lang);
  return "#" + query.toString();
}

// Reads an address; whatever does not fit is left as it was.
export function decode(hash, data, state) {
  const query = new URLSearchParams(hash.slice(0, 4000).replace(/^#/, ""));
  const methods = query
    .getAll("m")
    .slice(0, 3)
    .map((text) => unspec(text, data))
    .filter(Boolean);
  if (methods.length) state.methods = methods;
  const start = (query.get("s") || "").split(",").map(constant);
  if (start.length === data.names.length && start.every(isFinite)) state.start = start;
  const ends = (query.get("w") || "").split(";").map((text) => text.split(",").map(constant));
  const fits = ([low, high, more]) => low < high && more === undefined && isFinite(high - low);
  if (ends.length === data.names.length && ends.every(fits)) state.window = ends;
  const steps = constant(query.get("n") ?? "");
  if (whole(steps)) state.steps = steps;
  for (const text of query.getAll("set")) {
    const [name, value] = text.split("=");
    const i = data.letters.findIndex((letter) => letter.name === name);
    if (i >= 0 && isFinite(constant(value ?? ""))) state.letters[i] = constant(value);
  }
  const active = Number(query.get("a") || 0);
  state.active = Number.isInteger(active) && active >= 0 && active < state.methods.length ? active : 0;
  const at = query.has("k") ? Number(query.get("k")) : null;
  state.at = Number.isInteger(at) && at >= 0 ? at : null;
  const scene = Number(query.get("scene")) - 1;
  if (data.story && Number.isInteger(scene) && scene >= 0 && scene < data.story.en.length) state.scene = scene;
  for (const [name, usually] of Object.entries(SWITCHES))
    state[name] = usually !== (query.get(name) === String(Number(!usually)));
  state.panel = panels(data).includes(query.get("panel")) ? query.get("panel") : usual(data);
  if (query.has("lang")) state.lang = query.get("lang") === "zh" ? "zh" : "en";
  return state;
}

// What tells whether something drawn of the loss is still right: what it depends on besides, too.
export const drawnOf = ({ text, letters, window, steps }, ...more) =>
  JSON.stringify([text, letters, window, steps, ...more]);

export function whole(value) {
  return Number.isInteger(value) && value >= 1 && value <= MOST_STEPS;
}

// The method as `-m` takes it.
export function spec({ method, values }, data) {
  const { name, parameters } = data.methods[method];
  const settings = parameters.map((parameter, i) => `${parameter.name}=${values[i]}`).join(",");
  return settings ? `${name}:${settings}` : name;
}

function unspec(text, data) {
  const cut = text.lastIndexOf(":");
  const [head, settings] = cut < 0 ? [text, ""] : [text.slice(0, cut), text.slice(cut + 1)];
  let method = data.methods.findIndex((each) => each.name === head);
  try {
    if (method < 0) method = data.formulas.place(head);
  } catch {
    return null; // what is no formula, in a page that reads them or in another
  }
  const given = new Map(settings.split(",").map((pair) => pair.split("=")));
  const values = data.methods[method].parameters.map((parameter) => {
    const value = constant(given.get(parameter.name) ?? "");
    return isFinite(value) ? value : parameter.value;
  });
  return { method, values };
}

// The line that shows the same walks on the command line.
export function command(state, data) {
  const words = ["symopt", "animate", data.text];
  if (data.table && state.text === null) words.push("--data", data.table);
  if (data.declared) words.push("--vars", data.names.join(","));
  for (const [name, value] of Object.entries(data.constants)) words.push("--set", `${name}=${value}`);
  state.letters.forEach((value, i) => words.push("--set", `${data.letters[i].name}=${value}`));
  for (const chosen of state.methods) words.push("-m", spec(chosen, data));
  words.push("-s", state.start.join(","), "-n", String(state.steps));
  if (data.names.length === 1) words.push("-w", state.window[0].join(","));
  else state.window.forEach((ends, i) => words.push("-w", `${data.names[i]}=${ends.join(",")}`));
  if (data.gtol !== 1e-8) words.push("--gtol", String(data.gtol));
  return words.map((word, i) => (i === 2 ? quoted(word, true) : quoted(word))).join(" ");
}

function quoted(word, always = false) {
  if (!always && /^[\w.,:=+@%/-]+$/.test(word)) return word;
  return /["$`\\!\n]/.test(word) ? `'${word.replace(/'/g, "'\\''")}'` : `"${word}"`;
}
