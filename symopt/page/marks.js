// What a walk looks like on any picture: its trail, its points, and where it stands; a shape and a colour each.
// And the critical points that Python has proved.
import { path, set, svg } from "./dom.js";
import { makeRoom } from "./room.js";
import { clamp, half, pictured } from "./scale.js";
import { general } from "./words.js";

export function shape(index, x, y, r) {
  if (index === 1) return `M${x} ${y - 1.2 * r}L${x + 1.1 * r} ${y + 0.8 * r}H${x - 1.1 * r}Z`;
  if (index === 2) return `M${x - 0.9 * r} ${y - 0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}Z`;
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

export function makeTrail(index) {
  const parts = {};
  for (const name of ["later", "line", "dots", "holes", "here"]) parts[name] = path(name);
  const group = svg("g", { class: `walk m${index}` }, ...Object.values(parts));
  const label = svg("text", { class: `beyond m${index}` });
  const room = {}; // what no word lies on; where the label may stand
  const show = (shown) => {
    set(group, { display: shown ? null : "none" });
    Object.assign(room, { marks: [], places: [] });
  };
  // points: pixel coordinates, x and y in turn; k: the step; at: the true coordinates there
  const draw = (points, k, box, names, at) => {
    const count = points.length / 2;
    const place = (j) => `${points[2 * j].toFixed(1)} ${points[2 * j + 1].toFixed(1)}`;
    let line = "";
    let dots = "";
    let later = "";
    let x = Infinity;
    let y = Infinity;
    // of segments between the same two pixels one is drawn, so that a long walk that leaps costs no more than it shows
    const pixel = (j) => (Math.round(points[2 * j]) + 1e5) * 4e5 + Math.round(points[2 * j + 1]) + 1e5;
    const drawn = new Set();
    let [before, pen] = [NaN, -1];
    for (let j = 0; j < count; j++) {
      const here = pixel(j);
      const key = `${before},${here}`;
      if (j > 0 && j !== k && (drawn.has(key) || here === before) && j + 1 < count) {
        before = here;
        continue;
      }
      drawn.add(key);
      const from = pen === j - 1 ? "" : `M${place(Math.max(0, j - 1))}`;
      if (j <= k) line += j ? `${from}L${place(j)}` : `M${place(j)}`;
      if (j >= k) later += j > k ? `${from}L${place(j)}` : `M${place(j)}`;
      [before, pen] = [here, j];
      const far = Math.abs(points[2 * j] - x) + Math.abs(points[2 * j + 1] - y);
      if (j <= k && far > 6 && inside(points[2 * j], points[2 * j + 1], box)) {
        dots += `M${place(j)}h0`; // points that would cover one another are left to the line
        room.marks.push([points[2 * j], points[2 * j + 1], 4, true]);
        x = points[2 * j];
        y = points[2 * j + 1];
      }
    }
    set(parts.line, { d: line });
    set(parts.later, { d: later });
    set(parts.dots, { d: dots });
    set(parts.holes, { d: dots });
    x = clamp(points[2 * k], box.left, box.right);
    y = clamp(points[2 * k + 1], box.top, box.bottom);
    set(parts.here, { d: shape(index, x, y, 6.5) });
    const out = !inside(points[2 * k], points[2 * k + 1], box);
    room.marks.push([x, y, 8]);
    const there = Array.from(names, (_, i) => general(at[i], 3)).join(", ");
    label.textContent = out ? pictured(names.length > 1 ? `(${there})` : `${names} = ${there}`) : "";
    const wide = half(label.textContent);
    const off = clamp(
      x + (2 * x > box.left + box.right ? -1 : 1) * (12 + wide),
      box.left + wide + 1,
      box.right - wide - 1,
    );
    const row = (i) => [off, y + 8.5 * (i % 2 ? i + 1 : -i)]; // the nearest first
    if (out) room.places = Array.from({ length: 60 }, (_, i) => row(i));
  };
  return { group, label, show, draw, room };
}

// The walks of a picture, each up to the step shown; place(w, k): the pixels of a point.
export function drawTrails(app, frame, trails, place) {
  trails.forEach((trail, i) => {
    const w = app.walks[i];
    trail.show(w);
    if (!w) return;
    const points = new Float64Array(2 * w.K + 2);
    for (let k = 0; k <= w.K; k++) [points[2 * k], points[2 * k + 1]] = place(w, k);
    const k = app.step(w.K);
    trail.draw(points, k, frame.box, app.data.names, w.xs.subarray(k * w.n));
  });
}

// The words of a picture about the walks on it, of which marks leave room; then the room for other words.
export function arranged(box, trails, marks) {
  const room = makeRoom(box);
  for (const mark of [...marks, ...trails.flatMap((trail) => trail.room.marks)]) room.mark(...mark);
  for (const trail of trails) room.put(trail.label, trail.room.places.slice(0, 9), trail.room.places);
  return room;
}

export function inside(x, y, box) {
  return x >= box.left - 0.5 && x <= box.right + 0.5 && y >= box.top - 0.5 && y <= box.bottom + 0.5;
}

// A line through points, without what lies beside the box: dashes out of sight take as long as those in it.
export function lineIn({ left, right, top, bottom }, points) {
  let pen = "";
  const pieces = points.map(([x, y], i) => {
    const [u, v] = points[i - 1] ?? [];
    const seen = Math.max(x, u) > left && Math.min(x, u) < right && Math.max(y, v) > top && Math.min(y, v) < bottom;
    const from = pen || (seen ? `M${u.toFixed(1)} ${v.toFixed(1)}L` : "");
    pen = seen ? "L" : "";
    return seen ? `${from}${x.toFixed(1)} ${y.toFixed(1)}` : "";
  });
  return pieces.join("");
}

// A path through the critical points in view, a sign for each kind; place: pixels of a point, seen: whether to show it.
export function critical(points, place, seen) {
  const all = ([d, places]) =>
    places
      .filter(seen) // n = 1
      .map((p) => `M${place(p).join(" ")}${d}`)
      .join("");
  return points ? points.signs.map(all).join("") : "";
}

// Fills that are told apart without colour.
export function patterns() {
  const pattern = (id, size, ...children) =>
    svg("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, ...children);
  const ground = (name, size) => svg("rect", { class: `ground ${name}`, width: size, height: size });
  return [
    pattern("hatch", 6, svg("path", { class: "ink-bends", d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" })), // n = 1
    pattern("maximum", 6, ground("maximum", 6), svg("path", { class: "ink", d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" })),
    pattern("cycle", 4, ground("cycle", 4), svg("path", { class: "ink", d: "M1 0V4" })),
    pattern("runs", 6, ground("runs", 6), svg("path", { class: "ink", d: "M-1 -1L7 7M-1 7L7 -1" })),
    pattern("flat", 5, ground("flat", 5), svg("path", { class: "ink", d: "M0 2H5" })),
  ];
}
