// A graph of operations, and its derivatives by the rules of calculus.
import { Unread } from "./formula.js";

const MOST = 20000;

// Nodes that are equal are one node, so that the same part is computed once.
export class Graph {
  // defined(graph, text, parts): the node of a formula in u and v.
  constructor(defined) {
    this.defined = defined;
    this.nodes = [];
    this.known = new Map();
    this.slopes = new Map();
    this.kinks = false;
  }

  put(op, parts, value = "") {
    const key = `${op}|${value}|${parts.join(",")}`;
    let place = this.known.get(key);
    if (place === undefined) {
      place = this.nodes.push({ op, parts, value }) - 1;
      if (place > MOST) throw new Unread(["most", MOST]);
      this.known.set(key, place);
    }
    return place;
  }

  number(value) {
    return this.put("number", [], value + 0);
  }

  // The value of a constant, else undefined.
  value(place) {
    const { op, value } = this.nodes[place];
    return op === "number" ? value : undefined;
  }

  // A product as [factor, node without it].
  split(place) {
    const { op, parts, value } = this.nodes[place];
    if (op === "number") return [value, this.number(1)];
    const first = op === "multiply" ? this.value(parts[0]) : undefined;
    if (first === undefined) return [1, place];
    const rest = parts.slice(1);
    return [first, rest.length === 1 ? rest[0] : this.put("multiply", rest)];
  }

  add(places) {
    const terms = new Map();
    let constant = 0;
    for (const each of places.flatMap((p) => (this.nodes[p].op === "add" ? this.nodes[p].parts : [p]))) {
      const [factor, rest] = this.split(each);
      if (this.value(rest) === 1) constant += factor;
      else terms.set(rest, (terms.get(rest) ?? 0) + factor);
    }
    const parts = [];
    for (const [rest, factor] of terms) if (factor !== 0) parts.push(this.multiply([this.number(factor), rest]));
    if (constant !== 0) parts.push(this.number(constant));
    if (parts.length < 2) return parts[0] ?? this.number(0);
    return this.put("add", parts);
  }

  multiply(places) {
    const powers = new Map();
    let constant = 1;
    const list = places.flatMap((p) => (this.nodes[p].op === "multiply" ? this.nodes[p].parts : [p]));
    for (const each of list) {
      const { op, parts, value } = this.nodes[each];
      if (op === "number") constant *= value;
      else {
        const [base, exponent] = op === "power" ? [parts[0], value] : [each, 1];
        powers.set(base, [...(powers.get(base) ?? []), exponent]);
      }
    }
    if (constant === 0) return this.number(0);
    const parts = constant === 1 ? [] : [this.number(constant)];
    for (const [base, exponents] of powers) {
      // u^a u^b = u^(a+b) where both are whole; roots keep their domain
      const whole = exponents.filter(Number.isInteger).reduce((sum, e) => sum + e, 0);
      const roots = exponents.filter((e) => !Number.isInteger(e));
      const even = roots.length > 1 && roots.length % 2 === 0 && roots.every((e) => e === roots[0]);
      if (even && Number.isInteger(2 * roots[0])) parts.push(this.power(base, roots.length * roots[0] + whole));
      else {
        if (whole !== 0) parts.push(this.power(base, whole));
        for (const e of roots) parts.push(this.power(base, e));
      }
    }
    const made = parts.filter((p) => this.value(p) !== 1);
    if (made.length < 2) return made[0] ?? this.number(1);
    const first = this.value(made[0]) !== undefined ? 1 : 0;
    return this.put("multiply", [...made.slice(0, first), ...made.slice(first).sort((a, b) => a - b)]);
  }

  power(base, exponent) {
    const { op, parts, value } = this.nodes[base];
    if (exponent === 0) return this.number(1);
    if (exponent === 1) return base;
    if (op === "number") return this.number(raised(value, exponent));
    const logistic = exponent === -1 && this.exponents(base);
    if (logistic) return this.call("sigmoid", [this.add([logistic[0], this.negative(logistic[1])])]);
    if (op === "power" && Number.isInteger(exponent) && Number.isInteger(value))
      return this.power(parts[0], value * exponent);
    if (op === "multiply" && Number.isInteger(exponent))
      return this.multiply(parts.map((part) => this.power(part, exponent)));
    return this.put("power", [base], exponent);
  }

  raise(base, exponent) {
    const [a, b] = [this.value(base), this.value(exponent)];
    if (b !== undefined) return this.power(base, b);
    if (a === 1) return base;
    if (a === Math.E) return this.call("exp", [exponent]);
    return this.put("raise", [base, exponent]);
  }

  // [v, w] of a sum exp(v) + exp(w) with w = 0 for the number 1, whose logarithm and inverse must not overflow.
  exponents(place) {
    const { op, parts } = this.nodes[place];
    if (op !== "add" || parts.length !== 2 || this.value(parts[1]) !== 1) return null;
    const first = this.nodes[parts[0]];
    return first.op === "call" && first.value === "exp" ? [this.number(0), first.parts[0]] : null;
  }

  negative(place) {
    return this.multiply([this.number(-1), place]);
  }

  call(name, parts) {
    const row = TABLE[name];
    if (name === "sqrt") return this.power(parts[0], 0.5);
    if (name === "pow") return this.raise(...parts);
    const exponents = name === "log" && parts.length === 1 && this.exponents(parts[0]);
    if (exponents) return this.call("logaddexp", exponents.reverse());
    if (name === "log" && parts.length === 2)
      return this.multiply([this.call("log", [parts[0]]), this.power(this.call("log", [parts[1]]), -1)]);
    if (name === "Max" || name === "max") return this.largest(parts, "⩾");
    if (name === "Min" || name === "min") return this.largest(parts, "⩽");
    if (row.text !== undefined) return this.defined(this, row.text, parts);
    if (row.kink) this.kinks = true;
    const values = parts.map((part) => this.value(part));
    if (values.every((value) => value !== undefined)) return this.number(row.call(...values));
    return this.put("call", parts, row.name);
  }

  // what is no number is taken, whichever side it is on
  largest(parts, sign) {
    this.kinks ||= parts.length > 1;
    return parts.reduce((a, b) => this.choose([this.put("compare", [a, b], sign)], [a], b));
  }

  choose(conditions, values, otherwise) {
    return this.put("choose", [...conditions, ...values, otherwise], conditions.length);
  }

  // ∂/∂input k.
  slope(place, k) {
    const key = `${place}|${k}`;
    let found = this.slopes.get(key);
    if (found === undefined) {
      found = this.derived(place, k);
      this.slopes.set(key, found);
    }
    return found;
  }

  derived(place, k) {
    const { op, parts, value } = this.nodes[place];
    const zero = this.number(0);
    if (op === "input") return this.number(value === k ? 1 : 0);
    if (op === "number") return zero;
    if (op === "choose") {
      const slopes = parts.slice(value).map((part) => this.slope(part, k));
      if (slopes.every((slope) => slope === slopes[0])) return slopes[0];
      return this.choose(parts.slice(0, value), slopes.slice(0, -1), slopes[slopes.length - 1]);
    }
    const slopes = parts.map((part) => this.slope(part, k));
    if (slopes.every((slope) => slope === zero)) return zero;
    if (op === "add") return this.add(slopes);
    if (op === "multiply")
      return this.add(slopes.map((slope, i) => this.multiply(parts.map((part, j) => (i === j ? slope : part)))));
    if (op === "power") return this.multiply([this.number(value), this.power(parts[0], value - 1), slopes[0]]);
    if (op === "raise") {
      const [base, exponent] = parts;
      const terms = [];
      if (slopes[1] !== zero) terms.push(this.multiply([place, this.call("log", [base]), slopes[1]]));
      if (slopes[0] !== zero) {
        const lower = this.raise(base, this.add([exponent, this.number(-1)]));
        terms.push(this.multiply([exponent, lower, slopes[0]]));
      }
      return this.add(terms);
    }
    const terms = slopes.map((slope, i) =>
      slope === zero ? zero : this.multiply([this.defined(this, TABLE[value].slopes[i], parts), slope]),
    );
    return this.add(terms);
  }
}

export function raised(u, n) {
  if (n === 0.5) return Math.sqrt(u);
  return u === 1 ? 1 : Math.pow(u, n);
}
