// Cards of methods, sliders with their fields, and what plays the steps.
import { button, html, input, set, svg } from "./dom.js";
import { constant } from "./reader.js";
import { clamp, placed, slid } from "./scale.js";
import { makeRates } from "./rates.js";
import { shape } from "./marks.js";

const FINE = 1000;

// A labelled slider beside a field that takes an expression; `range` is { low, high, log }, null for no slider.
export function makeNumber(label, range, value, valid, message, change) {
  const error = html("span", { class: "error", role: "alert" });
  const field = input({
    "aria-label": label,
    oninput: () => {
      const typed = constant(field.value);
      const good = isFinite(typed) && valid(typed);
      set(field, { "aria-invalid": good ? null : "true" });
      error.textContent = good ? "" : message();
      if (!good) return;
      current = typed;
      if (slider) place();
      change(typed);
    },
    onfocus: () => (held = current),
    onchange: () => {
      if (!field.getAttribute("aria-invalid")) return;
      write(held); // not what a beginning of the text happened to mean
      change(held);
    },
  });
  let current = value;
  let held = value;
  const slider =
    range &&
    html("input", {
      type: "range",
      min: 0,
      max: FINE,
      step: "any",
      "aria-label": label,
      oninput: () => {
        const moved = slid(slider.value / FINE, range);
        if (!valid(moved)) return;
        write(moved);
        change(moved);
      },
      onkeydown: (event) => {
        const move = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
        if (!move) return;
        event.preventDefault();
        let next = current;
        for (let by = 1; next === current && by < FINE; by++)
          next = slid(placed(current, range) + (move * by * 5) / FINE, range);
        slider.value = placed(next, range) * FINE;
        slider.dispatchEvent(new Event("input"));
      },
    });
  const place = () => {
    slider.value = placed(current, range) * FINE;
    set(slider, { "aria-valuetext": String(current) });
  };
  const write = (next) => {
    current = next;
    field.value = next !== 0 && Math.abs(next) < 1e-4 ? next.toExponential() : String(next);
    set(field, { "aria-invalid": null });
    error.textContent = "";
    if (slider) place();
  };
  write(value);
  const show = (next) => next !== current && write(next);
  return {
    element: html("div", { class: "number" }, html("span", { class: "name" }, label), slider, field, error),
    show,
  };
}

export function makeCards(app) {
  const list = html("div", { class: "cards" });
  const add = button({
    class: "add",
    onclick: () =>
      app.change((state) => {
        const taken = new Set(state.methods.map((m) => m.method));
        const method = app.data.methods.findIndex((each, i) => !each.own && !taken.has(i));
        state.methods = [...state.methods, fresh(app.data, Math.max(method, 0))];
      }),
  });
  let built = "";
  let cards = [];
  const build = () => {
    const { state, words, data } = app;
    const focused = document.activeElement?.dataset?.focus;
    cards = state.methods.map((chosen, i) => card(app, chosen, i));
    list.replaceChildren(...cards.map((c) => c.element));
    add.textContent = `+ ${words.compare}`;
    set(add, { hidden: state.methods.length >= 3 || data.methods.length < 2 });
    if (focused) list.querySelector(`[data-focus="${focused}"]`)?.focus({ preventScroll: true });
  };
  const draw = () => {
    const key = JSON.stringify([app.state.text, app.state.methods.map((m) => m.method), app.state.lang]);
    if (key !== built) {
      build();
      built = key;
    }
    cards.forEach((c, i) => c.draw(app.state.methods[i], app.walks[i], i));
  };
  // the strips under the sliders of the chosen method, a few walks at a time
  let open = [];
  const restart = () => {
    open = app.state.rates ? cards[app.state.active].rates : [];
    return open.map((each) => each.restart()).some(Boolean);
  };
  const work = (until) => open.every((each) => each.proceed(until));
  return { element: html("div", {}, list, add), draw, restart, work };
}

function fresh(data, method) {
  return { method, values: data.methods[method].parameters.map((p) => p.value) };
}

function card(app, chosen, index) {
  const { data, words } = app;
  const method = data.methods[chosen.method];
  const select = html(
    "select",
    {
      "aria-label": `${words.method} ${index + 1}`,
      onchange: () => app.choose((app.state.active = index), () => fresh(data, Number(select.value))),
    },
    ...data.methods.flatMap((each, i) =>
      each.own && i !== chosen.method ? [] : html("option", { value: i }, each.name),
    ),
  );
  select.value = chosen.method;
  select.dataset.focus = `select${index}`;
  const mark = svg(
    "svg",
    { width: 20, height: 20, viewBox: "-10 -10 20 20", class: `m${index}`, "aria-hidden": true },
    svg("path", { class: "here", d: shape(index, 0, 0, 6) }),
  );
  const pick = button(
    {
      class: "pick",
      "aria-label": `${method.name}: ${words.active}`,
      onclick: () => app.change((state) => (state.active = index)),
    },
    mark,
  );
  pick.dataset.focus = `pick${index}`;
  const remove = button(
    {
      class: "remove",
      "aria-label": `${words.remove} ${method.name}`,
      onclick: () =>
        app.change((state) => {
          state.methods = state.methods.filter((_, i) => i !== index);
          state.active = Math.max(
            0,
            Math.min(state.active - (state.active >= index && index > 0 ? 1 : 0), state.methods.length - 1),
          );
        }),
    },
    "×",
  );
  const numbers = method.parameters.map((parameter, i) =>
    makeNumber(
      app.pretty(parameter.name),
      parameter,
      chosen.values[i],
      (value) => !parameter.whole || (Number.isInteger(value) && value >= 0),
      () => (parameter.whole ? "0, 1, 2 …" : words.number),
      (value) => app.choose(index, (m) => ({ ...m, values: m.values.map((v, k) => (k === i ? value : v)) })),
    ),
  );
  const rates = method.parameters.map((parameter, k) => makeRates(app, index, k, parameter));
  const verdict = html("p", { class: "verdict" });
  const more = html("p", { class: "more" });
  const element = html(
    "section",
    { class: `card m${index}`, "aria-label": method.name },
    html("div", { class: "head" }, pick, select, remove),
    html("p", { class: "formula" }, method.written),
    ...numbers.flatMap((n, i) => [n.element, rates[i].element]),
    verdict,
    more,
  );
  const draw = (now, walked, i) => {
    numbers.forEach((n, k) => n.show(now.values[k]));
    element.classList.toggle("active", i === app.state.active && app.state.methods.length > 1);
    set(pick, { "aria-pressed": String(i === app.state.active) });
    set(remove, { hidden: app.state.methods.length < 2 });
    const end = app.describe(walked);
    verdict.textContent = end.headline;
    verdict.className = `verdict ${end.tone}`;
    more.textContent = end.more;
    rates.forEach((each) => set(each.element, { hidden: !app.state.rates || i !== app.state.active }));
  };
  return { element, draw, rates };
}

// Back and forth in what was chosen; play, pause, step, reset; the slider of steps, and how fast they play.
export function makePlayer(app) {
  let timer = 0;
  let speed = 1;
  const go = (k) => app.change((state) => (state.at = k >= app.longest() ? null : Math.max(0, k)));
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    draw();
  };
  const step = (by) => {
    stop();
    go(app.step() + by);
  };
  const play = () => {
    if (timer) return stop();
    const whole = Math.min(app.longest() * clamp(6000 / app.longest(), 40, 700), 8000) / speed; // a long walk takes some seconds
    const pace = Math.max(40, whole / app.longest());
    if (app.step() >= app.longest()) go(0);
    timer = setInterval(() => {
      if (app.step() >= app.longest()) return stop();
      go(app.step() + Math.max(1, Math.round((app.longest() * pace) / whole)));
    }, pace);
    return draw();
  };
  const faster = () => {
    speed = speed > 2 ? 0.25 : 2 * speed;
    if (timer) (stop(), play());
    draw();
  };
  const actions = {
    undo: () => app.travel(-1),
    redo: () => app.travel(1),
    reset: () => (stop(), go(0)),
    back: () => step(-1),
    play,
    forth: () => step(1),
    end: () => (stop(), go(app.longest())),
    speed: faster,
  };
  const buttons = Object.entries(actions).map(([name, onclick]) => button({ class: name, onclick }));
  const slider = html("input", { type: "range", min: 0, step: 1, oninput: () => (stop(), go(Number(slider.value))) });
  const shown = html("output", { class: "step" });
  const element = html("div", { class: "player" }, ...buttons, slider, shown);
  const draw = () => {
    const { words } = app;
    const state = timer ? "pause" : "play";
    const signs = ["↶", "↷", "«", "‹", `${timer ? "❚❚" : "▶"} ${words[state]}`, "›", "»", `×${speed}`];
    Object.keys(actions).forEach((name, i) => {
      const label = name === "speed" ? `${words.speed} ${signs[i]}` : words[name === "play" ? state : name];
      buttons[i].textContent = signs[i];
      set(buttons[i], { "aria-label": label, title: label, disabled: app.ends().includes(name) });
    });
    set(slider, { max: app.longest(), "aria-label": words.step, "aria-valuetext": `${app.step()} / ${app.longest()}` });
    slider.value = app.step();
    shown.textContent = `k = ${app.step()} / ${app.longest()}`;
  };
  const keys = (event) => {
    const act = { " ": play, ".": () => step(1), ",": () => step(-1) }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const start = () => {
    stop();
    go(0);
    play();
  };
  return { element, draw, keys, stop, start };
}
