// The data beside the landscape, with the model of each walk at the step shown; it stands in pages whose loss is a fit.
export function makeFit(app, { html, svg, set, makeFrame, layFrame, lineIn }) {
  const { fit, names } = app.data;
  const n = names.length;
  const frame = makeFrame(app, "fit");
  const path = (name) => svg("path", { class: name });
  const points = [path("points"), path("points second")];
  const [ghosts, lines] = ["ghost", "fitted"].map((name) => [0, 1, 2].map((i) => path(`${name} m${i}`)));
  const diagonal = path("axis");
  const [up, across] = ["start", "end"].map((anchor) => svg("text", { "text-anchor": anchor, class: "read" }));
  frame.inside.append(diagonal, ...points, ...ghosts, ...lines);
  frame.above.append(up, across);
  const caption = html("figcaption");
  set(frame.svg, { role: "img" });
  const element = html("figure", { class: "card" }, caption, frame.svg);

  const ends = (values, room) => {
    const [low, high] = [Math.min, Math.max].map((most) => values.reduce((a, b) => most(a, b)));
    const width = high - low || Math.abs(low) || 1;
    return [low - room * width, high + room * width];
  };
  const chances = [-0.12, 1.12];
  const upright = fit.classes ? chances : ends(fit.response, 0.15);
  const [view, places] = {
    curve: () => [[...ends(fit.columns[0], 0.04), ...upright], fit.columns[0].map((x, i) => [x, fit.response[i]])],
    border: () => [fit.columns.flatMap((column) => ends(column, 0.05)), fit.columns[0].map((x, i) => [x, fit.columns[1][i]])], // prettier-ignore
    against: () => [[...upright, ...upright], []],
  }[fit.kind]();

  const C = new Float64Array(n + app.data.letters.length);
  const at = (w, k) => {
    for (let i = 0; i < n; i++) C[i] = w.xs[k * n + i];
    C.set(app.state.letters, n);
  };
  const put = ([x, y]) => `${frame.x(x).toFixed(1)} ${frame.y(y).toFixed(1)}`;
  const dots = (list) => list.map((place) => `M${put(place)}h0`).join("");
  const model = {
    curve: () => lineIn(frame.box, frame.graph(2, (x) => FIT(C, [x]))), // prettier-ignore
    border: () => middle(frame, view, (x, y) => FIT(C, [x, y]) - 0.5),
    against: () => {
      const held = (v) => Math.min(Math.max(v, view[2]), view[3]); // what is beyond stays at the border, half seen
      const rows = fit.response.map((y, i) => [y, FIT(C, fit.columns.map((column) => column[i]))]); // prettier-ignore
      return dots(rows.filter(([, v]) => isFinite(v)).map(([y, v]) => [y, held(v)]));
    },
  }[fit.kind];

  let laid = "";
  const lay = () => {
    const width = Math.max(240, element.clientWidth - 26);
    const box = { left: 46, right: width - 12, top: 22, bottom: 190 };
    layFrame(frame, width, 216, box, view);
    const second = (i) => fit.classes && fit.response[i] > 0.5;
    set(points[0], { d: dots(places.filter((_, i) => !second(i))) });
    const crosses = places.filter((_, i) => second(i)).map((place) => `M${put(place)}m-3.5 0h7m-3.5 -3.5v7`);
    set(points[1], { d: crosses.join("") });
    set(frame.svg, { "data-kind": fit.kind, "stroke-width": fit.response.length > 200 ? 3 : 5 });
    set(diagonal, { d: fit.kind === "against" ? `M${box.left} ${box.bottom}L${box.right} ${box.top}` : "" });
    set(up, { x: 4, y: 12 });
    set(across, { x: box.right, y: box.bottom - 6 });
  };
  const draw = (width) => {
    const { state, walks } = app;
    const hidden = state.text !== null; // a loss that was typed fits no data
    set(element, { hidden });
    if (hidden) return;
    const now = `${width} ${state.lang}`;
    if (now !== laid) {
      [caption.textContent, up.textContent, across.textContent] = fit[state.lang];
      set(frame.svg, { "aria-label": caption.textContent });
      lay();
    }
    laid = now;
    lines.forEach((line, i) => {
      const w = walks[i];
      const k = w ? app.step(w.K) : 0;
      if (w) at(w, k);
      set(line, { d: w ? model() : "" });
      let d = "";
      for (let j = 0; w && fit.kind === "curve" && walks.length < 3 && j < k; j = j ? 2 * j : 1) {
        at(w, j);
        d += model();
      }
      set(ghosts[i], { d });
    });
  };
  return { element, draw };
}

// The line on which a function of the frame's coordinates is 0, by squares of a grid.
export function middle(frame, [left, right, bottom, top], f) {
  const N = 48;
  const place = (i, j) => [left + (i / N) * (right - left), bottom + (j / N) * (top - bottom)];
  const values = Array.from({ length: (N + 1) ** 2 }, (_, k) => f(...place(k % (N + 1), Math.floor(k / (N + 1)))));
  let line = "";
  for (let j = 0; j < N; j++)
    for (let i = 0; i < N; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]; // prettier-ignore
      const cuts = corners.flatMap((here, c) => {
        const there = corners[(c + 1) % 4];
        const [u, v] = [here, there].map(([p, q]) => values[q * (N + 1) + p]);
        if (!(u < 0 !== v < 0) || !isFinite(u - v)) return [];
        const [p, q] = [place(...here), place(...there)];
        const t = u / (u - v);
        return [`${frame.x(p[0] + t * (q[0] - p[0])).toFixed(1)} ${frame.y(p[1] + t * (q[1] - p[1])).toFixed(1)}`];
      });
      for (let c = 0; c + 1 < cuts.length; c += 2) line += `M${cuts[c]}L${cuts[c + 1]}`;
    }
  return line;
}
