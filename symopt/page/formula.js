// Reads a typed loss: tokens and a tree by the grammar of symopt/expression/syntax.py. Nothing is evaluated.
// HINTS holds what to write instead of signs and names that are not read; TABLE the functions.

const GREEK = {};
"α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi ο omicron π pi ρ rho σ sigma ς sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega ϑ theta ϕ phi ϵ epsilon µ mu"
  .split(" ")
  .forEach((word, i, all) => i % 2 && (GREEK[all[i - 1]] = word));
const SAME = { ˆ: "^", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "∣": "|", "∧": "&", "∨": "|" };
for (const c of "−–—‐‑‒﹣") SAME[c] = "-";
for (const c of "×·⋅∙•∗⨯") SAME[c] = "*";
for (const c of "÷∕⁄➗") SAME[c] = "/";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
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
const PYTHON = /^(def|return|lambda|if|else|for|while|import|from|not|in|is|class|print|None|False)$/;
const ENDS = new Set(["number", "name", ")", "]", "close", "true"]);
export const CONDITIONS = new Set(["compare", "both", "either", "always"]);
const [LONGEST, DEEPEST] = [4000, 250];

// What is wrong, what to do, and the place in the text.
export class Unread extends Error {
  constructor(message, hint = "", start = 0, end = start + 1) {
    super(message);
    Object.assign(this, { hint, start, end });
  }
}

// The text in ASCII where a sign has one meaning, and the place of each of its characters.
function plain(text) {
  const [signs, places] = [[], []];
  [...text].reduce((place, c) => {
    const code = c.codePointAt(0);
    const full = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : null;
    const low = LOWERED.indexOf(c);
    const greek = HINTS[c] ? "" : GREEK[c];
    // a Greek letter is a name of its own: it does not run into the letters before it
    if (greek && /[A-Za-z0-9_]/.test(signs[signs.length - 1] ?? "")) (signs.push("\u0001"), places.push(place));
    const meaning = SAME[c] ?? full ?? (greek || (low >= 0 ? String(low) : /\s/.test(c) ? " " : c));
    for (const sign of meaning) (signs.push(sign), places.push(place));
    if (greek && /[A-Za-z]/.test(text[place + c.length] ?? "")) (signs.push("\u0001"), places.push(place));
    return place + c.length;
  }, 0);
  return { source: signs.join(""), places: [...places, text.length] };
}

function tokens(text, known) {
  if (text.length > LONGEST) throw new Unread(`a loss has at most ${LONGEST} characters`);
  const { source, places } = plain(text);
  const found = [];
  const open = [];
  const conditional = () => open.some(({ call }) => call === "Piecewise" || call === "where");
  const fail = (message, hint, at, end = at + 1) => {
    throw new Unread(message, hint, places[at], places[Math.min(end, source.length) - 1] + 1);
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
      if (!behind) fail("a superscript needs something on its left", "x² is x**2", at);
      let end = at;
      while (end < source.length && RAISED.includes(source[end])) end += 1;
      const digits = [...source.slice(at, end)].map((s) => "0123456789+-"[RAISED.indexOf(s)]).join("");
      if (!/^[+-]?\d+$/.test(digits)) fail(`the superscript ${digits} is not a number`, "", at, end);
      const place = { start: places[at], end: places[end - 1] + 1 };
      found.push({ type: "**", word: "**", ...place });
      if (/^[+-]/.test(digits)) found.push({ type: digits[0], word: digits[0], ...place });
      found.push({ type: "number", word: digits.replace(/^[+-]/, ""), ...place });
      at = end;
    } else if (number) {
      if (/^0[xXbBoO][0-9a-fA-F]/.test(source.slice(at))) fail("only decimal numbers are read", "", at, at + 3);
      if (behind) {
        const left = text.slice(last.start, last.end);
        fail(`missing operator between ${left} and ${number}`, `write ${left}*${number}`, at, at + number.length);
      }
      put("number", number, at + number.length);
    } else if (name) {
      const end = at + name.length;
      const rest = source.slice(end).trimStart();
      const called = rest[0] === "(" && !["pi", "e", "E"].includes(name) && !known.includes(name);
      if (known.includes(name)) put("name", name, end);
      else if (PYTHON.test(name) && !(name === "lambda" && !source.slice(end).includes(":")))
        fail(`'${name}' is Python, not part of an expression`, "write only the loss, for example x**2", at, end);
      else if (name === "and") put("&", name, end);
      else if (name === "or") put("or", name, end);
      else if (["True", "true", "otherwise"].includes(name)) put("true", name, end);
      else if (source[end] === "." && /[A-Za-z]/.test(source[end + 1] ?? ""))
        fail(
          "'.' does not reach into names here",
          `drop the '${name}.' prefix, or write a product with *`,
          at,
          end + 1,
        );
      else if (called && (Object.hasOwn(TABLE, name) || Object.hasOwn(SPECIAL, name) || !VARIABLE.test(name)))
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
      if (source[at + sign.length] === c) fail("shifts are not arithmetic", "", at, at + 2);
      put("compare", sign, at + sign.length);
    } else if (source.startsWith("**", at)) {
      if (source[at + 2] === "*") fail("an operator needs something on its left: too many *", "x**2 is x²", at, at + 3);
      put("**", "**", at + 2);
    } else if ("+-*/^,&()[]".includes(c)) {
      if (c === "(" || c === "[") open.push({ sign: c, call: last?.type === "call" ? last.word : "" });
      if (c === ")" || c === "]") {
        const opened = open.pop();
        if (!opened) fail(`'${c}' has no matching opening bracket`, "", at);
        const wanted = { "(": ")", "[": "]", "|": "|" }[opened.sign];
        if (wanted !== c)
          fail(`'${c}' where '${wanted}' was expected`, `the ${opened.sign} is closed by ${wanted}`, at);
      }
      put(c === "^" ? "**" : c, c, at + 1);
    } else if (source.startsWith("==", at) || source.startsWith("!=", at)) {
      fail("conditions use < <= > >=", "equality at a single point does not change a loss", at, at + 2);
    } else {
      if (/['"“”‘’]/.test(c)) fail("quotes are not part of an expression", "remove the quotes", at);
      const original = String.fromCodePoint(text.codePointAt(places[at]));
      fail(`'${original}' is not allowed here`, HINTS[original] ?? HINTS[c] ?? "remove it", at);
    }
  }
  return found;
}

// The tree of a text; `known` are names that are variables whatever else they may mean. Throws Unread.
export function read(text, known) {
  if (!text.trim()) throw new Unread("the expression is empty", 'for example "x**2 - cos(x)"', 0, text.length);
  const all = tokens(text, known);
  let [at, deep, inside, pair] = [0, 0, 0, -1];
  const ended = { type: "end", word: "", start: text.trimEnd().length, end: text.trimEnd().length + 1 };
  const here = () => all[at] ?? ended;
  const is = (...types) => types.includes(here().type);
  const node = (kind, parts, start, end, word = "") => ({ kind, parts, start, end, word });
  const fail = (message, hint = 'for example "x**2 - cos(x)"', token = here()) => {
    throw new Unread(message, hint, token.start, token.end);
  };
  const unexpected = () => {
    const [token, before] = [here(), all[at - 1]];
    const open = all.filter((t) => t.type === "(").length - all.filter((t) => t.type === ")").length;
    if (token === ended && open > 0 && before && ENDS.has(before.type)) fail("a ( is never closed: ')' is missing");
    if (token === ended)
      fail(`the expression ends too early: something is missing${before ? ` behind ${before.word}` : ""}`);
    if (before?.type === "name" && Object.hasOwn(TABLE, before.word) && !known.includes(before.word))
      fail(`${before.word} needs its argument in parentheses`, `write ${before.word}(x)`, before);
    if (["*", "/", "**"].includes(token.type)) fail(`the operator ${token.word} has nothing before it`);
    if (["compare", "&", "or", "true"].includes(token.type))
      fail("conditions stand in Piecewise and where only", `for example ${SPECIAL.where}`);
    if (token.type === ",") fail("a comma outside a function's parentheses", "use a point for decimals");
    if (before && token.type === ")" && before.type === "(") fail("unexpected ')': these parentheses are empty");
    if ([")", "]", "close"].includes(token.type)) fail(`'${token.word}' was not expected here: something is missing`);
    fail(`'${token.word}' was not expected here`);
  };
  const take = (type) => (is(type) ? all[at++] : unexpected());
  const down = (inner) => {
    deep += 1;
    if (deep > DEEPEST) fail(`nested more than ${DEEPEST} deep`, "");
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
        if (last.kind === "name" && Object.hasOwn(TABLE, last.word) && !known.includes(last.word)) unexpected();
        const part = raised(word());
        if (last.kind === "inverse") {
          const [below, right] = [last.parts[0], part].map((p) => text.slice(p.start, p.end));
          throw new Unread(
            "a product without * right after a division has two readings",
            `write …/${below}*${right} or …/(${below}*${right})`,
            first.start,
            part.end,
          );
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
