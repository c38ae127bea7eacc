// The window of the picture: wheel, pinch and keys make it wider or narrower, shift-drag and two fingers move it.
import { within } from "./axes.js";
import { set } from "./dom.js";
import { clamp, grid, snap } from "./scale.js";

const [NARROW, WIDE] = [1e-5, 1e3]; // how far from the first window, as shares of its width: verdicts are the same there

// The window `factor` times as wide about a share of each axis, moved by a share of itself, its ends on a short grid.
export function zoomed(window, first, factor, about, shift = [0, 0]) {
  return window.map(([low, high], i) => {
    const wide = first[i][1] - first[i][0];
    const width = clamp((high - low) * factor, NARROW * wide, WIDE * wide);
    const middle = low + about[i] * (high - low) - about[i] * width + shift[i] * (high - low);
    const step = grid(0, width, 100);
    return [snap(middle, step), snap(middle + width, step)];
  });
}

export function makeZoom(app, frame) {
  const first = app.data.window;
  const change = (factor, about, shift) =>
    app.change((state) => {
      const found = zoomed(state.window, first, factor, about, shift);
      if (found.every(([low, high]) => low < high && isFinite(high - low))) state.window = found;
    });
  let [held, pinch] = [null, null]; // a drag with shift, and two fingers
  const two = (event) => {
    const [a, b] = [...event.touches].map(frame.share);
    return { middle: a.map((s, i) => (s + b[i]) / 2), apart: Math.hypot(a[0] - b[0], a[1] - b[1]) };
  };
  // what was at `from` of a window comes to `to`
  const moved = (window, factor, from, to) => {
    const shift = to.map((s, i) => (from[i] - s) * factor);
    app.change((state) => (state.window = zoomed(window, first, factor, from, shift)));
  };
  const drop = () => (held = null);
  set(frame.svg, {
    onwheel: (event) => {
      const place = frame.share(event);
      if (!within(place)) return;
      event.preventDefault();
      change(Math.exp(clamp(event.deltaY * (event.deltaMode ? 20 : 1), -200, 200) / 500), place);
    },
    onpointerdown: (event) => {
      if (!event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      held = { place: frame.share(event), window: app.state.window };
      frame.svg.setPointerCapture(event.pointerId);
    },
    onpointermove: (event) => held && moved(held.window, 1, held.place, frame.share(event)),
    onlostpointercapture: drop,
    ontouchstart: (event) => {
      pinch = event.touches.length === 2 ? { ...two(event), window: app.state.window } : null;
      if (pinch) event.preventDefault();
    },
    ontouchmove: (event) => {
      if (!pinch || event.touches.length !== 2) return;
      event.preventDefault();
      const now = two(event);
      moved(pinch.window, clamp(pinch.apart / Math.max(now.apart, 1e-3), 0.02, 50), pinch.middle, now.middle);
    },
  });
  const middle = [0.5, 0.5];
  const keys = (event) => {
    const act = {
      "+": () => change(0.5, middle),
      "=": () => change(0.5, middle),
      "-": () => change(2, middle),
      0: () => app.change((state) => (state.window = first)),
    }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return { keys };
}
