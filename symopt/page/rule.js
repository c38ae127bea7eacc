// A method that a reader types as a formula, by the grammar and rules of symopt/expression/formulas.py: an object like
// those that symopt/page/javascript.py prints. Nothing is evaluated as code. It stands in pages that take such formulas:
// what it needs is handed to it.

// place(text): where a formula's method is in data.methods, which it joins; throws Unread. join(): all of them join the
// methods of another loss, with the values and ranges that their parameters have there. element: where one is typed,
// by which the chosen card walks.
export function makeFormulas(app, [OPEN, html, makeField, ...tools]) {
  const { data } = app;
  const share = { value: 0.9, low: 0, high: 1 };
  const first = data.methods.length;
  const [typed, ages] = [[], []]; // those of three cards, and as many of an address that is read; where the oldest is
  const join = () => {
    const listed = data.methods.slice(0, first);
    const all = listed.flatMap(({ parameters }) => parameters);
    const usual = (name, long) =>
      all.find((each) => each.name === name && (name !== "lr" || each.long === long)) ??
      (/^b/.test(name) ? share : OPEN);
    const ranged = typed.map((own) => ({
      ...own,
      parameters: own.parameters.map((name) => ({ value: 1, ...usual(name, own.long), name })),
    }));
    data.methods = [...listed, ...ranged];
  };
  const place = (text) => {
    const name = text.trim();
    let at = data.methods.findIndex((method) => method.own && method.name === name);
    if (at < 0) {
      const { parameters, rule } = ruleOf(text, data.names.length, tools);
      const used = app.state.methods.map(({ method }) => method);
      at = typed.length < 6 ? first + typed.length : ages.find((k) => !used.includes(k));
      RULES[at] = rule;
      typed[at - first] = { name, own: 1, written: name, parameters, long: isLength(rule, parameters) };
      join();
    }
    ages.splice(0, ages.length, ...ages.filter((k) => k !== at), at);
    return at;
  };
  const held = new Map(); // values by their parameters, while what is typed has some of them not yet
  const kind = ({ name, long }) => name + (long ?? "");
  const take = (text) => {
    const method = place(text);
    const { method: before, P } = app.problem();
    before.parameters.forEach((each, i) => held.set(kind(each), P[i]));
    const values = data.methods[method].parameters.map((each) => held.get(kind(each)) ?? each.value);
    app.choose(app.state.active, () => ({ method, values }));
  };
  const { field, told } = makeField(app, take, () => "x - lr*g");
  field.value = "x - lr*g";
  const label = html("span");
  const element = html("section", { class: "card typed" }, html("label", {}, label, field), told);
  const draw = () => {
    const { own, name } = app.problem().method;
    label.textContent = `${app.words.typed} `;
    if (own && document.activeElement !== field) field.value = name;
  };
  return { place, join, element, draw };
}

// 1 where lr is a length: the first step does not grow with the gradient, as in symopt/auto.py.
export function isLength({ states, go }, parameters) {
  const P = parameters.map((name) => (/^(b|rho)/.test(name) ? 0.9 : name === "eps" ? 1e-12 : 1));
  const [small, large] = [1, 1000].map((slope) => {
    const X = [0, 0];
    go(P, X, 0, [slope, 0], [0, 0], 1, Array(2 * states).fill(0), [0, 0], 0);
    return X[0];
  });
  return Math.abs(small - large) <= 1e-3 * Math.abs(large) && large ? 1 : undefined;
}

// { parameters, rule } of a formula in n variables.
export function ruleOf(text, n, [Unread, VARIABLE, plain, read, makeGraph, tape, build, defined]) {
  const vectors = ["x", "g", "h", "noise"];
  const given = [...vectors, "f", "t", "epoch"];
  const OVER = /^norm$|^dot$/; // over the coordinates
  const fail = (start, end, ...phrase) => {
    throw new Unread(phrase, start, end);
  };
  const constant = (word) => /^(pi|e|E)$/.test(word);
  const called = (word) => OVER.test(word) || (word in TABLE && !VARIABLE.test(word));

  let begin = 0;
  const pieces = text.split(";");
  const statements = pieces.map((piece, k) => {
    const last = k === pieces.length - 1;
    const [head, typed] = /^\s*([A-Za-zα-ωΑ-Ω]\w*)\s*=(?!=)/.exec(piece) ?? ["", last ? "x" : ""];
    const [name, body, start, end] = [plain(typed).source, piece.slice(head.length), begin, begin + piece.length];
    begin = end + 1;
    const taken = given.includes(name) || constant(name) || OVER.test(name) || name in TABLE;
    if (!name || !body.trim() || (last && name !== "x")) fail(start, end, "statement");
    if (!last && taken) fail(start, end, "taken", name);
    return { name, body, at: start + head.length };
  });
  const within = ({ at, body }, inner) => {
    try {
      return inner();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      const { phrase, start, end } = error;
      if (phrase[2]?.[0] === "only") phrase[2] = ["given"];
      return fail(at + start, at + end, ...(body[start] === "=" ? ["statement"] : phrase));
    }
  };
  const assigned = statements.slice(0, -1).map(({ name }) => name);
  const known = [...given, ...assigned];
  const namesOf = ({ kind, parts, word }) => {
    if (kind === "name") return [word];
    const names = parts.flatMap(namesOf);
    return /^(sum|mean|prod)$/.test(word) ? names.filter((name) => name !== parts[1]?.word) : names;
  };

  // state is what is kept for the next step; a name that is said before it is read is only an abbreviation
  const [meaning, seen, used, state] = [new Map(), new Set(), new Set(), new Set()];
  statements.forEach((each, k) => {
    const { name, body } = each;
    each.tree = within(each, () => read(body, known));
    const typed = namesOf(each.tree);
    const names = typed.flatMap((word) => meaning.get(word) ?? [word]);
    typed.forEach((word) => seen.add(word));
    const rest = assigned.slice(k);
    if (!rest.length && !typed.includes("x")) fail(0, text.length, "statement");
    if (
      !rest.length ||
      seen.has(name) ||
      assigned.filter((word) => word === name).length > 1 ||
      rest.some((word) => names.includes(word))
    ) {
      names.forEach((word) => used.add(word));
      rest.slice(0, 1).forEach((word) => state.add(word));
    } else meaning.set(name, names);
  });
  const kept = [...state];
  const parameters = [...used].filter((word) => !known.includes(word) && !called(word) && !constant(word));
  if (used.has("noise")) fail(0, text.length, "cannot", "noise");

  const graph = makeGraph(defined);
  const inputs = []; // names with coordinates
  const now = new Map(); // the nodes of names for each coordinate
  const scopes = Array.from({ length: n }, (_, k) => ({
    bound: new Map(),
    names: (word) => {
      if (constant(word)) return null;
      if (!known.includes(word) && !seen.has(word)) return ["unexpected", "["]; // x[0] is x0
      if (/^only|^where/.test(HINTS[word]) && !known.includes(word)) return ["unknown", word, ["given"]];
      if (called(word)) return ["write", `${word}(g)`];
      const key = `${word} ${vectors.includes(word) || state.has(word) ? k : 0}`;
      if (!inputs.includes(key)) inputs.push(key);
      return now.get(word)?.[k] ?? graph.put("input", [], inputs.indexOf(key));
    },
    across: (word, parts, bound) => {
      if (!OVER.test(word)) return null;
      const wanted = word === "dot" ? 2 : 1;
      if (parts.length !== wanted) return ["count", word, wanted, parts.length];
      const each = scopes.map((scope) => parts.map((part) => build(graph, part, { ...scope, bound })));
      return wanted > 1 ? graph.add(each.map(graph.multiply)) : graph.put("call", each.flat(), "hypot");
    },
  }));
  for (const each of statements)
    now.set(
      each.name,
      within(each, () => scopes.map((scope) => build(graph, each.tree, scope))),
    );
  const fill = tape(
    graph,
    ["x", ...kept].flatMap((name) => now.get(name)),
  );
  const [C, O] = [[], []];
  const go = (P, X, F, G, H, t, S, E, e) => {
    const own = { x: X, g: G, h: H, noise: E, f: [F], t: [t], epoch: [e] };
    inputs.forEach((key, i) => {
      const [word, k] = key.split(" ");
      C[i] = own[word]?.[k] ?? (state.has(word) ? S[kept.indexOf(word) * n + Number(k)] : P[parameters.indexOf(word)]);
    });
    fill(C, O);
    O.forEach((value, k) => (k < n ? (X[k] = value) : (S[k - n] = value)));
  };
  const bends = used.has("h");
  if (bends && n > 1 && !turns(go, kept.length, parameters)) fail(0, text.length, "linearly"); // n = 2
  const free = !kept.length && !["t", "epoch"].some((word) => used.has(word));
  return { parameters, rule: { states: kept.length, bends, free, go } };
}

// Whether a step turns with its vectors where H is a number: then it is linear in them, and means the same along any
// choice of eigenvectors.
export function turns(go, states, parameters) {
  let drawn = 0;
  const draw = (count) => Array.from({ length: count }, () => Math.sin(++drawn * drawn));
  const turn = (V) => V.map((v, i) => (i % 2 ? 0.8 * V[i - 1] + 0.6 * v : 0.6 * v - 0.8 * V[i + 1]));
  return draw(20).every((h) => {
    const [V, P] = [[2, 2, 2, 2 * states].map(draw), draw(parameters.length)];
    const [one, other] = [V, V.map(turn)].map(([X, G, E, S]) => {
      go(P, X, h, G, [2 * h, 2 * h], 1, S, E, 0);
      return [...X, ...S];
    });
    return turn(one).every((v, i) => !(Math.abs(v - other[i]) > 1e-9 * Math.hypot(...one)));
  });
}
