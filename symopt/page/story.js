// A story: scenes that set the page's state, each with a text, and a question whose answer is shown once it is given.
// It stands in pages that tell one: what it needs is handed to it.

export function makeStory(app, player, visit, html, set) {
  const { data } = app;
  const scenes = () => data.story[app.state.lang];
  const answered = new Map();
  const go = (k) => {
    if (app.state.text !== null) app.type(null);
    app.change((state) => {
      visit(state, `#${scenes()[k].state}`);
      state.scene = k;
      state.at = state.at ?? 0;
    });
    requestAnimationFrame(() => (asks() ? player.stop() : player.start()));
  };
  const asks = () => {
    const k = app.state.scene;
    return k !== null && scenes()[k].question !== "" && scenes()[k].hidden && !answered.has(k);
  };
  const button = (sign, by) => html("button", { type: "button", onclick: () => go(app.state.scene + by) }, sign);
  const [back, forth] = [button("‹", -1), button("›", 1)];
  const title = html("h2");
  const count = html("span", { class: "count" });
  const text = html("div", { class: "text", "aria-live": "polite" });
  const element = html("section", { class: "story" }, html("div", { class: "head" }, back, title, count, forth), text);
  let shown = "";
  const draw = () => {
    const k = app.state.scene;
    const key = JSON.stringify([k, app.state.lang, answered.get(k)]);
    document.body.classList.toggle("asking", asks());
    if (key === shown || k === null) return;
    shown = key;
    const { words } = app;
    const scene = scenes()[k];
    title.textContent = scene.title;
    count.textContent = `${k + 1} / ${scenes().length}`;
    set(element, { "aria-label": words.story });
    set(back, { "aria-label": words.before, disabled: k === 0 });
    set(forth, { "aria-label": words.next, disabled: k === scenes().length - 1 });
    const paragraphs = (list) => list.map((each) => html("p", {}, each));
    const made = paragraphs(scene.text);
    if (scene.question) {
      const chosen = answered.get(k);
      const choices = scene.choices.map(([choice, right], i) =>
        html(
          "button",
          {
            type: "button",
            class: chosen === undefined ? "choice" : `choice ${right ? "right" : i === chosen ? "wrong" : ""}`,
            "aria-pressed": String(chosen === i),
            onclick: () => {
              answered.set(k, i);
              app.change(() => {});
              if (scene.hidden) player.start();
            },
          },
          choice,
        ),
      );
      made.push(html("p", { class: "question" }, scene.question), html("div", { class: "choices" }, ...choices));
      if (chosen !== undefined)
        made.push(
          html("p", { class: "said" }, scene.choices[chosen][1] ? words.yes : words.no),
          ...paragraphs(scene.answer),
        );
    }
    text.replaceChildren(...made);
  };
  return { element, draw, go };
}
