// Elements without markup: text only ever becomes text nodes and attributes.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  set(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value, { passive: false });
    else if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
  }
  return element;
}

export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// A field for a line of text.
export const input = (attributes) =>
  html("input", { type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", ...attributes });

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export const path = (name) => svg("path", { class: name });

export const button = (attributes, ...children) => html("button", { type: "button", ...attributes }, ...children);

// A text at a place of a picture, which it begins or ends at, or has in its middle.
export const word = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor }, text);
