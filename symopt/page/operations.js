// A graph of operations, and its derivatives by the rules of calculus.
import { Unread } from "./formula.js";

const MOST = 20000;

// Nodes that are equal are one node, so that the same part is computed once.
// defined(graph, text, parts): the node of a formula in u and v.
export function makeGraph(defined) {
  const nodes = [];
  const known = new Map();
  const slopesOf = new Map();

  const put = (op, parts, value = "") => {
    const key = `${op}|${value}|${parts.join(",")}`;
    let place = known.get(key);
    if (place === undefined) {
      place = nodes.push({ op, parts, value }) - 1;
      if (place > MOST) throw new Unread(["most", MOST]);
      known.set(key, place);
    }
    return place;
  };

  const number = (value) => put("number", [], value + 0);

  // A number that numbers make; `lost` tells that one of f is none, or 0 though none of them is.
  const made = (value, zero) => {
    if (!slopesOf.size && !(isFinite(value) && (value || zero))) graph.lost = true;
    return number(value);
  };

  // The value of a constant, else undefined.
  const worth = (place) => {
    const { op, value } = nodes[place];
    return op === "number" ? value : undefined;
  };

  // A product as [factor, node without it].
  const split = (place) => {
    const { op, parts, value } = nodes[place];
    if (op === "number") return [value, number(1)];
    const first = op === "multiply" ? worth(parts[0]) : undefined;
    if (first === undefined) return [1, place];
    const rest = parts.slice(1);
    return [first, rest.length === 1 ? rest[0] : put("multiply", rest)];
  };

  const add = (places) => {
    const terms = new Map();
    let constant = 0;
    for (const each of places.flatMap((p) => (nodes[p].op === "add" ? nodes[p].parts : [p]))) {
      const [factor, rest] = split(each);
      if (worth(rest) === 1) constant += factor;
      else terms.set(rest, (terms.get(rest) ?? 0) + factor);
    }
    const parts = [];
    for (const [rest, factor] of terms) if (factor !== 0) parts.push(multiply([number(factor), rest]));
    if (constant !== 0) parts.push(made(constant));
    if (parts.length < 2) return parts[0] ?? number(0);
    return put("add", parts);
  };

  const multiply = (places) => {
    const powers = new Map();
    let constant = 1;
    const list = places.flatMap((p) => (nodes[p].op === "multiply" ? nodes[p].parts : [p]));
    for (const each of list) {
      const { op, parts, value } = nodes[each];
      if (op === "number") constant *= value;
      else {
        const [base, exponent] = op === "power" ? [parts[0], value] : [each, 1];
        powers.set(base, [...(powers.get(base) ?? []), exponent]);
      }
    }
    const first = made(constant, list.some((each) => worth(each) === 0)); // prettier-ignore
    if (constant === 0) return first;
    const parts = constant === 1 ? [] : [first];
    for (const [base, exponents] of powers) {
      // u^a u^b = u^(a+b) where both are whole; roots keep their domain
      const whole = exponents.filter(Number.isInteger).reduce((sum, e) => sum + e, 0);
      const roots = exponents.filter((e) => !Number.isInteger(e));
      const even = roots.length > 1 && roots.length % 2 === 0 && roots.every((e) => e === roots[0]);
      if (even && Number.isInteger(2 * roots[0])) parts.push(power(base, roots.length * roots[0] + whole));
      else {
        if (whole !== 0) parts.push(power(base, whole));
        for (const e of roots) parts.push(power(base, e));
      }
    }
    const kept = parts.filter((p) => worth(p) !== 1);
    if (kept.length < 2) return kept[0] ?? number(1);
    const constants = worth(kept[0]) !== undefined ? 1 : 0;
    return put("multiply", [...kept.slice(0, constants), ...kept.slice(constants).sort((a, b) => a - b)]);
  };

  const divide = (left, right) => {
    const [a, b] = [left, right].map(worth);
    if (a !== undefined && b !== undefined) return made(a / b, a === 0);
    return multiply([left, power(right, -1)]);
  };

  const power = (base, exponent) => {
    const { op, parts, value } = nodes[base];
    if (exponent === 0) return number(1);
    if (exponent === 1) return base;
    if (op === "number") return made(raised(value, exponent), value === 0);
    const logistic = exponent === -1 && exponents(base);
    if (logistic) return call("sigmoid", [add([logistic[0], negative(logistic[1])])]);
    if (op === "power" && Number.isInteger(exponent) && Number.isInteger(value))
      return power(parts[0], value * exponent);
    if (op === "multiply" && Number.isInteger(exponent)) return multiply(parts.map((part) => power(part, exponent)));
    return put("power", [base], exponent);
  };

  const raise = (base, exponent) => {
    const [a, b] = [worth(base), worth(exponent)];
    if (b !== undefined) return power(base, b);
    if (a === 1) return base;
    if (a === Math.E) return call("exp", [exponent]);
    return put("raise", [base, exponent]);
  };

  // [v, w] of a sum exp(v) + exp(w) with w = 0 for the number 1, whose logarithm and inverse must not overflow.
  const exponents = (place) => {
    const { op, parts } = nodes[place];
    if (op !== "add" || parts.length !== 2 || worth(parts[1]) !== 1) return null;
    const first = nodes[parts[0]];
    return first.op === "call" && first.value === "exp" ? [number(0), first.parts[0]] : null;
  };

  const negative = (place) => multiply([number(-1), place]);

  const call = (name, parts) => {
    const row = TABLE[name];
    if (name === "sqrt") return power(parts[0], 0.5);
    if (name === "pow") return raise(...parts);
    const both = name === "log" && parts.length === 1 && exponents(parts[0]);
    if (both) return call("logaddexp", both.reverse());
    if (name === "log" && parts.length === 2) return divide(...parts.map((part) => call("log", [part])));
    if (name === "Max" || name === "max") return largest(parts, "⩾");
    if (name === "Min" || name === "min") return largest(parts, "⩽");
    if (row.text !== undefined) return defined(graph, row.text, parts);
    if (row.kink) graph.kinks = true;
    const values = parts.map(worth);
    if (values.every((value) => value !== undefined)) return made(row.call(...values), true);
    return put("call", parts, row.name);
  };

  // what is no number is taken, whichever side it is on
  const largest = (parts, sign) => {
    graph.kinks ||= parts.length > 1;
    return parts.reduce((a, b) => choose([put("compare", [a, b], sign)], [a], b));
  };

  const choose = (conditions, values, otherwise) =>
    put("choose", [...conditions, ...values, otherwise], conditions.length);

  // ∂/∂input k.
  const slope = (place, k) => {
    const key = `${place}|${k}`;
    let found = slopesOf.get(key);
    if (found === undefined) {
      found = derived(place, k);
      slopesOf.set(key, found);
    }
    return found;
  };

  const derived = (place, k) => {
    const { op, parts, value } = nodes[place];
    const zero = number(0);
    if (op === "input") return number(value === k ? 1 : 0);
    if (op === "number") return zero;
    if (op === "choose") {
      const slopes = parts.slice(value).map((part) => slope(part, k));
      if (slopes.every((slope) => slope === slopes[0])) return slopes[0];
      return choose(parts.slice(0, value), slopes.slice(0, -1), slopes[slopes.length - 1]);
    }
    const slopes = parts.map((part) => slope(part, k));
    if (slopes.every((slope) => slope === zero)) return zero;
    if (op === "add") return add(slopes);
    if (op === "multiply")
      return add(slopes.map((slope, i) => multiply(parts.map((part, j) => (i === j ? slope : part)))));
    if (op === "power") return multiply([number(value), power(parts[0], value - 1), slopes[0]]);
    if (op === "raise") {
      const [base, exponent] = parts;
      const terms = [];
      if (slopes[1] !== zero) terms.push(multiply([place, call("log", [base]), slopes[1]]));
      if (slopes[0] !== zero) {
        const lower = raise(base, add([exponent, number(-1)]));
        terms.push(multiply([exponent, lower, slopes[0]]));
      }
      return add(terms);
    }
    const terms = slopes.map((slope, i) =>
      slope === zero ? zero : multiply([defined(graph, TABLE[value].slopes[i], parts), slope]),
    );
    return add(terms);
  };

  const graph = {
    nodes,
    kinks: false,
    lost: false,
    put,
    number,
    value: worth,
    split,
    add,
    multiply,
    divide,
    power,
    raise,
    negative,
    call,
    choose,
    slope,
  };
  return graph;
}

export function raised(u, n) {
  if (n === 0.5) return Math.sqrt(u);
  return u === 1 ? 1 : Math.pow(u, n);
}
