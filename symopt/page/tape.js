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

// (C, O) → O filled with the outputs, by one function or a few for each node in order.
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
  const V = new Float64Array(graph.nodes.length);
  const steps = [];
  for (const i of [...wanted].sort((a, b) => a - b)) {
    const { op, value, parts } = graph.nodes[i];
    const [a, b, ...more] = parts;
    const holds = COMPARE[value];
    const call = TABLE[value]?.call;
    if (op === "number") V[i] = value;
    else if (op === "true") V[i] = 1;
    else if (op === "input") steps.push((C) => (V[i] = C[value]));
    else if (op === "add") {
      steps.push(() => (V[i] = V[a] + V[b]));
      for (const k of more) steps.push(() => (V[i] += V[k]));
    } else if (op === "multiply") {
      steps.push(() => (V[i] = V[a] * V[b]));
      for (const k of more) steps.push(() => (V[i] *= V[k]));
    } else if (op === "power" && value === 2) steps.push(() => (V[i] = V[a] * V[a]));
    else if (op === "power" && value === -1) steps.push(() => (V[i] = 1 / V[a]));
    else if (op === "power") steps.push(() => (V[i] = raised(V[a], value)));
    else if (op === "raise") steps.push(() => (V[i] = raise(V[a], V[b])));
    else if (op === "compare") steps.push(() => (V[i] = holds(V[a], V[b])));
    else if (op === "both") steps.push(() => (V[i] = parts.every((k) => V[k])));
    else if (op === "either") steps.push(() => (V[i] = parts.some((k) => V[k])));
    else if (op === "choose")
      steps.push(() => {
        let k = 0;
        while (k < value && !V[parts[k]]) k += 1;
        V[i] = V[parts[value + k]];
      });
    else if (parts.length === 1) steps.push(() => (V[i] = call(V[a])));
    else steps.push(() => (V[i] = call(V[a], V[b])));
  }
  return (C, O) => {
    for (let k = 0; k < steps.length; k++) steps[k](C);
    for (let k = 0; k < outputs.length; k++) O[k] = V[outputs[k]];
  };
}
