// Reads a constant such as 1/64, 2**-6 or pi/2 by the grammar of losses. Nothing is evaluated as code.
import { Unread, read } from "./formula.js";

// The value of the text, NaN if it is not a finite constant.
export function constant(text) {
  try {
    const value = String(text).length > 100 ? NaN : worth(read(String(text), []), NAMES);
    return isFinite(value) ? value + 0 : NaN;
  } catch (error) {
    if (error instanceof Unread) return NaN;
    throw error;
  }
}

const NAMES = { pi: Math.PI, e: Math.E, E: Math.E };

// operation by operation as it stands, so that 2/3 is one division
function worth({ kind, parts, word }, names) {
  if (kind === "number") return Number(word);
  if (kind === "name") return Object.hasOwn(names, word) ? names[word] : NaN;
  const of = (part) => worth(part, names);
  if (kind === "multiply")
    return parts.reduce((left, part) => (part.kind === "inverse" ? left / of(part.parts[0]) : left * of(part)), 1);
  const values = parts.map(of);
  const [u, v] = values;
  if (kind === "group") return u;
  if (kind === "negative") return -u;
  if (kind === "absolute") return Math.abs(u);
  if (kind === "power") return u ** v;
  if (kind === "add") return values.reduce((sum, value) => sum + value, 0);
  const row = kind === "call" && word in TABLE ? TABLE[word] : { least: Infinity };
  if (values.length < row.least || values.length > row.most) return NaN;
  if (row.name === "log" && v !== undefined) return Math.log(u) / Math.log(v);
  const native = Math[row.name.toLowerCase()];
  if (native) return native(...values);
  return row.text ? worth(read(row.text, ["u"]), { u }) : (row.call?.(u, v) ?? NaN);
}
