// Marks under the words of a text field: a copy of its text behind it, of which only the marks show.

import { find, make } from "./dom.js";
import { points } from "./text.js";

/** @param {{span: [number, number], label: string, number: number}[]} findings */
export function showMarks(text, findings) {
  const letters = points(text);
  const parts = [];
  let at = 0;
  findings.forEach(({ span: [start, end], label, number }) => {
    if (end <= start || start < at) return;
    parts.push(letters.slice(at, start).join(""));
    parts.push(make("mark", { class: label, "data-number": number }, letters.slice(start, end).join("")));
    at = end;
  });
  // A last line without text has no height of its own.
  parts.push(`${letters.slice(at).join("")}\u200b`);
  find("#mirror").replaceChildren(...parts);
}

/** The mark at a place of the window, and its number. */
export function findMark(x, y) {
  for (const mark of find("#mirror").querySelectorAll("mark")) {
    for (const box of mark.getClientRects()) {
      const inside = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
      if (inside) return { box, number: Number(mark.dataset.number) };
    }
  }
  return null;
}

export function lightMark(number) {
  for (const mark of find("#mirror").querySelectorAll("mark")) {
    mark.classList.toggle("current", Number(mark.dataset.number) === number);
  }
}
