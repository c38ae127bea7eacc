// Reads a constant such as 1/64, 2**-6 or pi/2 by the grammar of losses. Nothing is evaluated as code.
import { Unread, read } from "./formula.js";
import { makeGraph } from "./operations.js";
import { tape } from "./tape.js";
import { build, defined } from "./typed.js";

// The value of the text, NaN if it is not a finite constant.
export function constant(text) {
  const O = [];
  try {
    const graph = makeGraph(defined);
    if (text.length < 101) tape(graph, [build(graph, read(text, []), { bound: new Map(), names: () => null })])([], O);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
  }
  return isFinite(O[0]) ? O[0] : NaN;
}
