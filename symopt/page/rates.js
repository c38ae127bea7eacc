// What every value of a parameter comes to from this start: a strip of endings under its slider, in one variable with
// the last points of each walk above it (the orbit diagram).
import { html, path, set, svg } from "./dom.js";
import { CATEGORIES, endsOf } from "./basins.js";
import { clamp, placed, slid } from "./scale.js";
import { drawnOf } from "./state.js";
import { put } from "./words.js";
import { curvature, evaluate, walk } from "./walk.js";

const [COLUMNS, TALL, ORBIT, LAST] = [160, 10, 56, 60];

// index: the card; k: the parameter, whose slider goes over `range`.
export function makeRates(app, index, k, range) {
  const one = app.data.names.length === 1;
  const orbit = html("canvas", { width: COLUMNS, height: ORBIT, hidden: !one, "aria-hidden": true });
  const ends = CATEGORIES.map((name) => path(`end ${name}`));
  const tick = path("tick");
  const told = svg("title");
  const strip = svg(
    "svg",
    { viewBox: `0 0 ${COLUMNS} ${TALL}`, preserveAspectRatio: "none", role: "img" },
    told,
    ...ends,
    tick,
  );
  const element = html("div", { class: "rates" }, orbit, strip);
  let [work, key, orbits, occurs, whole] = [null, "", [], [], false];

  const label = () => {
    const { name } = app.problem(index).method.parameters[k];
    return put(app.words.rates, { name: app.pretty(name) });
  };
  const say = (text) => {
    told.textContent = text;
    set(strip, { "aria-label": text });
  };

  const restart = () => {
    const { state } = app;
    const { loss, rule, P, stop } = app.problem(index);
    const others = P.filter((_, i) => i !== k);
    const now = drawnOf(state, state.methods[index].method, others, state.start);
    if (key === now) return false;
    key = now;
    orbits = [];
    whole = false;
    say(`${label()}: …`);
    work = endsOf(loss.n, COLUMNS, 1, (i) => {
      const values = P.map((value, j) => (j === k ? slid((i + 0.5) / COLUMNS, range) : value));
      const walked = walk(loss, rule, values, state.start, stop);
      if (one)
        orbits[i] = walked.xs.slice(Math.max(0, walked.K + 1 - (walked.outcome === "FLAT" ? 1 : LAST)), walked.K + 1);
      return walked;
    });
    return true;
  };

  // Some more of the walks; where all are drawn, only what is told follows the shown walk and the language.
  const proceed = (until) => {
    if (!whole) draw(until);
    say(`${label()}: ${occurs.map((category) => app.words[category]).join(", ")}${limit()}`);
    return whole;
  };

  const draw = (until) => {
    whole = work.work(until);
    const lines = CATEGORIES.map(() => "");
    for (let i = 0; i < COLUMNS; i++) {
      const end = work.found[work.near(i)];
      if (end) lines[end - 1] += `M${i} 0h1.05v${TALL}h-1.05Z`;
    }
    lines.forEach((d, i) => set(ends[i], { d }));
    if (one) diagram();
    occurs = CATEGORIES.filter((_, i) => lines[i]);
  };

  // The last points of each walk, the window from bottom to top.
  const diagram = () => {
    const context = orbit.getContext("2d");
    context.clearRect(0, 0, COLUMNS, ORBIT);
    context.fillStyle = `rgb(${app.colour(`--m${index}`).slice(0, 3).join(" ")})`;
    const [low, high] = app.state.window[0];
    for (let i = 0; i < COLUMNS; i++) {
      for (const x of orbits[work.near(i)] ?? []) {
        const y = ORBIT - 1 - ((x - low) / (high - low)) * (ORBIT - 1);
        if (y >= 0 && y <= ORBIT) context.fillRect(i, y - 0.5, 1, 1);
      }
    }
  };

  // gd stays at a minimum as long as lr < 2/λ, the largest curvature there; said where the shown walk has found one.
  const limit = () => {
    set(tick, { d: "" });
    const w = app.walks[index];
    if (app.problem(index).method.name !== "gd" || !w || w.kind !== "minimum" || !w.at) return "";
    const O = evaluate(app.loss, w.at, true);
    const value = 2 / curvature(app.loss, O, 1);
    const share = placed(value, range);
    if (!(share > 0 && share < 1)) return "";
    set(tick, { d: `M${clamp(share, 0, 1) * COLUMNS} 0v${TALL}` });
    return `; 2/${one ? "f″" : "λ"}(x*) = ${Number(value.toPrecision(4))}`;
  };

  return { element, restart, proceed };
}
