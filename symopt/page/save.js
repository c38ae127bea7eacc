// The picture as a file: the same elements with their styles written into them, and what they show above.
import { svg, set } from "./dom.js";

const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-opacity",
  "opacity",
  "vector-effect",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "display",
  "image-rendering",
  "paint-order",
];

export function picture(app, original) {
  const copy = original.cloneNode(true);
  const [from, to] = [original, copy].map((root) => [...root.querySelectorAll("*")]);
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) to[i].setAttribute(name, value.replace(/url\(["']?[^#]*(#[^"')]*)["']?\)/, "url($1)"));
    }
    ["class", "tabindex", "role"].forEach((name) => to[i].removeAttribute(name));
  });
  copy.querySelectorAll('[display="none"]').forEach((element) => element.remove());
  const width = Number(original.getAttribute("width"));
  const height = Number(original.getAttribute("height"));
  const lines = [[`f(${app.data.names.join(", ")}) = ${app.data.written}`, "--ink"]];
  app.walks.forEach((w, i) => lines.push([`${app.problem(i).method.name}: ${app.describe(w).headline}`, `--m${i}`]));
  const top = 22 * lines.length + 10;
  const style = getComputedStyle(document.documentElement);
  set(copy, {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 ${-top} ${width} ${height + top}`,
    height: height + top,
    class: null,
  });
  copy.prepend(svg("rect", { y: -top, width, height: height + top, fill: style.getPropertyValue("--paper") }));
  lines.forEach(([text, colour], i) =>
    copy.append(
      svg(
        "text",
        {
          x: 14,
          y: 22 * i - top + 24,
          "font-family": "sans-serif",
          "font-size": i ? 13 : 15,
          fill: style.getPropertyValue(colour),
        },
        text,
      ),
    ),
  );
  return { text: new XMLSerializer().serializeToString(copy), width, height: height + top };
}

export function saveSvg(app, original) {
  download(new Blob([picture(app, original).text], { type: "image/svg+xml" }), "descent.svg");
}

export function savePng(app, original) {
  const { text, width, height } = picture(app, original);
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => download(blob, "descent.png"));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// To the clipboard; false where it is closed, and then the text stands selected in `field` for the reader's own copy.
export async function copyText(text, field) {
  set(field, { hidden: true });
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    set(field, { hidden: false });
    field.value = text;
    field.focus();
    field.select();
    const done = document.execCommand("copy");
    set(field, { hidden: done });
    return done;
  }
}
