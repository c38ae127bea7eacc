// The page as a widget of a notebook, in its frame: what its reader chooses becomes the model's, and the other way.
const NAMES = ["start", "methods", "steps", "letters", "typed", "verdicts"];

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.setAttribute("title", "symopt explore");
  frame.setAttribute("style", `width: 100%; height: ${model.get("height")}px; border: 0`);
  frame.srcdoc = model.get("html");
  let greeted = false;
  const hear = ({ source, data }) => {
    if (source !== frame.contentWindow || typeof data?.symopt !== "object") return;
    if (!greeted) return tell(Object.fromEntries(NAMES.map((name) => [name, model.get(name)]))); // Python's choice first
    for (const name of NAMES) model.set(name, data.symopt[name]);
    model.save_changes();
  };
  const tell = (symopt) => {
    greeted = true;
    frame.contentWindow?.postMessage({ symopt }, "*");
  };
  const told = NAMES.filter((name) => name !== "verdicts").map((name) => [
    `change:${name}`,
    () => greeted && tell({ [name]: model.get(name) }),
  ]);
  for (const [event, action] of told) model.on(event, action);
  addEventListener("message", hear);
  el.append(frame);
  return () => {
    removeEventListener("message", hear);
    for (const [event, action] of told) model.off(event, action);
  };
}

export default { render };
