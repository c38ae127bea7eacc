// Reads a constant such as 1/64, 2**-6 or pi/2: numbers, + - * / ** ^, brackets, a few functions. Nothing is evaluated.

const NAMES = { pi: Math.PI, π: Math.PI, e: Math.E, E: Math.E };
const TOKEN = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-zπ][A-Za-z0-9]*)|(\*\*|[-+*/^()]))/y;
const TYPED = {
  "．": ".",
  "＾": "^",
  "−": "-",
  "×": "*",
  "·": "*",
  "÷": "/",
  "－": "-",
  "／": "/",
  "（": "(",
  "）": ")",
  "＋": "+",
  "＊": "*",
};

// The value of the text, NaN if it is not a finite constant.
export function constant(text) {
  const source = String(text)
    .trim()
    .replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[．＾−－／×·÷（）＋＊]/g, (c) => TYPED[c]);
  if (!source || source.length > 100) return NaN;
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match) return NaN;
    tokens.push(match[1] !== undefined ? Number(match[1]) : match[2] || match[3]);
  }
  let at = 0;
  const take = (...signs) => (signs.includes(tokens[at]) ? tokens[at++] : "");
  const sum = () => {
    let value = product();
    for (let sign; (sign = take("+", "-"));) value = sign === "+" ? value + product() : value - product();
    return value;
  };
  const product = () => {
    let value = signed();
    for (let sign; (sign = take("*", "/"));) value = sign === "*" ? value * signed() : value / signed();
    return value;
  };
  const signed = () => {
    const sign = take("+", "-");
    return sign === "-" ? -signed() : sign ? signed() : power();
  };
  const power = () => {
    const base = atom();
    return take("**", "^") ? base ** signed() : base;
  };
  const atom = () => {
    const token = tokens[at++];
    if (typeof token === "number") return token;
    if (token === "(") return closed();
    if (Object.hasOwn(NAMES, token)) return NAMES[token];
    const name = Object.hasOwn(CALLS, token) ? CALLS[token] : "";
    if (Object.hasOwn(Math, name) && take("(")) return Math[name](closed());
    return NaN;
  };
  const closed = () => {
    const value = sum();
    return take(")") ? value : NaN;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value + 0 : NaN;
}
