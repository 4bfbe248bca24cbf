// Elements are made here alone. Text becomes a text node and never markup: labels, file names and
// messages come from outside.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (true: present, false or undefined: absent) and children. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same, of SVG. */
export function drawing(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== undefined) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** A button that does something. */
export function button(text, act, attributes = {}) {
  const node = element("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", act);
  return node;
}

/** The element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}
