// Operations as they are read, of a loss that is typed. It stands in pages that have room for it: what it needs is
// handed to it.

// A node as it is read: x²/50 − cos(x). Empty where it would be too long.
export function textOf(graph, place, names, RAISED) {
  const LOUD = 400; // longer formulas are not shown
  let length = 0;
  // levels: 0 sums, 1 products, 2 powers
  const show = (at, level) => {
    if (length > 4 * LOUD) return "";
    const { op, parts, value } = graph.nodes[at];
    const closed = (text, own) => {
      length += text.length > 40 ? 0 : text.length;
      return own < level ? `(${text})` : text;
    };
    if (op === "number") {
      const [top, bottom] = quotient(Math.abs(value));
      return closed((value < 0 ? "−" : "") + top + (bottom ? `/${bottom}` : ""), value < 0 ? 0 : bottom ? 1 : 4);
    }
    if (op === "input") return closed(names[value], 4);
    if (op === "add")
      return closed(
        parts
          .map((part, i) => {
            const [factor] = graph.split(part);
            const text = show(factor < 0 ? graph.negative(part) : part, factor < 0 ? 1 : 0);
            return factor < 0 ? (i ? ` − ${text}` : `−${text}`) : (i ? " + " : "") + text;
          })
          .join(""),
        0,
      );
    if (op === "multiply" || (op === "power" && value < 0)) {
      const list = op === "multiply" ? parts : [at];
      let sign = "";
      const [above, below] = [[], []];
      list.forEach((part) => {
        const inner = graph.nodes[part];
        if (inner.op === "number") {
          if (inner.value < 0) sign = "−";
          const [top, bottom] = quotient(Math.abs(inner.value));
          if (top !== "1") above.push(top);
          if (bottom) below.push(bottom);
        } else if (inner.op === "power" && inner.value < 0)
          below.push(show(graph.power(inner.parts[0], -inner.value), 2));
        else above.push(show(part, 2));
      });
      const joined = above.reduce(
        (text, factor, i) =>
          text +
          (i === 0 ? "" : i === 1 && /^[\dπ.]+²?$/.test(above[0]) && /^[a-zα-ω(]/.test(factor) ? "" : "·") +
          factor,
        "",
      );
      const top = joined || "1";
      const bottom = below.length > 1 ? `(${below.join("·")})` : below[0];
      return closed(sign + (below.length ? `${top}/${bottom}` : top), sign ? 0 : 1);
    }
    if (op === "power") {
      if (value === 0.5) return closed(`sqrt(${show(parts[0], 0)})`, 4);
      const exponent = Number.isInteger(value)
        ? [...String(value)].map((d) => RAISED[d]).join("")
        : `^${String(Number(value.toPrecision(12))).replace("-", "−")}`;
      return closed(show(parts[0], 3) + exponent, 2);
    }
    if (op === "raise") return closed(`${show(parts[0], 3)}^${show(parts[1], 3)}`, 2);
    if (op === "call" && value === "Abs") return closed(`|${show(parts[0], 0)}|`, 4);
    if (op === "call")
      return closed(
        `${value.replace("_1", "′").replace("_2", "″")}(${parts.map((part) => show(part, 0)).join(", ")})`,
        3,
      );
    if (op === "compare") return `${show(parts[0], 0)} ${value} ${show(parts[1], 0)}`;
    if (op === "true") return "else";
    if (op === "both" || op === "either") return parts.map((part) => show(part, 0)).join(op === "both" ? " & " : " | ");
    const cases = parts.slice(0, value).map((c, i) => `${show(parts[value + i], 0)} if ${show(c, 0)}`);
    return closed(`{${[...cases, show(parts[parts.length - 1], 0)].join("; ")}}`, 3);
  };
  const text = show(place, 0);
  return length > LOUD || text.length > LOUD || /NaN|Infinity/.test(text) ? "" : text;
}

// A positive number as [above, below] of a fraction bar, with π where it is a simple multiple of it or of its square.
export function quotient(value) {
  const MOST = 400; // the largest denominator that is looked for
  const decimal = String(Number(value.toPrecision(12)));
  const inverse = 1 / Math.round(1 / value) === value;
  if (decimal.length <= 5 && !inverse) return [decimal, ""];
  for (const [unit, name] of [
    [1, ""],
    [Math.PI, "π"],
    [Math.PI ** 2, "π²"],
  ]) {
    for (let k = 1; k <= MOST + 1; k++) {
      const below = k > MOST ? Math.round(unit / value) : k;
      const above = Math.round((value * below) / unit);
      const close = Math.abs(above - (value * below) / unit) < 4e-15 * above;
      if (above > 0 && above < 1e4 && below < 1e6 && close)
        return [(above === 1 && name ? "" : above) + name, below === 1 ? "" : String(below)];
    }
  }
  return [decimal, ""];
}
