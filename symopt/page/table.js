// The steps of one walk: k, the point, f, and its slopes. Only the rows in sight exist.
import { html, set } from "./dom.js";
import { clamp } from "./scale.js";
import { evaluate, slopeAt } from "./walk.js";
import { general } from "./words.js";

const ROW = 22;

export function makeTable(app) {
  const names = app.data.names;
  const one = names.length === 1;
  const heads = ["k", ...names, "f", ...(one ? ["f′", "f″"] : ["‖∇f‖"])];
  const body = html("tbody");
  const caption = html("caption", { class: "hidden" });
  const table = html(
    "table",
    {},
    caption,
    html("thead", {}, html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)))),
    body,
  );
  const box = html("div", { class: "table", tabindex: 0, role: "region" }, table);
  box.addEventListener("scroll", () => rows());
  body.addEventListener("click", (event) => {
    const k = event.target.closest("tr")?.dataset.k;
    if (k !== undefined) app.change((state) => (state.at = Number(k)));
  });
  const gap = (height) => {
    const row = html("tr", { "aria-hidden": true }, html("td", { colspan: heads.length }));
    row.firstChild.style.height = `${height}px`;
    return row;
  };
  const rows = () => {
    const w = app.walks[app.state.active];
    const first = clamp(Math.floor(box.scrollTop / ROW) - 4, 0, w.K);
    const last = clamp(first + Math.ceil((box.clientHeight || 240) / ROW) + 8, 0, w.K);
    const made = [gap(first * ROW)];
    for (let k = first; k <= last; k++) made.push(row(w, k));
    made.push(gap((w.K - last) * ROW));
    body.replaceChildren(...made);
  };
  const row = (w, k) => {
    const n = w.n;
    const x = w.xs.subarray(k * n, (k + 1) * n);
    const bend = one ? evaluate(app.loss, x, true)[2] : 0;
    const mark = k && w.fs[k] > w.fs[k - 1] ? " ▲" : k && w.fs[k] < w.fs[k - 1] ? " ▼" : "  ";
    const values = [k, ...x, w.fs[k], ...(one ? [w.gs[k], bend] : [slopeAt(w.gs, k, n)])];
    const here = k === Math.min(app.step(), w.K);
    const cells = values.map((value, i) =>
      html("td", { title: String(value) }, shown(value) + (i === n + 1 ? mark : "")),
    );
    const made = html("tr", { "aria-current": here ? "step" : null }, ...cells);
    made.dataset.k = k;
    if (one && bend < 0) made.lastChild.className = "below";
    return made;
  };
  const draw = () => {
    caption.textContent = app.words.table;
    set(box, { "aria-label": app.words.table });
    set(table, { "aria-rowcount": app.walks[app.state.active].K + 2 });
    const top = Math.min(app.step(), app.walks[app.state.active].K) * ROW;
    const view = (box.clientHeight || 240) - 2 * ROW;
    if (top < box.scrollTop || top > box.scrollTop + view) {
      body.replaceChildren(gap((app.walks[app.state.active].K + 1) * ROW));
      box.scrollTop = Math.max(0, top - view / 2);
    }
    rows();
  };
  return { element: box, draw };
}

function shown(value) {
  const text = general(value, 7);
  return (text.length > 12 ? general(value, 5) : text).replace(/-/g, "−");
}
