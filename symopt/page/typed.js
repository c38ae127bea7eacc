// A typed loss: its tree as operations, with its derivatives, its numbers and its text.
import { CONDITIONS, RAISED, SPECIAL, Unread, VARIABLE, instead, read } from "./formula.js";
import { makeGraph } from "./operations.js";
import { tape } from "./tape.js";

const MOST_TERMS = 1000;
const HIGHEST = 1000; // as an exponent

// A loss of the page's variables, typed: its letters in order, a program for `evaluate`, and its formulas as text.
// squares: what finds residuals, where a method of the page knows them. textOf: what tells slopes, where the page has it.
// columns: names that are no letters.
export function derive(text, variables, squares, textOf, columns) {
  const graph = makeGraph(defined);
  const letters = [];
  const inputs = variables.map((_, k) => graph.put("input", [], k));
  const names = (name) => {
    if (variables.includes(name)) return inputs[variables.indexOf(name)];
    if (!VARIABLE.test(name) || name === "e" || name === "E" || name === "I" || name === "pi") return null;
    if (columns?.includes(name)) return ["column", name];
    if (!letters.includes(name)) letters.push(name);
    return graph.put("input", [], variables.length + letters.indexOf(name));
  };
  const tree = read(text, variables);
  const inferred = (name) => !variables.includes(name) && name !== "e" && name !== "E";
  const f = build(graph, tree, { bound: new Map(), names, inferred });
  const slopes = variables.map((_, k) => graph.slope(f, k));
  const bends = variables.flatMap((_, i) => variables.slice(0, i + 1).map((_, j) => graph.slope(slopes[i], j)));
  if (letters.length && slopes.every((slope) => graph.value(slope) === 0))
    throw new Unread(["absent", variables.join(", ")], 0, text.length);
  const [g, h] = [
    [f, ...slopes],
    [f, ...slopes, ...bends],
  ].map((outputs) => tape(graph, outputs));
  const all = [...variables, ...letters];
  const told = [...slopes, ...(variables.length === 1 ? bends : [])].map((place) =>
    textOf?.(graph, place, all, RAISED),
  );
  return {
    letters,
    program: { g, h, ...squares?.(graph, f, variables.length, tape), ...(graph.kinks ? { kinks: 1 } : {}) },
    told,
  };
}

// A formula of the table, in u and v.
export function defined(graph, text, parts) {
  const bound = new Map(parts.map((part, k) => ["uv"[k], part]));
  return build(graph, read(text, ["u", "v"]), { bound, names: () => null });
}

// The node of a tree; scope.bound: nodes of names; scope.names(name): that of a variable or letter, null, or a
// phrase that says what is wrong;
// scope.across(name, parts, bound): that of norm or dot, or a phrase.
export function build(graph, tree, scope) {
  const fail = (...phrase) => {
    throw new Unread(phrase, tree.start, tree.end);
  };
  const place = noded(graph, tree, scope, fail);
  if (graph.lost) fail("large");
  return place;
}

function noded(graph, tree, scope, fail) {
  const inner = (part) => build(graph, part, scope);
  const { kind, parts, word } = tree;
  if (CONDITIONS.has(kind)) fail("condition", SPECIAL.where);
  if (kind === "branch") fail("form", "Piecewise", SPECIAL.Piecewise);
  if (kind === "number") {
    const value = Number(word);
    if (value === 0 ? /[1-9]/.test(word.split(/e/i)[0]) : !isFinite(value)) fail("large");
    return graph.number(value);
  }
  if (kind === "group") return inner(parts[0]);
  if (kind === "add") return graph.add(parts.map(inner));
  if (kind === "negative") return graph.negative(inner(parts[0]));
  if (kind === "multiply") {
    parts.slice(1).forEach((right, i) => asked(parts[i], right, scope));
    return parts
      .slice(1)
      .reduce(
        (left, part) =>
          part.kind === "inverse" ? graph.divide(left, inner(part.parts[0])) : graph.multiply([left, inner(part)]),
        inner(parts[0]),
      );
  }
  if (kind === "power") {
    const [base, exponent] = parts.map(inner);
    if (Math.abs(graph.value(exponent)) > HIGHEST) fail("large");
    return graph.raise(base, exponent);
  }
  if (kind === "absolute") return graph.call("Abs", [inner(parts[0])]);
  if (kind === "name") {
    const found = scope.bound.get(word) ?? scope.names(word);
    if (found?.length) fail(...found);
    if (found !== null && found !== undefined) return found;
    if (word === "pi") return graph.number(Math.PI);
    if (word === "e" || word === "E") return graph.number(Math.E);
    if (word in TABLE) fail("write", `${word}(x)`);
    const near = /^pi$/i.test(word) ? "pi" : alike(word);
    if (near) fail("unknown", word, ["alike", near]);
    const begins = Object.keys(TABLE).find((name) => word.startsWith(name) && VARIABLE.test(word.slice(name.length)));
    if (begins) fail("unknown", word, ["write", `${begins}(${word.slice(begins.length)})`]);
    if (word === "I") fail("imaginary");
    if (/^(nan|inf|infinity|NaN|Inf)$/.test(word)) fail("sign", word, ["cut"]);
    const letters = /^[A-Za-z]{2,4}$/.test(word) ? ["product", [...word].join("*")] : ["single"];
    return fail("unknown", word, instead(word, letters));
  }
  if (kind === "indexed") {
    const index = graph.value(inner(parts[0]));
    if (!Number.isInteger(index) || index < 0) fail("integers", `${word}[…]`);
    const found = VARIABLE.test(`${word}${index}`) ? scope.names(`${word}${index}`) : null;
    return found?.length ? fail(...found) : (found ?? fail("unknown", word, instead(word, ["single"])));
  }
  if (word === "sum" || word === "mean" || word === "prod") return total(graph, tree, scope, fail);
  if (word === "where") {
    if (parts.length !== 3) fail("form", word, SPECIAL.where);
    const condition = truth(graph, parts[0], scope);
    graph.kinks = true;
    return graph.choose([condition], [inner(parts[1])], inner(parts[2]));
  }
  if (word === "Piecewise") {
    if (!parts.length || parts.some((part) => part.kind !== "branch")) fail("form", word, SPECIAL.Piecewise);
    graph.kinks ||= parts.length > 1;
    const last = parts[parts.length - 1];
    if (last.parts[1].kind !== "always") fail("form", word, SPECIAL.Piecewise);
    const branches = parts.slice(0, -1);
    const otherwise = inner(last.parts[0]);
    if (!branches.length) return otherwise;
    return graph.choose(
      branches.map((branch) => truth(graph, branch.parts[1], scope)),
      branches.map((branch) => inner(branch.parts[0])),
      otherwise,
    );
  }
  const across = scope.across?.(word, parts, scope.bound);
  if (across) return across.length ? fail(...across) : across;
  const row = TABLE[word];
  const near = alike(word);
  if (!row)
    fail(
      "stranger",
      word,
      instead(word, near ? ["alike", near] : ["known", Object.keys(TABLE).slice(0, 8).join(", ")]),
    );
  if (!row.call && row.text === undefined) fail("cannot", word);
  if (parts.length < row.least || parts.length > row.most)
    fail("count", word, row.least === row.most ? row.least : `${row.least}–${row.most}`, parts.length);
  return graph.call(word, parts.map(inner));
}

function alike(word) {
  return Object.keys(TABLE).find((name) => name.toLowerCase() === word.toLowerCase());
}

// Asks about a product that nobody would have meant: f(x) of a letter that is used so only, and 2i.
function asked(left, right, scope) {
  const inner = right.kind === "power" ? right.parts[0] : right;
  if (left.end !== right.start) return;
  if (!scope.inferred) return;
  if (left.kind === "number" && inner.kind === "name" && /^[ij]$/.test(inner.word) && !scope.bound.has(inner.word))
    throw new Unread(["imaginary"], left.start, right.end);
  if (left.kind !== "name" || inner.kind !== "group" || !scope.inferred(left.word)) return;
  if (["name", "indexed"].includes(inner.parts[0].kind))
    throw new Unread(["stranger", left.word, ["product", `${left.word}*(…)`]], left.start, left.end);
}

function truth(graph, tree, scope) {
  const { kind, parts, word } = tree;
  if (kind === "always") return graph.put("true", []);
  if (kind === "both" || kind === "either")
    return graph.put(
      kind,
      parts.map((part) => truth(graph, part, scope)),
    );
  if (kind !== "compare") throw new Unread(["condition", SPECIAL.where], tree.start, tree.end);
  const signs = word.split(" ");
  const values = parts.map((part) => build(graph, part, scope));
  const each = signs.map((sign, i) => graph.put("compare", [values[i], values[i + 1]], sign));
  return each.length === 1 ? each[0] : graph.put("both", each);
}

// sum(term, i, a, b), and mean and prod, term by term.
function total(graph, tree, scope, fail) {
  const { parts, word } = tree;
  if (parts.length === 1) build(graph, parts[0], scope); // what is wrong in it goes first
  if (parts.length !== 4 || parts[1].kind !== "name") fail("form", word, SPECIAL[word]);
  const [low, high] = parts.slice(2).map((part) => graph.value(build(graph, part, scope)));
  if (!Number.isInteger(low) || !Number.isInteger(high)) fail("integers", word);
  if (high - low >= MOST_TERMS) fail("most", MOST_TERMS);
  const terms = [];
  for (let i = low; i <= high; i++) {
    const bound = new Map(scope.bound).set(parts[1].word, graph.number(i));
    terms.push(build(graph, parts[0], { ...scope, bound }));
  }
  if (!terms.length) fail("form", word, SPECIAL[word]);
  if (word === "prod") return graph.multiply(terms);
  const whole = graph.add(terms);
  return word === "mean" ? graph.multiply([graph.number(1 / terms.length), whole]) : whole;
}
