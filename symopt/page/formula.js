// Reads a typed loss: tokens and a tree by the grammar of symopt/expression/syntax.py. Nothing is evaluated.
// HINTS holds what to write instead of signs and names that are not read; TABLE the functions.

const GREEK = {};
"alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega"
  .split(" ")
  .forEach((word, i) => {
    GREEK[String.fromCharCode(945 + i)] = word;
    const great = String.fromCharCode(913 + i);
    if ("ΓΔΘΛΞΠΣΦΨΩ".includes(great)) GREEK[great] = word[0].toUpperCase() + word.slice(1);
  });
const SAME = { ˆ: "^", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "∣": "|", "∧": "&", "∨": "|" };
for (const c of "−–—‐‑‒﹣") SAME[c] = "-";
for (const c of "×·⋅∙•∗⨯") SAME[c] = "*";
for (const c of "÷∕⁄➗") SAME[c] = "/";
export const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const FORMS = /[！-～₀-₉ϑϕϵµ]/; // of letters, digits and signs
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z][A-Za-z0-9_]*/y;
const LETTERS = [...new Set(Object.values(GREEK))].filter((name) => !/^pi$/i.test(name));
export const VARIABLE = new RegExp(
  `^(?:[A-Za-z]|${LETTERS.sort((a, b) => b.length - a.length).join("|")})(?:_?\\d+)?$`,
);
export const SPECIAL = {
  Piecewise: "Piecewise((x**2, x < 0), (x, True))",
  where: "where(x < 0, x**2, x)",
  sum: "sum(x**i, i, 0, 9)",
  mean: "mean(x**i, i, 0, 9)",
  prod: "prod(x - i, i, 0, 9)",
};
const ENDS = new Set(["number", "name", ")", "]", "close", "true"]);
export const CONDITIONS = new Set(["compare", "both", "either", "always"]);
const [LONGEST, DEEPEST] = [4000, 250];

// What is wrong, as a name of WORDS with what fills its gaps, and the place in the text.
export class Unread extends Error {
  constructor(phrase, start = 0, end = start + 1) {
    super(phrase[0]);
    Object.assign(this, { phrase, start, end });
  }
}

// What to write instead of a name: a name of WORDS, else a formula; the phrase `none` where nothing is known.
export function instead(name, none) {
  const hint = HINTS[name] ?? HINTS[name.toLowerCase()];
  return hint ? (hint in WORDS.en ? [hint] : ["write", hint]) : none;
}

// The text in ASCII where a sign has one meaning, and the place of each of its characters.
export function plain(text) {
  const [signs, places] = [[], []];
  [...text].reduce((place, c) => {
    const usual = FORMS.test(c) ? c.normalize("NFKC") : c;
    const greek = HINTS[c] ? "" : GREEK[usual];
    // a Greek letter is a name of its own: it does not run into the letters before it
    if (greek && /[A-Za-z0-9_]/.test(signs[signs.length - 1] ?? "")) (signs.push("\u0001"), places.push(place));
    for (const sign of greek || SAME[c] || (/\s/.test(c) ? " " : usual)) (signs.push(sign), places.push(place));
    if (greek && /[A-Za-z]/.test(text[place + c.length] ?? "")) (signs.push("\u0001"), places.push(place));
    return place + c.length;
  }, 0);
  return { source: signs.join(""), places: [...places, text.length] };
}

function tokens(text, known) {
  if (text.length > LONGEST) throw new Unread(["most", LONGEST]);
  const { source, places } = plain(text);
  const found = [];
  const open = [];
  const conditional = () => open.some(({ call }) => call === "Piecewise" || call === "where");
  const fail = (phrase, at, end = at + 1) => {
    throw new Unread(phrase, places[at], places[Math.min(end, source.length) - 1] + 1);
  };
  let at = 0;
  const put = (type, word, end) => {
    found.push({ type, word, start: places[at], end: places[end - 1] + 1 });
    at = end;
  };
  const match = (pattern) => ((pattern.lastIndex = at), pattern.exec(source)?.[0] ?? "");
  while (at < source.length) {
    const c = source[at];
    const last = found[found.length - 1];
    const behind = last !== undefined && ENDS.has(last.type);
    if (c === " " || c === "\u0001") {
      at += 1;
      continue;
    }
    const raised = RAISED.indexOf(c);
    const number = match(NUMBER);
    const name = match(NAME);
    if (raised >= 0) {
      if (!behind) fail(["lonely", c], at);
      let end = at;
      while (end < source.length && RAISED.includes(source[end])) end += 1;
      const digits = [...source.slice(at, end)].map((s) => "0123456789+-"[RAISED.indexOf(s)]).join("");
      if (!/^[+-]?\d+$/.test(digits)) fail(["sign", digits, ["cut"]], at, end);
      const place = { start: places[at], end: places[end - 1] + 1 };
      found.push({ type: "**", word: "**", ...place });
      if (/^[+-]/.test(digits)) found.push({ type: digits[0], word: digits[0], ...place });
      found.push({ type: "number", word: digits.replace(/^[+-]/, ""), ...place });
      at = end;
    } else if (number) {
      if (/^0[xXbBoO][0-9a-fA-F]/.test(source.slice(at))) fail(["sign", source.slice(at, at + 3), ["cut"]], at, at + 3);
      if (behind) {
        const left = text.slice(last.start, last.end);
        fail(["missing", left, number], at, at + number.length);
      }
      put("number", number, at + number.length);
    } else if (name) {
      const end = at + name.length;
      const rest = source.slice(end).trimStart();
      const called = rest[0] === "(" && !["pi", "e", "E"].includes(name) && !known.includes(name);
      if (known.includes(name)) put("name", name, end);
      else if (name === "and") put("&", name, end);
      else if (name === "or") put("or", name, end);
      else if (["True", "true", "otherwise"].includes(name)) put("true", name, end);
      else if (source[end] === "." && /[A-Za-z]/.test(source[end + 1] ?? "")) fail(["dot", name], at, end + 1);
      else if (called && (name in TABLE || Object.hasOwn(SPECIAL, name) || !VARIABLE.test(name)))
        put("call", name, end);
      else put("name", name, end);
    } else if (c === "|") {
      const closes = open[open.length - 1]?.sign === "|";
      if (!behind || !(closes || conditional())) {
        open.push({ sign: "|" });
        put("open", c, at + 1);
      } else if (closes) {
        open.pop();
        put("close", c, at + 1);
      } else put("or", c, at + 1);
    } else if (/[<>]/.test(c)) {
      const sign = source[at + 1] === "=" ? c + "=" : c;
      if (source[at + sign.length] === c) fail(["sign", c + c, ["cut"]], at, at + 2);
      put("compare", sign, at + sign.length);
    } else if (source.startsWith("**", at)) {
      if (source[at + 2] === "*") fail(["lonely", "*"], at, at + 3);
      put("**", "**", at + 2);
    } else if ("+-*/^,&()[]".includes(c)) {
      if (c === "(" || c === "[") open.push({ sign: c, call: last?.type === "call" ? last.word : "" });
      if (c === ")" || c === "]") {
        if (open.pop()?.sign !== (c === ")" ? "(" : "[")) fail(["unexpected", c], at);
      }
      put(c === "^" ? "**" : c, c, at + 1);
    } else if (source.startsWith("==", at) || source.startsWith("!=", at)) {
      fail(["equal"], at, at + 2);
    } else {
      const original = String.fromCodePoint(text.codePointAt(places[at]));
      fail(["sign", original, instead(original, instead(c, ["cut"]))], at);
    }
  }
  return found;
}

// The tree of a text; `known` are names that are variables whatever else they may mean. Throws Unread.
export function read(text, known) {
  if (!text.trim()) throw new Unread(["empty"], 0, text.length);
  const all = tokens(text, known);
  let [at, deep, inside, pair] = [0, 0, 0, -1];
  const ended = { type: "end", word: "", start: text.trimEnd().length, end: text.trimEnd().length + 1 };
  const here = () => all[at] ?? ended;
  const is = (...types) => types.includes(here().type);
  const node = (kind, parts, start, end, word = "") => ({ kind, parts, start, end, word });
  const fail = (phrase, token = here()) => {
    throw new Unread(phrase, token.start, token.end);
  };
  const unexpected = () => {
    const [token, before] = [here(), all[at - 1]];
    const open = all.filter((t) => t.type === "(").length - all.filter((t) => t.type === ")").length;
    if (token === ended && open > 0 && before && ENDS.has(before.type)) fail(["unclosed"]);
    if (token === ended) fail(["early", before?.word ?? ""]);
    if (before?.type === "name" && before.word in TABLE && !known.includes(before.word))
      fail(["write", `${before.word}(x)`], before);
    if (["*", "/", "**"].includes(token.type)) fail(["lonely", token.word]);
    if (["compare", "&", "or", "true"].includes(token.type)) fail(["condition", SPECIAL.where]);
    if (token.type === ",") fail(["comma"]);
    fail(["unexpected", token.word]);
  };
  const take = (type) => (is(type) ? all[at++] : unexpected());
  const down = (inner) => {
    deep += 1;
    if (deep > DEEPEST) fail(["most", DEEPEST]);
    const made = inner();
    deep -= 1;
    return made;
  };
  const sum = () => {
    const first = product();
    const parts = [first];
    while (is("+", "-")) {
      const sign = all[at++];
      const part = product();
      parts.push(sign.type === "-" ? node("negative", [part], sign.start, part.end) : part);
    }
    return parts.length > 1 ? node("add", parts, first.start, parts[parts.length - 1].end) : first;
  };
  const product = () => {
    const first = signed();
    const parts = [first];
    for (;;) {
      if (is("*", "/")) {
        const sign = all[at++];
        const part = signed();
        parts.push(sign.type === "/" ? node("inverse", [part], sign.start, part.end) : part);
      } else if (is("name", "call", "(", "open")) {
        const last = parts[parts.length - 1];
        if (last.kind === "name" && last.word in TABLE && !known.includes(last.word)) unexpected();
        const part = raised(word());
        if (last.kind === "inverse") {
          const [below, right] = [last.parts[0], part].map((p) => text.slice(p.start, p.end));
          throw new Unread(["readings", below, right], first.start, part.end);
        }
        parts.push(part);
      } else break;
    }
    return parts.length > 1 ? node("multiply", parts, first.start, parts[parts.length - 1].end) : first;
  };
  const signed = () =>
    down(() => {
      if (!is("+", "-")) return raised(is("number") ? atom() : word());
      const sign = all[at++];
      const inner = signed();
      return sign.type === "-" ? node("negative", [inner], sign.start, inner.end) : inner;
    });
  const raised = (base) => {
    if (!is("**")) return base;
    at += 1;
    const exponent = signed();
    return node("power", [base, exponent], base.start, exponent.end);
  };
  const atom = () => {
    const token = all[at++];
    return node("number", [], token.start, token.end, token.word);
  };
  const word = () =>
    down(() => {
      const token = here();
      if (is("name")) {
        at += 1;
        if (!is("[")) return node("name", [], token.start, token.end, token.word);
        at += 1;
        const index = sum();
        const close = take("]");
        return node("indexed", [index], token.start, close.end, token.word);
      }
      if (is("call")) {
        at += 1;
        take("(");
        const parts = [];
        while (!is(")")) {
          parts.push(argument());
          if (!is(")")) take(",");
        }
        const close = take(")");
        return node("call", parts, token.start, close.end, token.word);
      }
      if (is("(", "open")) {
        const first = at === pair;
        at += 1;
        const inner = inside ? either() : sum();
        if (first && token.type === "(" && is(",")) {
          at += 1;
          const condition = either();
          return node("branch", [inner, condition], token.start, take(")").end);
        }
        if (CONDITIONS.has(inner.kind)) {
          take(token.type === "(" ? ")" : "close");
          return inner;
        }
        const close = take(token.type === "(" ? ")" : "close");
        return node(token.type === "(" ? "group" : "absolute", [inner], token.start, close.end);
      }
      return unexpected();
    });
  // an argument is a sum, a condition, or (value, condition)
  const argument = () => {
    pair = at;
    inside += 1;
    const made = either();
    inside -= 1;
    return made;
  };
  const chain = (kind, type, inner) => {
    const parts = [inner()];
    while (is(type)) {
      at += 1;
      parts.push(inner());
    }
    return parts.length > 1 ? node(kind, parts, parts[0].start, parts[parts.length - 1].end) : parts[0];
  };
  const either = () => chain("either", "or", () => chain("both", "&", statement));
  const statement = () => {
    if (is("true")) {
      const token = all[at++];
      return node("always", [], token.start, token.end);
    }
    const parts = [sum()];
    const signs = [];
    while (is("compare")) {
      signs.push(all[at++].word);
      parts.push(sum());
    }
    if (!signs.length) return parts[0];
    return node("compare", parts, parts[0].start, parts[parts.length - 1].end, signs.join(" "));
  };
  const tree = sum();
  if (here() !== ended) unexpected();
  return tree;
}
