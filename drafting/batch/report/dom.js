// Making elements. Texts become text nodes, so nothing that a person wrote is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

const find = (selector) => document.querySelector(selector);

/** Make an element; properties that begin with "on" are listeners, null and false leave one out. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter(isShown));
  return element;
}

/** `condition && child` and missing children leave nothing behind; a 0 is a child. */
const isShown = (child) => child !== null && child !== undefined && child !== false && child !== "";

/** One of the symbols that stand in the page. */
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

const NUMBERS = new Intl.NumberFormat("en");

/** "1 change", "2 changes". */
const count = (number, one, many = `${one}s`) => `${NUMBERS.format(number)} ${number === 1 ? one : many}`;

