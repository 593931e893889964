// Editing one sentence by hand.

import { make } from "./dom.js";

let numbers = 0;

/** @param {string} text @param {string} id Of the change, or of the sentence with a note. */
export function editor(text, id, actions) {
  const name = `edit-${(numbers += 1)}`;
  const field = make("textarea", { id: name, class: "text", rows: 2, "data-focus": "field" });
  field.value = text;
  const keep = () => actions.write(id, field.value);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") actions.edit(null, id);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) keep();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  queueMicrotask(() => {
    field.focus();
    field.setSelectionRange(text.length, text.length);
  });
  return make("div", { class: "editor" },
    make("label", { class: "heard", for: name }, "Your own wording"), field,
    make("div", { class: "note-do" },
      make("button", { type: "button", class: "small-primary", onclick: keep }, "Use this wording"),
      make("button", { type: "button", onclick: () => actions.edit(null, id) }, "Leave it")));
}
