// The surface of f over the window with the walks on it, turned by a drag or by keys; it moves at no other time. It
// stands in pages that are asked for it: what it needs is handed to it.

// How high a depth f − min f is drawn, from 0 to 1: f itself, or its logarithm where most would be flat, as in
// symopt/views/scenes/surface.py.
export function raising(depth, top, least, quantile) {
  const seen = depth.filter(isFinite).sort();
  const small = Math.max(quantile(seen, 0.05), 1e-13 * Math.abs(least), 1e-300);
  const log = quantile(seen, 0.5) < 0.25 * top;
  const height = (d) => (log ? Math.log1p(Math.min(d, top) / small) : Math.min(d, top));
  return [log ? "log(f − min f)" : "f", (d) => height(d) / height(top)];
}

export function makeSurface(app, { html, set, clamp, put, quantile, shape }) {
  let [turn, tilt, wide, land] = [30, 40, 0, null]; // degrees; the width in pixels
  let [name, raise] = [];
  const turned = (right, up) => {
    turn = (turn + right + 360) % 360;
    tilt = clamp(tilt + up, 10, 90);
    draw();
  };
  const key = (event) => {
    const by = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowDown: [0, -5], ArrowUp: [0, 5] }[event.key];
    if (!by) return;
    event.preventDefault();
    turned(...by);
  };
  let [x, y] = []; // where the pointer was: a finger's events have no movement in Firefox
  const move = ({ type, buttons, clientX, clientY, pointerId }) => {
    if (type === "pointerdown") canvas.setPointerCapture(pointerId);
    else if (buttons) turned((clientX - x) / 2, (clientY - y) / 2);
    [x, y] = [clientX, clientY];
  };
  const hands = { onkeydown: key, onpointerdown: move, onpointermove: move };
  const canvas = html("canvas", { class: "surface", tabindex: 0, role: "slider", "aria-valuemax": 360, ...hands });

  const draw = (width = wide) => {
    const tall = Math.round(clamp(width * 0.62, 200, 460));
    wide = width;
    if (land !== app.sees.land) {
      land = app.sees.land;
      [name, raise] = raising(land.depth, land.heights[land.heights.length - 1], land.least, quantile);
    }
    const told = `${Math.round(turn)}°, ${Math.round(tilt)}°`;
    const look = {
      "aria-label": put(app.words.surface, { up: name }),
      "aria-valuenow": Math.round(turn),
      "aria-valuetext": told,
    };
    set(canvas, { width: width * devicePixelRatio, height: tall * devicePixelRatio, ...look });
    const context = canvas.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    context.lineJoin = context.lineCap = "round";
    const { depth, nx, ny, tone } = land;
    const [s, c, flat, up] = [turn, turn + 90, tilt, tilt + 90].map((angle) => Math.sin((angle * Math.PI) / 180));
    const size = Math.min(width * 0.35, tall / (2.83 * flat + up + 0.2));
    // pixels of a place on the lattice, and of a height between 0 and 1
    const place = (i, j, z) => {
      const [x, y] = [(2 * i) / nx - 1, (2 * j) / ny - 1];
      return [width / 2 + size * (x * c - y * s), tall / 2 + size * (up * (0.5 - z) - flat * (x * s + y * c))];
    };
    const ink = (colour) => `rgb(${app.colour(colour).slice(0, 3)})`;
    const drawn = (fill, stroke, thick, path) => {
      Object.assign(context, { fillStyle: fill, strokeStyle: stroke, lineWidth: thick });
      context.stroke(path);
      if (fill) context.fill(path);
    };
    const through = (points, closed = "") => new Path2D(`M${points.join("L")}${closed}`);
    // what lies on a cell is drawn after it and before those in front of it
    const by = Math.ceil(nx / 44);
    const cells = {};
    const lay = ([i, j], action) => (cells[[Math.floor(i / by), Math.floor(j / by)]] ??= []).push(action);
    const [[left, right], [bottom, top]] = app.state.window;
    const z = (i, j) => raise(depth[Math.min(j, ny) * (nx + 1) + Math.min(i, nx)]);
    const on = ([i, j]) => {
      const [l, d] = [i - (i % by), j - (j % by)];
      const along = (y) => z(l, y) + ((i - l) / by) * (z(l + by, y) - z(l, y));
      return place(i, j, along(d) + ((j - d) / by) * (along(d + by) - along(d)));
    };
    app.walks.forEach(({ xs, K }, m) => {
      const colour = ink(`--m${m}`);
      const spot = (k) => [
        ((xs[2 * k] - left) / (right - left)) * nx,
        ((xs[2 * k + 1] - bottom) / (top - bottom)) * ny,
      ];
      const last = app.step(K);
      for (let k = 0; k < last; k++) {
        const [[i, j], [u, v]] = [spot(k), spot(k + 1)];
        const many = clamp(Math.ceil(Math.hypot(u - i, v - j)), 1, 400);
        const at = (t) => [i + ((u - i) * t) / many, j + ((v - j) * t) / many];
        for (let t = 0; t < many; t++)
          lay(at(t + 0.5), () => drawn("", colour, 2, through([on(at(t)), on(at(t + 1))])));
      }
      lay(spot(last), () => drawn(colour, ink("--paper"), 1.5, new Path2D(shape(m, ...on(spot(last)), 6))));
    });
    const order = (n, forwards) => {
      const all = Array.from({ length: Math.ceil(n / by) }, (_, k) => k * by);
      return forwards ? all : all.reverse();
    };
    for (const j of order(ny, c < 0))
      for (const i of order(nx, s < 0)) {
        const [r, u] = [Math.min(i + by, nx), Math.min(j + by, ny)];
        const corners = [[i, j], [r, j], [r, u], [i, u]]; // prettier-ignore
        const zs = corners.map((at) => z(...at));
        if (!zs.every(isFinite)) continue;
        const light = 1 + 0.15 * clamp((2 * zs[0] - zs[1] - zs[3]) * 44, -2, 1);
        const shade = tone(j * (nx + 1) + i);
        const colour = `rgb(${[0, 8, 16].map((bits) => light * ((shade >> bits) & 255))})`;
        drawn(colour, colour, 0.7, through(corners.map(([a, b], k) => place(a, b, zs[k])), "Z")); // prettier-ignore
        cells[[i / by, j / by]]?.forEach((action) => action());
      }
    // the sides of the window that are in front
    const [i, j] = [s < 0 ? nx : 0, c < 0 ? ny : 0];
    const sides = [[[0, j], [nx, j]], [[i, 0], [i, ny]]]; // prettier-ignore
    sides.forEach((ends, axis) => {
      const [a, b] = ends.map((end) => place(...end, 0));
      drawn("", ink("--soft"), 1, through([a, b]));
      context.fillStyle = ink("--soft");
      context.font = "13px sans-serif";
      context.fillText(app.pretty(app.data.names[axis]), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 16);
    });
  };
  return { canvas, draw, height: () => name };
}
