// The frame of a picture: its box, its ticks, the start that is dragged, and what the keys do to it.
import { path, svg, set, word } from "./dom.js";
import { evaluate } from "./walk.js";
import { general } from "./words.js";
import { clamp, grid, half, pictured, snap, ticks, tickText } from "./scale.js";

let pictures = 0;

export function makeFrame(app, classes) {
  const id = `box${pictures++}`;
  const clip = svg("rect");
  const frame = {
    ticks: svg("g", { class: "ticks" }),
    border: path("axis"),
    inside: svg("g", { "clip-path": `url(#${id})` }),
    above: svg("g"),
    defs: svg("defs", {}, svg("clipPath", { id }, clip)),
    clip,
  };
  frame.svg = svg(
    "svg",
    { class: classes, role: "group" },
    frame.defs,
    frame.ticks,
    frame.inside,
    frame.border,
    frame.above,
  );
  return frame;
}

// Sizes the frame; box is the picture's inside in pixels, view the coordinates [left, right, bottom, top] it shows.
// The box begins where the numbers beside it end; numbers below it are as many as there is room for.
export function layFrame(frame, width, height, box, view) {
  const upwards = ticks(view[2], view[3], clamp((box.bottom - box.top) / 55, 2, 8));
  const longest = (values) => Math.max(...values.map((v) => 2 * half(tickText(v))));
  box.left = Math.max(box.left, longest(upwards) + 6);
  set(frame.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
  set(frame.clip, { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
  set(frame.border, { d: `M${box.left} ${box.top}V${box.bottom}H${box.right}` });
  frame.box = box;
  const [left, right, bottom, top] = view;
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  // what is far beyond stands a little beyond
  frame.x = (x) => clamp(box.left + ((x - left) / (right - left)) * wide, -4000, 4000);
  frame.y = (y) => clamp(box.bottom - ((y - bottom) / (top - bottom)) * tall, -4000, 4000);
  // the share of each axis at which a pointer is, and what stands at a share
  frame.share = ({ clientX, clientY }) => {
    const corner = frame.svg.getBoundingClientRect();
    return [(clientX - corner.left - box.left) / wide, (box.bottom - clientY + corner.top) / tall];
  };
  frame.at = ([x, y]) => [left + x * (right - left), bottom + y * (top - bottom)];
  // the pixels of a graph from side to side
  frame.graph = (by, f) => {
    const points = [];
    for (let px = 0; px <= wide; px += by) points.push([box.left + px, frame.y(f(frame.at([px / wide])[0]))]);
    return points;
  };
  let many = clamp((box.right - box.left) / 80, 2, 10);
  let across = ticks(left, right, many);
  while (many > 1 && longest(across) > frame.x(across[1]) - frame.x(across[0])) across = ticks(left, right, --many);
  across = across.filter((v) => frame.x(v) + half(tickText(v)) < width);
  const marks = across.map((v) => word(frame.x(v), box.bottom + 17, "middle", tickText(v)));
  marks.push(...upwards.map((v) => word(box.left - 7, frame.y(v) + 4, "end", tickText(v))));
  marks.push(
    svg("path", {
      d:
        across.map((v) => `M${frame.x(v)} ${box.bottom}v4`).join("") +
        upwards.map((v) => `M${box.left} ${frame.y(v)}h-4`).join(""),
    }),
  );
  frame.ticks.replaceChildren(...marks);
}

// The start: a ring that is dragged, tapped into place, or moved by the arrow keys.
export function makeStart(app, frame) {
  const ring = svg("circle", { class: "ring", r: 8 });
  const handle = svg(
    "g",
    { class: "start", tabindex: 0, role: "slider" },
    svg("circle", { class: "reach", r: 22 }),
    ring,
  );
  const moveTo = (event) => {
    const place = frame.at(frame.share(event));
    app.change((state) => (state.start = state.start.map((_, i) => snapTo(app, place[i], i))));
  };
  // what f and its slopes are at the pointer
  const read = svg("text", { class: "read", "text-anchor": "middle" });
  frame.above.append(read);
  const tell = (event) => {
    const { box } = frame;
    const share = frame.share(event);
    const X = frame.at(share).slice(0, app.data.names.length);
    const O = evaluate(app.loss, X, true);
    const { names } = app.data;
    const values = app.data.names.length === 1 ? ["f", "f′", "f″"] : ["f", ...names.map((name) => `∂f/∂${name}`)];
    const told = [...names, ...values]
      .slice(0, box.right - box.left > 480 ? 9 : 3)
      .map((name, i) => `${app.pretty(name)} = ${general([...X, ...O][i], 5)}`);
    read.textContent = event.pointerType !== "touch" && within(share) ? pictured(told.join(", ")) : "";
    set(read, { x: (box.left + box.right) / 2, y: box.top + 16 });
  };
  let dragging = false;
  const drop = () => (dragging = false);
  set(frame.svg, {
    onpointerdown: (event) => {
      const touched = event.pointerType === "touch" && !handle.contains(event.target);
      if (event.button !== 0 || event.shiftKey || touched) return; // a finger may be scrolling; a tap arrives as a click
      dragging = true;
      frame.svg.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      moveTo(event);
      event.preventDefault();
    },
    // a finger on the start moves it in every direction; elsewhere it may scroll the page
    ontouchstart: (event) => handle.contains(event.target) && event.preventDefault(),
    onpointermove: (event) => {
      tell(event);
      if (dragging) moveTo(event);
    },
    onpointerleave: () => (read.textContent = ""),
    onlostpointercapture: drop,
    onclick: (event) => event.pointerType === "touch" && moveTo(event),
  });
  handle.addEventListener("keydown", (event) => {
    const [i, sign] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }[event.key] || [
      -1, 0,
    ];
    const n = app.data.names.length;
    const axis = n === 1 && i === 1 ? 0 : i;
    if (axis < 0 && !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    app.change((state) => {
      const start = [...state.start];
      if (axis < 0) {
        start[0] = app.state.window[0][event.key === "Home" ? 0 : 1];
      } else {
        const [low, high] = app.state.window[axis];
        const fine = grid(low, high, 1000);
        start[axis] = clamp(snap(start[axis] + sign * fine * (event.shiftKey ? 100 : 10), fine), low, high);
      }
      state.start = start;
    });
  });
  const draw = (x, y) => {
    const { box } = frame;
    set(handle, {
      transform: `translate(${clamp(x, box.left, box.right).toFixed(1)} ${clamp(y, box.top, box.bottom).toFixed(1)})`,
      "aria-label": app.words.start,
      "aria-valuenow": app.state.start[0],
      "aria-valuemin": app.state.window[0][0],
      "aria-valuemax": app.state.window[0][1],
      "aria-valuetext": app.state.start.join(", "),
    });
  };
  return { handle, draw };
}

// Whether shares of a picture's sides lie in it.
export const within = (shares) => shares.every((s) => s >= 0 && s <= 1);

// A coordinate on the grid of the window that a pointer moves on.
export function snapTo(app, value, i) {
  const [low, high] = app.state.window[i];
  return clamp(snap(value, grid(low, high, 1000)), low, high);
}
