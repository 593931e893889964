// Making elements. Texts become text nodes, so nothing that a person wrote is ever read as markup.

const SPRITE = document.querySelector('meta[name="icons"]').content;
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} selector @returns {any} */
export const find = (selector) => document.querySelector(selector);

/**
 * Make an element. Properties that begin with "on" are listeners; null and false leave one out.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...any} children
 */
export function make(tag, properties = {}, ...children) {
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

/** @param {string} name One of the symbols in icons.svg. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** A button with an icon; `shown` says whether its words are seen or only heard. */
export function button(words, symbol, onclick, { shown = true, ...properties } = {}) {
  const label = make("span", { class: shown ? null : "heard" }, words);
  const title = shown ? null : words;
  return make("button", { type: "button", title, onclick, ...properties }, icon(symbol), label);
}

/** "1 change", "2 changes". */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/**
 * Give `parent` these children, moving none that is already in place, so that focus stays.
 * @param {Element} parent
 * @param {Element[]} children
 */
export function arrange(parent, children) {
  for (const old of [...parent.children]) if (!children.includes(old)) old.remove();
  children.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}
