// Two variables: shaded levels, the border of convexity, the walks, and on request where starts end.
import { path, set, svg } from "./dom.js";
import { curvature, evaluate } from "./walk.js";
import { clamp, pictured, quantile } from "./scale.js";
import { layFrame, makeFrame, makeStart } from "./axes.js";
import { CATEGORIES, makeBasins } from "./basins.js";
import { levelLine } from "./model.js";
import { makeZoom } from "./zoom.js";
import { arranged, critical, drawTrails, lineIn, makeTrail, patterns } from "./marks.js";
import { sentence } from "./words.js";

const LEVELS = 14;
const MANY = 200; // terms of a sum from which on levels come bit by bit
const OPEN = 1 + CATEGORIES.indexOf("open");
const BESIDE = [[14, -8], [14, 18], [-14, -8], [-14, 18], [0, -14], [0, 24], [26, 5], [-26, 5]]; // prettier-ignore
const ENDS = ["e0", "e1", "e2", "e3", "e4", "e5"];

export function makePlot(app) {
  const frame = makeFrame(app, "plot contours");
  const shade = svg("image", { preserveAspectRatio: "none" });
  const ends = svg("image", { preserveAspectRatio: "none", class: "ends" });
  const levels = path("levels");
  const border = path("convex");
  const points = path("critical");
  const letters = svg("g", { class: "letters" });
  const values = svg("g", { class: "values" });
  const [model, target] = ["model", "target"].map(path);
  const trails = [0, 1, 2].map(makeTrail);
  const start = makeStart(app, frame);
  const zoom = makeZoom(app, frame);
  frame.defs.append(...patterns());
  frame.inside.append(shade, ends, levels, border, points, model, target, ...trails.map((t) => t.group));
  frame.above.append(values, letters, ...trails.map((t) => t.label), start.handle);
  let [basins, whole] = [];
  let signs = []; // of proved points
  let [numbers, named] = [[], []]; // texts and their places: levels' values, minima's letters
  let [wide, tall, painted] = [0, 0, 0];

  const pixel = ([x, y]) => [frame.x(x), frame.y(y)];

  const prepare = (width) => {
    const height = Math.round(clamp(width * 0.72, 260, 560));
    const box = { left: 46, right: width - 14, top: 12, bottom: height };
    const [[left, right], [bottom, top]] = app.state.window;
    layFrame(frame, width, height + 26, box, [left, right, bottom, top]);
    for (const image of [shade, ends]) {
      set(image, { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
    }
    const size = [box.right - box.left, box.bottom - box.top];
    const lattice = (...most) => {
      const [nx, ny] = size.map((pixels) => Math.round(clamp(pixels / 7, ...most)));
      return { nx, ny, j: 0, fs: new Float64Array((nx + 1) * (ny + 1)), bends: new Float64Array((nx + 1) * (ny + 1)) };
    };
    whole = lattice(40, 120);
    if (fill(whole, app.loss.program.size > MANY ? 0 : Infinity)) return show(whole);
    const first = lattice(16, 16);
    fill(first, Infinity);
    show(first);
  };

  // Some more rows of f and of its least curvature, until all are known.
  const fill = (lattice, until) => {
    const { nx, ny, fs, bends } = lattice;
    const [[left, right], [bottom, top]] = app.state.window;
    const X = [0, 0];
    for (; lattice.j <= ny && performance.now() < until; lattice.j++) {
      X[1] = bottom + (lattice.j / ny) * (top - bottom);
      for (let i = 0, at = lattice.j * (nx + 1); i <= nx; i++, at++) {
        X[0] = left + (i / nx) * (right - left);
        const O = evaluate(app.loss, X, true);
        fs[at] = O[0];
        bends[at] = curvature(app.loss, O, -1);
      }
    }
    return lattice.j > ny;
  };

  const show = ({ nx, ny, fs, bends }) => {
    const { box } = frame;
    const [across, up] = [(10 * (box.right - box.left)) / nx, (10 * (box.bottom - box.top)) / ny];
    const { heights, depth, least } = spaced(fs);
    signs = app.data.points?.signs ?? [];
    set(points, { d: critical(app.data.points, pixel) });
    app.sees.fine = level() && coarse(fs, nx, ny, app.loss, ...app.state.window);
    const [lines, [flat]] = [
      [depth, heights],
      [bends, [0]],
    ].map(([values, at]) => (app.sees.fine ? at.map(() => ["", []]) : isolines(values, nx, ny, at, across, up)));
    const transform = `translate(${box.left} ${box.bottom})scale(.1 -.1)`;
    set(levels, { d: lines.map(([d]) => d).join(""), transform });
    set(border, { d: flat[0], transform });
    // the value of a level stands where its line comes nearest to a place of its own on the diagonal
    const shown = [...heights.keys()].filter((i) => i % 3 === 1);
    numbers = shown.map((i, j) => {
      const share = (j + 1) / (shown.length + 1);
      const aim = [box.left + share * (box.right - box.left), box.top + share * (box.bottom - box.top)];
      const off = ([x, y]) => Math.hypot(x - aim[0], y - aim[1]);
      const places = lines[i][1]
        .map(([x, y]) => [box.left + x / 10, box.bottom - y / 10])
        .sort((a, b) => off(a) - off(b));
      return [svg("text", { class: "read" }, pictured(sentence(heights[i] + least, 1e-3 * heights[i]))), places];
    });
    values.replaceChildren(...numbers.map(([text]) => text));
    app.sees.border = flat[0] !== "";
    app.sees.floor = least;
    const tone = tones(depth, heights);
    app.sees.land = { depth, heights, least, nx, ny, tone };
    paint(shade, nx + 1, ny + 1, tone);
  };

  // Whether all levels are drawn; some more of their work, if it has an end.
  const level = (until) => {
    const begun = whole.j <= whole.ny;
    if (begun && until && fill(whole, until + 12)) (show(whole), arrange());
    return whole.j > whole.ny;
  };

  const restart = () => {
    basins = null;
    named = [];
    ends.removeAttribute("href");
    letters.replaceChildren();
    if (!app.state.basins) return;
    const { loss, rule, P, stop } = app.problem();
    [wide, tall] = [frame.box.right - frame.box.left, frame.box.bottom - frame.box.top].map((size) =>
      Math.round(clamp(size / 2, 30, 400)),
    );
    const [[left, right], [bottom, top]] = app.state.window;
    basins = makeBasins(loss, rule, P, stop, wide, tall, (i, j) => [
      left + ((i + 0.5) / wide) * (right - left),
      bottom + ((j + 0.5) / tall) * (top - bottom),
    ]);
    painted = 0;
  };

  // Minima get a colour and a letter each; whatever else happens is dark. A start that has not come anywhere yet is
  // pale, in the colour of the minimum that its last point lies nearest to.
  const work = (until) => {
    if (!basins) return true;
    const done = basins.work(until + 12);
    if (!done && performance.now() < painted + 150) return false;
    painted = performance.now();
    const spots = signs.flatMap(([, places, kind]) => (kind === "minimum" ? places : []));
    const far = Math.max(...app.stop.half) * 1e-3;
    const [colours, pale] = [1, 0.35].map((share) =>
      ENDS.map((name) => packed(mixed(app.colour("--paper"), app.colour(`--${name}`), share))),
    );
    const others = ["", "", "maximum", "runs", "cycle", "not", "flat"].map(
      (name) => name && packed(app.colour(`--${name}`)),
    );
    const distance = (spot, i) => Math.hypot(spot[0] - basins.last[2 * i], spot[1] - basins.last[2 * i + 1]);
    const spotOf = new Int16Array(wide * tall).fill(-1);
    basins.found.forEach((end, i) => {
      if (end !== 1) return;
      spotOf[i] = spots.findIndex((spot) => distance(spot, i) < far);
      if (spotOf[i] < 0 && spots.length < 60) spotOf[i] = spots.push([basins.last[2 * i], basins.last[2 * i + 1]]) - 1;
    });
    const nearest = (i) =>
      spots.reduce((best, spot, k) => (distance(spot, i) < distance(spots[best], i) ? k : best), 0);
    paint(ends, wide, tall, (cell) => {
      const i = basins.near(cell);
      if (basins.found[i] === 1) return colours[Math.max(0, spotOf[i]) % ENDS.length];
      return basins.found[i] === OPEN && spots.length ? pale[nearest(i) % ENDS.length] : others[basins.found[i]] || 0;
    });
    app.sees.basins = CATEGORIES.filter((_, k) => k > 0 && basins.found.includes(1 + k));
    named = spots.slice(0, 26).map(([x, y], i) => {
      const places = BESIDE.map(([right, down]) => [frame.x(x) + right, frame.y(y) + down]);
      return [svg("text", {}, String.fromCharCode(65 + i)), places];
    });
    letters.replaceChildren(...named.map(([text]) => text));
    arrange();
    return done;
  };

  const draw = () => {
    const { state, walks } = app;
    drawTrails(app, frame, trails, ({ xs }, k) => [frame.x(xs[2 * k]), frame.y(xs[2 * k + 1])]);
    start.draw(...pixel(state.start));
    modelled(walks[state.active]);
    arrange();
  };

  // The words of the picture, the more important first.
  const arrange = () => {
    const at = (place, r) => [...pixel(place), r];
    const marks = signs.flatMap(([, places]) => places.map((place) => at(place, 7)));
    const room = arranged(frame.box, trails, [at(app.state.start, 10), ...marks]);
    for (const [text, places] of [...named, ...numbers]) room.put(text, places);
  };

  // The level line through x of the quadratic whose stationary point is the next x.
  const modelled = (w) => {
    const k = app.step(w.K - 1); // at the end that of the last step
    const { loss, rule } = app.problem();
    const lines = app.state.model && k >= 0 ? levelLine(loss, rule, w, k) : null;
    set(model, { d: lines ? lines.map((line) => lineIn(frame.box, line.map(pixel))).join("") : "" });
    set(target, { d: lines ? `M${pixel(w.xs.subarray(2 * k + 2))}m-5 -5l10 10m0 -10l-10 10` : "" });
    app.sees.model = lines ? k : null;
  };

  // A small picture of one colour per cell, which the browser smooths or not as the style says.
  const canvas = document.createElement("canvas");
  const paint = (image, columns, rows, colourAt) => {
    canvas.width = columns;
    canvas.height = rows;
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(columns, rows);
    const cells = new Uint32Array(pixels.data.buffer);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        cells[(rows - 1 - j) * columns + i] = colourAt(j * columns + i);
      }
    }
    context.putImageData(pixels, 0, 0);
    set(image, { href: canvas.toDataURL() });
  };

  // The shade of each cell, evenly spaced in the logarithm of its depth.
  const tones = (depth, heights) => {
    const [a, b] = [app.colour("--low"), app.colour("--high")];
    const shades = Array.from({ length: 65 }, (_, k) => packed(mixed(a, b, k / 64)));
    const low = Math.log(heights[0]);
    const wide = Math.log(heights[heights.length - 1]) - low || 1;
    return (i) => {
      if (!isFinite(depth[i])) return 0;
      const share = (0.85 * (Math.log(Math.max(depth[i], heights[0] / 3)) - low)) / wide + 0.15;
      return shades[Math.round(64 * clamp(share, 0, 1))];
    };
  };

  return { svg: frame.svg, keys: zoom.keys, prepare, restart, level, work, draw };
}

// Whether f is finer than the lattice it is sampled on: too often it lies far from what a cell's corners tell of it,
// and levels drawn between them show what is not there.
function coarse(fs, nx, ny, loss, [left, right], [bottom, top]) {
  let [bad, all] = [0, 0];
  for (let j = 0; j < ny; j++) {
    for (let i = j % 3; i < nx; i += 3) {
      const at = j * (nx + 1) + i;
      const [a, b, c, d] = [fs[at], fs[at + 1], fs[at + nx + 1], fs[at + nx + 2]];
      const place = [left + ((i + 0.5) / nx) * (right - left), bottom + ((j + 0.5) / ny) * (top - bottom)];
      const off = Math.abs(evaluate(loss, place, false)[0] - (a + b + c + d) / 4);
      if (!isFinite(off)) continue;
      all += 1;
      if (off > 0.35 * (Math.max(a, b, c, d) - Math.min(a, b, c, d))) bad += 1;
    }
  }
  return bad > 0.25 * all;
}

// f − min f, and levels evenly spaced in its logarithm, so that narrow valleys are seen.
function spaced(fs) {
  const least = fs.reduce((low, f) => (isFinite(f) && f < low ? f : low), Infinity);
  const depth = fs.map((f) => f - least);
  const every = Math.ceil(depth.length / 2000);
  const seen = depth.filter((d, i) => i % every === 0 && d > 0 && d < Infinity).sort();
  if (!seen.length) return { heights: [1], depth, least };
  const high = quantile(seen, 0.985);
  const low = Math.max(quantile(seen, 0.01), 1e-7 * high);
  return { heights: Array.from({ length: LEVELS }, (_, k) => low * (high / low) ** (k / (LEVELS - 1))), depth, least };
}

function mixed(from, to, share) {
  return from.map((value, c) => value + share * (to[c] - value));
}

// A colour as one number, in the order in which a canvas keeps its bytes.
function packed(colour) {
  return new Uint32Array(new Uint8ClampedArray(colour).buffer)[0];
}

// Marching squares: for each of the rising levels the line where a sampled function takes it, in whole numbers of
// `wide` and `tall` to a cell, and some of its points; within a row the pieces of a line follow one another.
function isolines(values, nx, ny, levels, wide, tall) {
  const lines = levels.map(() => ["", []]);
  const cuts = new Int32Array(8);
  const ends = new Int32Array(2 * levels.length);
  let [level, k] = [0, 0];
  const cut = (from, to, x, y, right, up) => {
    if (from > level === to > level) return;
    const share = (level - from) / (to - from);
    cuts[k++] = (x + share * right) * wide;
    cuts[k++] = (y + share * up) * tall;
  };
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const at = j * (nx + 1) + i;
      const a = values[at];
      const b = values[at + 1];
      const c = values[at + nx + 2];
      const d = values[at + nx + 1];
      const most = Math.max(a, b, c, d);
      const least = Math.min(a, b, c, d);
      if (!(levels[0] < most && levels[levels.length - 1] >= least && most - least < Infinity)) continue;
      for (let l = 0; l < levels.length && levels[l] < most; l++) {
        level = levels[l];
        if (level < least) continue;
        k = 0;
        cut(a, d, i, j, 0, 1);
        cut(a, b, i, j, 1, 0);
        cut(d, c, i, j + 1, 1, 0);
        cut(b, c, i + 1, j, 0, 1);
        for (let p = 0; p < k; p += 4) {
          const [x, y, u, v] = [cuts[p], cuts[p + 1], cuts[p + 2], cuts[p + 3]];
          lines[l][0] += `${x === ends[2 * l] && y === ends[2 * l + 1] ? "" : `M${x} ${y}`}l${u - x} ${v - y}`;
          if ((i + j) % 3 === 0) lines[l][1].push([u, v]);
          [ends[2 * l], ends[2 * l + 1]] = [u, v];
        }
      }
    }
  }
  return lines;
}
