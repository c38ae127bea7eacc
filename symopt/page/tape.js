// Numbers of a graph of operations: one function for each node, in order.
import { raised } from "./operations.js";
import { raise } from "./numbers.js";

const COMPARE = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "⩽": (a, b) => a <= b || a !== a,
  "⩾": (a, b) => a >= b || a !== a,
};

// (C, O) → O filled with the outputs, by one function for each node in order.
export function tape(graph, outputs) {
  const wanted = new Set();
  const visit = [...outputs];
  while (visit.length) {
    const place = visit.pop();
    if (!wanted.has(place)) {
      wanted.add(place);
      visit.push(...graph.nodes[place].parts);
    }
  }
  const order = [...wanted].sort((a, b) => a - b);
  const at = new Map(order.map((place, i) => [place, i]));
  const V = new Float64Array(order.length);
  const steps = [];
  order.forEach((place, i) => {
    const { op, value, parts } = graph.nodes[place];
    const p = parts.map((part) => at.get(part));
    const [a, b] = p;
    if (op === "number") V[i] = value;
    else if (op === "true") V[i] = 1;
    else if (op === "input") steps.push((C) => (V[i] = C[value]));
    else if (op === "add" && p.length === 2) steps.push(() => (V[i] = V[a] + V[b]));
    else if (op === "multiply" && p.length === 2) steps.push(() => (V[i] = V[a] * V[b]));
    else if (op === "add")
      steps.push(() => {
        let sum = V[a];
        for (let k = 1; k < p.length; k++) sum += V[p[k]];
        V[i] = sum;
      });
    else if (op === "multiply")
      steps.push(() => {
        let product = V[a];
        for (let k = 1; k < p.length; k++) product *= V[p[k]];
        V[i] = product;
      });
    else if (op === "power" && value === 2) steps.push(() => (V[i] = V[a] * V[a]));
    else if (op === "power" && value === 3) steps.push(() => (V[i] = V[a] * V[a] * V[a]));
    else if (op === "power" && value === -1) steps.push(() => (V[i] = 1 / V[a]));
    else if (op === "power") steps.push(() => (V[i] = raised(V[a], value)));
    else if (op === "raise") steps.push(() => (V[i] = raise(V[a], V[b])));
    else if (op === "compare") {
      const holds = COMPARE[value];
      steps.push(() => (V[i] = holds(V[a], V[b]) ? 1 : 0));
    } else if (op === "both") steps.push(() => (V[i] = p.every((k) => V[k]) ? 1 : 0));
    else if (op === "either") steps.push(() => (V[i] = p.some((k) => V[k]) ? 1 : 0));
    else if (op === "choose")
      steps.push(() => {
        let k = 0;
        while (k < value && !V[p[k]]) k += 1;
        V[i] = V[p[value + k]];
      });
    else {
      const { call } = TABLE[value];
      steps.push(p.length === 1 ? () => (V[i] = call(V[a])) : () => (V[i] = call(V[a], V[b])));
    }
  });
  const ends = outputs.map((place) => at.get(place));
  return (C, O) => {
    for (let k = 0; k < steps.length; k++) steps[k](C);
    for (let k = 0; k < ends.length; k++) O[k] = V[ends[k]];
  };
}
