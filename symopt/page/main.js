// Puts the page together, and repaints what has changed.
import { clamp } from "./scale.js";
import { makeTable } from "./table.js";
import { build, defined } from "./typed.js";
import { makePlot } from "./curve.js";
import { button, html, set, svg } from "./dom.js";
import { makePanel, panels } from "./panel.js";
import { MOST_STEPS, command, decode, encode, initial, spec, whole } from "./state.js";
import { makeField } from "./field.js";
import { keep, makeLoss, slopeAt, walk } from "./walk.js";
import { CATEGORIES } from "./basins.js";
import { makeCards, makeNumber, makePlayer } from "./controls.js";
import { layFrame, makeFrame } from "./axes.js";
import { lineIn } from "./marks.js";
import { decayPlot } from "./decay.js";
import { makeGraph } from "./operations.js";
import { tape } from "./tape.js";
import { place, put, remarks, verdict } from "./words.js";
import { Unread, VARIABLE, plain, read } from "./formula.js";
import { OPEN, adopt, firstFacts, makeLossField, paced } from "./loss.js";
import { copyText, savePng, saveSvg } from "./save.js";

const tone = (outcome, words) =>
  words.includes("minimum") ? "good" : words.includes("maximum") || outcome === "RAN_AWAY" ? "bad" : "open";

function main() {
  const data = JSON.parse(document.getElementById("facts").textContent);
  data.lang = /^zh/i.test(navigator.language) ? "zh" : document.documentElement.lang;
  const n = data.names.length;
  const mode = matchMedia("(prefers-color-scheme: dark)");
  const app = { data, program: PROGRAM, state: initial(data), walks: [], sees: {} };
  const tools = [OPEN, html, makeField, Unread, VARIABLE, plain, read, makeGraph, tape, build, defined];
  if (data.formulas) data.formulas = makeFormulas(app, tools);
  data.methods = paced(app, data.methods, false);
  app.own = { facts: firstFacts(data) };
  app.pretty = (name) => data.greek[name] || name;
  // Takes a loss that was typed, null for the page's own, and what goes with it into the state.
  app.type = (text, state = app.state) => {
    const before = new Map(data.letters.map((letter, i) => [letter.name, state.letters[i]]));
    adopt(app, text);
    state.text = text;
    state.letters = data.letters.map((letter) => before.get(letter.name) ?? letter.value);
    state.methods = state.methods.map(({ method, values }) => ({
      method,
      values: values.map((value, i) =>
        data.methods[method].parameters[i].name === "lr" ? data.methods[method].parameters[i].value : value,
      ),
    }));
    if (text === null) state.methods = initial(data).methods;
    if (app.change) app.change(() => {});
  };
  const readAddress = (state, hash = location.hash) => {
    const typed = new URLSearchParams(hash.slice(1)).get("f");
    decode(hash, data, state); // its window first, which tells the rates of a typed loss
    try {
      if (typed !== state.text) app.type(typed, state);
    } catch {
      app.type(null, state); // an address that no longer fits shows the page's own loss
    }
    return decode(hash, data, state);
  };
  const visited = (hash) =>
    app.change((s) => readAddress(Object.assign(s, { ...initial(data), lang: s.lang, text: s.text }), hash));
  readAddress(app.state);
  app.words = WORDS[app.state.lang];
  app.longest = () => Math.max(...app.walks.map((w) => w.K));
  app.step = (last = app.longest()) => Math.min(app.state.at ?? last, last);
  // what a card walks, the chosen one unless told
  app.problem = (i = app.state.active) => {
    const { method, values } = app.state.methods[i];
    return { loss: app.loss, method: data.methods[method], rule: RULES[method], P: values, stop: app.stop };
  };
  // another method, or other values of it, for a card
  app.choose = (i, chosen) => app.change((s) => (s.methods = s.methods.map((m, j) => (i === j ? chosen(m) : m))));
  app.describe = (walked) => ({
    headline: verdict(walked, app.state.lang, app.pretty(data.names[0])),
    more: [place(walked, data.names.map(app.pretty)), remarks(walked, slopeAt(walked.gs, walked.K, n), app.state.lang)]
      .filter(Boolean)
      .join("; "),
    tone: tone(walked.outcome, [walked.kind, walked.reason]),
  });
  let colours = new Map();
  app.colour = (name) => {
    if (!colours.has(name)) {
      const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      colours.set(
        name,
        [1, 3, 5, 7].map((at) => (text.length > at ? parseInt(text.slice(at, at + 2), 16) : 255)),
      );
    }
    return colours.get(name);
  };

  // elements
  const find = (id) => document.getElementById(id);
  const plot = makePlot(app);
  const [player, cards, table, decay, panel] = [makePlayer, makeCards, makeTable, decayPlot, makePanel].map((make) =>
    make(app),
  );
  const visit = (state, hash) => decode(hash, data, Object.assign(state, { ...initial(data), lang: state.lang }));
  const story = data.story ? makeStory(app, player, visit, html, set) : null;
  const fit = data.fit ? makeFit(app, { html, svg, set, makeFrame, layFrame, lineIn }) : null;
  const host = data.host ? makeHost(app, decode, spec) : null;
  const strip = html("p", { class: "legend" });
  const proof = html("p", { class: "legend proof", hidden: !data.points });
  const hint = html("p", { class: "hint" });
  const numbers = [];
  const settings = html("section", { class: "card settings" });
  const code = html("code");
  const copied = html("span", { class: "copied", role: "status" });
  const byHand = html("textarea", { rows: 2, readonly: true, hidden: true });
  const buttons = html("div", { class: "buttons" });
  const live = html("p", { class: "hidden", "aria-live": "polite" });
  const language = button({
    class: "language",
    onclick: () => app.change((s) => (s.lang = s.lang === "en" ? "zh" : "en")),
  });
  const chart = html("figure", { class: "card" }, html("figcaption"), decay.svg);
  const field = makeLossField(app);
  find("derivatives").after(field.element);
  const heading = () => {
    find("formula").textContent = `f(${data.names.join(", ")}) = ${data.written}`;
    set(find("formula"), { title: data.text });
    find("derivatives").replaceChildren(
      ...data.derivatives.map(([name, text]) => html("div", {}, `${name} = ${text}`)),
    );
  };
  find("head").append(language);
  if (story) find("picture").append(story.element);
  find("picture").append(plot.svg, strip, proof, player.element, panel.element, hint);
  if (fit) find("panel").append(fit.element);
  find("panel").append(cards.element);
  if (data.formulas) find("panel").append(data.formulas.element);
  find("panel").append(settings, chart);
  const left = html("p", { class: "left" });
  find("more").append(
    table.element,
    html("section", { class: "card share" }, buttons, code, byHand, copied),
    left,
    live,
  );
  set(find("picture"), { tabindex: -1 });
  find("picture").addEventListener("keydown", (event) => {
    if (/^(BUTTON|INPUT)$/.test(event.target.tagName)) return;
    player.keys(event);
    plot.keys(event);
  });

  // what was chosen before and what was taken back, as addresses; the step shown makes no difference
  const trail = [];
  let now = -1;
  const note = () => {
    const here = encode(app.state, data);
    const bare = (hash) => hash?.replace(/&k=\d+/, "");
    if (bare(trail[now]) !== bare(here)) trail.splice(++now, Infinity, here);
    if (now > 200) now -= trail.splice(0, 1).length;
    return here;
  };
  app.ends = () => [now < 1 && "undo", now > trail.length - 2 && "redo"];
  app.travel = (by) => {
    note();
    if (trail[now + by]) visited(trail[(now += by)]);
  };
  addEventListener("keydown", (event) => {
    const by = { z: event.shiftKey ? 1 : -1, Z: 1, y: 1 }[event.key];
    if (!by || !(event.ctrlKey || event.metaKey) || event.target.type === "text") return;
    event.preventDefault();
    app.travel(by);
  });

  // settings: letters, start, steps, what is shown
  const settle = () => {
    const { words, state } = app;
    numbers.length = 0;
    // the i-th number of a list of the state
    const listed = (name, i, label, range) =>
      numbers.push([
        () => app.state[name][i],
        makeNumber(
          label,
          range,
          state[name][i],
          () => true,
          () => app.words.number,
          (value) => app.change((s) => (s[name] = s[name].map((v, j) => (j === i ? value : v)))),
        ),
      ]);
    data.letters.forEach((letter, i) => listed("letters", i, app.pretty(letter.name), letter));
    data.names.forEach((name, i) =>
      listed("start", i, n === 1 ? words.start : `${words.start} ${name}`, {
        low: state.window[i][0],
        high: state.window[i][1],
      }),
    );
    const around = data.names.flatMap((name, i) =>
      [words.from, words.to].map((word, end) =>
        makeNumber(
          `${app.pretty(name)} ${word}`,
          null,
          state.window[i][end],
          (value) => (end ? value > app.state.window[i][0] : value < app.state.window[i][1]),
          () => app.words.order,
          (value) =>
            app.change((s) => {
              s.window = s.window.map((ends, j) => (i === j ? ends.map((v, e) => (e === end ? value : v)) : ends));
            }),
        ),
      ),
    );
    const range = { low: 1, high: clamp(data.steps, 1000, MOST_STEPS), log: true };
    const steps = makeNumber(
      words.steps,
      { ...range, whole: true },
      state.steps,
      whole,
      () => app.words.whole,
      (value) => app.change((s) => ((s.steps = value), (s.at = null))),
    );
    numbers.push([() => app.state.steps, steps]);
    const box = (name, label) => {
      const input = html("input", {
        type: "checkbox",
        "aria-label": label,
        oninput: () => app.change((s) => (s[name] = input.checked)),
      });
      input.checked = state[name];
      return html("label", { class: "check" }, input, label);
    };
    const choice = html(
      "select",
      { "aria-label": words.panel, onchange: () => app.change((s) => (s.panel = choice.value)) },
      ...panels(data).map((name) => html("option", { value: name }, words[name].split(/[:：]? ?{/)[0])),
    );
    choice.value = state.panel;
    settings.replaceChildren(
      ...numbers.map(([, number]) => number.element),
      html("div", { class: "window" }, ...around.map((number) => number.element)),
      box("model", words.model),
      box("rates", words.eachRate),
      ...(n === 1 ? [] : [box("basins", words.basins)]),
      html("label", { class: "check" }, words.panel, choice),
    );
    set(settings, { "aria-label": words.settings });
    const doing = (label, action) => button({ onclick: action }, label);
    const copy = (text) =>
      copyText(text, byHand).then((good) => {
        copied.textContent = good ? app.words.copied : app.words.byHand;
        if (good) setTimeout(() => (copied.textContent = ""), 1500);
      });
    buttons.replaceChildren(
      doing(words.copyCommand, () => copy(code.textContent)),
      doing(words.copyLink, () => copy(location.href.replace(/#.*/, "") + encode(app.state, data))),
      doing(words.svg, () => saveSvg(app, plot.svg)),
      doing(words.png, () => savePng(app, plot.svg)),
    );
    set(byHand, { "aria-label": words.byHand });
    document.documentElement.lang = app.state.lang;
    language.textContent = words.language;
    set(language, { lang: state.lang === "en" ? "zh" : "en" });
    hint.textContent = `${n === 1 ? words.hint1 : words.hint2}; ${words.keys}`;
    set(plot.svg, { "aria-label": words.plot });
    chart.firstChild.textContent = words.decay;
    const notes = [words.left];
    if (data.steps > MOST_STEPS) notes.push(put(words.fewer, { n: data.steps }));
    left.textContent = notes.join(" · ");
  };

  // repainting: only what a change has touched
  const before = {};
  const changed = (name, ...values) => {
    const key = JSON.stringify(values);
    const different = before[name] !== key;
    before[name] = key;
    return different;
  };
  let waiting = false;
  let busy = false;
  let saving = 0;
  app.change = (apply) => {
    apply(app.state);
    if (!waiting) requestAnimationFrame(paint);
    waiting = true;
  };
  const paint = () => {
    waiting = false;
    const { state } = app;
    const width = Math.max(280, Math.floor(find("picture").clientWidth));
    app.words = WORDS[state.lang];
    const half = state.window.map(([low, high]) => (high - low) / 2);
    app.stop = {
      steps: state.steps,
      gtol: data.gtol,
      radius: data.radius,
      half,
      center: state.window.map(([low, high]) => (low + high) / 2),
    };
    if (changed("text", state.text)) heading();
    if (changed("lang", state.lang, state.window, state.text, state.panel)) settle();
    if (changed("letters", state.text, state.letters)) app.loss = makeLoss(app.program, n, state.letters);
    const laid = changed("land", state.text, state.letters, state.window, width, mode.matches);
    if (changed("mode", mode.matches)) colours = new Map();
    if (laid) plot.prepare(width);
    if (changed("walks", state.text, state.letters, state.methods, state.start, state.steps, state.window)) {
      app.walks = state.methods.map((_, i) => {
        const { loss, rule, P, stop } = app.problem(i);
        return keep(walk(loss, rule, P, state.start, stop), stop);
      });
    }
    if (
      changed("ends", laid && performance.now(), state.letters, state.methods[state.active], state.steps, state.basins)
    ) {
      plot.restart();
      busy = true;
    }
    field.draw();
    plot.draw();
    player.draw();
    story?.draw();
    fit?.draw(width);
    cards.draw();
    data.formulas?.draw();
    if (cards.restart()) busy = true;
    panel.draw(width);
    if (panel.busy()) busy = true;
    numbers.forEach(([value, number]) => number.show(value()));
    table.draw();
    set(chart, { hidden: n === 1 && state.methods.length < 2 });
    decay.draw();
    code.textContent = command(state, data);
    if (busy) refine();
    else legend();
    clearTimeout(saving);
    saving = setTimeout(remember, 300);
  };
  const refine = () => {
    const until = performance.now() + 4;
    const level = n === 1 || plot.level(until);
    busy = !(level && cards.work(until) && plot.work(until) && panel.work(until)); // the strips of rates are few walks, basins many
    legend();
    if (busy && !waiting) requestAnimationFrame(() => busy && !waiting && refine());
  };
  const legend = () => {
    const { words, sees } = app;
    const swatch = (name, text) => html("span", { class: "swatch" }, html("i", { class: name }), text);
    const items = sees.bends ? [swatch("bends", words.bends)] : [];
    if (sees.fine) items.push(swatch("fine", n === 1 ? words.fine : words.coarse));
    if (sees.border) items.push(swatch("convex", words.border));
    const named = (text) => put(text, { method: app.problem().method.name });
    if (sees.model !== null && sees.model !== undefined)
      items.push(swatch("model", put(words.stepModel, { k: sees.model, next: sees.model + 1 })));
    if (sees.ends)
      items.push(named(words.ends), ...CATEGORIES.filter((c) => sees.ends.includes(c)).map((c) => swatch(c, words[c])));
    if (app.state.basins && sees.basins)
      items.push(
        named(words.least),
        ...sees.basins.map((name) => swatch(`plain ${name}`, name === "open" ? words.pale : words[name])),
      );
    // what is proved of the first window holds in a part of it, and nowhere else
    const within = app.state.window.every(([low, high], i) => low >= data.window[i][0] && high <= data.window[i][1]);
    set(proof, { hidden: !data.points });
    if (data.points) proof.textContent = within ? data.points[app.state.lang] : "";
    if (
      changed(
        "legend",
        items.map((item) => item.className + (item.textContent || item)),
      )
    )
      strip.replaceChildren(...items);
  };
  const remember = () => {
    try {
      history.replaceState(null, "", note());
    } catch {
      // a frame without an origin has no address of its own
    }
    const told = app.walks.map((w) => app.describe(w).headline);
    host?.(told);
    player.draw();
    live.textContent = told.join("; ");
  };
  addEventListener("hashchange", () => visited());
  mode.addEventListener("change", () => app.change(() => {}));
  new ResizeObserver(() => app.change(() => {})).observe(find("picture"));
  paint();
  if (story && !/[#&]m=/.test(location.hash)) story.go(app.state.scene);
}

try {
  main();
} catch (error) {
  document.getElementById("trouble").textContent = String(error);
  throw error;
}
