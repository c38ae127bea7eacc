// Where starts end: one walk for each, a few at a time, coarse before fine.
import { walk } from "./walk.js";

export const CATEGORIES = ["minimum", "maximum", "runs", "cycle", "open", "flat", "none"];

export function category({ outcome, kind, reason }) {
  if (outcome === "FLAT") return kind === "minimum" ? 0 : kind === "maximum" ? 1 : 5;
  if (outcome === "CYCLE") return 3;
  if (outcome === "NO_START" || outcome === "NO_STEP" || reason === "unknown") return 6;
  return outcome === "EXHAUSTED" || outcome === "STALLED" ? 4 : 2;
}

// The basins of one method: where each of width × height starts ends.
export function makeBasins(loss, rule, P, stop, width, height, startAt) {
  return endsOf(loss.n, width, height, (i, j) => walk(loss, rule, P, startAt(i, j), stop));
}

// The work for width × height walks: `found[i]` is 1 + category, 0 while unknown; `last` holds where each ended.
// Every 16th column and row first, then every 8th …: `near(i)` is the cell that speaks for i meanwhile.
export function endsOf(n, width, height, walkAt) {
  const count = width * height;
  const found = new Uint8Array(count);
  const last = new Float64Array(count * n);
  let stride = 16;
  let next = 0;
  const corner = (i, by) => {
    const row = Math.floor(i / width);
    return (row - (row % by)) * width + ((i % width) - ((i % width) % by));
  };
  const work = (until) => {
    while (stride && performance.now() < until) {
      if (next >= count) {
        stride >>= 1;
        next = 0;
      } else {
        if (!found[next] && corner(next, stride) === next) {
          const walked = walkAt(next % width, Math.floor(next / width));
          found[next] = 1 + category(walked);
          for (let i = 0; i < n; i++) last[next * n + i] = walked.xs[walked.K * n + i];
        }
        next += 1;
      }
    }
    return stride === 0;
  };
  const near = (i) => {
    for (let by = Math.max(stride, 1); by <= 16; by *= 2) if (found[corner(i, by)]) return corner(i, by);
    return found[i] ? i : 0;
  };
  return { found, last, work, near };
}
