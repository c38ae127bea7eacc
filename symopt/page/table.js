// The steps of one walk: k, the point, f, and its slopes. Only the rows in sight exist.
import { html, set } from "./dom.js";
import { clamp } from "./scale.js";
import { evaluate, slopeAt } from "./walk.js";
import { change, general } from "./words.js";

const ROW = 22;
const TALL = 260; // as the style says; asking the page would make it lay itself out

export function makeTable(app) {
  const names = app.data.names;
  const one = app.data.names.length === 1;
  const heads = ["k", ...names, "f", ...(one ? ["f′", "f″"] : ["‖∇f‖"])];
  const body = html("tbody");
  const table = html(
    "table",
    {},
    html("thead", {}, html("tr", {}, ...heads.map((name) => html("th", { scope: "col" }, name)))),
    body,
  );
  const box = html("div", { class: "table", tabindex: 0, role: "region" }, table);
  let scrolled = 0;
  box.addEventListener("scroll", () => {
    if (scrolled === box.scrollTop) return;
    scrolled = box.scrollTop;
    rows();
  });
  body.addEventListener("click", (event) => {
    const k = event.target.closest("tr")?.dataset.k;
    if (k !== undefined) app.change((state) => (state.at = Number(k)));
  });
  const rows = () => {
    const w = app.walks[app.state.active];
    const first = clamp(Math.floor(scrolled / ROW) - 4, 0, w.K);
    const last = clamp(first + Math.ceil(TALL / ROW) + 8, 0, w.K);
    const made = [];
    for (let k = first; k <= last; k++) made.push(row(w, k));
    body.replaceChildren(...made);
    table.style.margin = `${first * ROW}px 0 ${(w.K - last) * ROW}px`;
  };
  const row = (w, k) => {
    const n = w.n;
    const x = w.xs.subarray(k * n, (k + 1) * n);
    const bend = one ? evaluate(app.loss, x, true)[2] : 0;
    const mark = (k && { rose: " ▲", fell: " ▼" }[change(w, k - 1)]) || "  ";
    const values = [k, ...x, w.fs[k], ...(one ? [w.gs[k], bend] : [slopeAt(w.gs, k, n)])];
    const here = k === app.step(w.K);
    const cells = values.map((value, i) =>
      html("td", { title: String(value) }, shown(value) + (i === n + 1 ? mark : "")),
    );
    const made = html("tr", { "aria-current": here ? "step" : null }, ...cells);
    made.dataset.k = k;
    if (one && bend < 0) made.lastChild.className = "below";
    return made;
  };
  const draw = () => {
    set(box, { "aria-label": app.words.table });
    set(table, { "aria-rowcount": app.walks[app.state.active].K + 2 });
    const last = app.walks[app.state.active].K;
    const top = app.step(last) * ROW;
    const view = TALL - 3 * ROW;
    const wanted = clamp(top < scrolled || top > scrolled + view ? top - view / 2 : scrolled, 0, (last + 2) * ROW);
    if (wanted !== scrolled) {
      table.style.margin = `0 0 ${(last + 1) * ROW}px`;
      box.scrollTop = wanted;
      scrolled = box.scrollTop;
    }
    rows();
  };
  return { element: box, draw };
}

function shown(value) {
  const text = general(value, 7);
  return (text.length > 12 ? general(value, 5) : text).replace(/-/g, "−");
}
