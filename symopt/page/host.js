// The page's host, a widget of a notebook: it is told what the reader chooses, and changes what is chosen. It stands in
// pages of widgets: what it needs is handed to it.
export function makeHost(app, decode, spec) {
  const { data } = app;
  addEventListener("message", ({ source, data: message }) => {
    if (source !== parent || typeof message?.symopt !== "object") return;
    const { typed, start, methods, steps, letters } = message.symopt;
    try {
      if (typed !== undefined && (typed || null) !== app.state.text) app.type(typed || null);
    } catch {
      // a host's loss that cannot be read changes nothing, as one that is typed
    }
    const query = new URLSearchParams();
    for (const each of methods ?? []) query.append("m", each);
    if (start) query.append("s", start.join(","));
    if (steps) query.append("n", steps);
    for (const [name, value] of Object.entries(letters ?? {})) query.append("set", `${name}=${value}`);
    app.change((s) => {
      const { active, at, model, rates, basins, panel } = s; // an address without them says something too
      Object.assign(decode(`#${query}`, data, s), { at, model, rates, basins, panel });
      s.active = Math.min(active, s.methods.length - 1);
    });
  });
  return (verdicts) => {
    const { state } = app;
    const symopt = {
      start: [...state.start],
      methods: state.methods.map((chosen) => spec(chosen, data)),
      steps: state.steps,
      letters: Object.fromEntries(data.letters.map((letter, i) => [letter.name, state.letters[i]])),
      typed: state.text ?? "",
      verdicts,
    };
    parent.postMessage({ symopt }, "*");
  };
}
