// A field for a formula, and beside it what is wrong with what is typed.
import { html, input, set } from "./dom.js";
import { Unread } from "./formula.js";
import { phrased } from "./words.js";

// take(text) is told what is typed, and throws Unread where it cannot be read; current() is what is shown instead.
export function makeField(app, take, current) {
  const told = html("p", { class: "error", role: "alert" });
  const field = input({
    class: "loss",
    maxlength: 4000,
    oninput: () => {
      try {
        take(field.value);
        trouble(null);
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        trouble(error);
      }
    },
    onchange: () => field.getAttribute("aria-invalid") && write(),
  });
  const trouble = (error) => {
    set(field, { "aria-invalid": error ? "true" : null });
    if (!error) return told.replaceChildren();
    const { start, end, phrase } = error;
    const text = field.value;
    const place = html(
      "span",
      { class: "place" },
      text.slice(Math.max(0, start - 30), start),
      html("mark", {}, text.slice(start, end) || " "),
      text.slice(end, end + 30),
    );
    return told.replaceChildren(place, ` ${phrased(app.words, phrase)}`);
  };
  const write = () => {
    field.value = current();
    trouble(null);
  };
  return { field, told, write };
}
