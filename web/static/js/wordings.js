// The other wordings of a change, to choose from, and more of them on request; and what the model
// suggests for a sentence that is kept.

import { button, make } from "./dom.js";

/** Nothing makes sure that a suggestion says the same, so it is for a person to take. */
export function suggestions({ suggestions: texts = [] }, id, actions) {
  if (!texts.length) return null;
  const choices = texts.map((text, number) =>
    make("li", {}, make("button", {
      type: "button", class: "wording", "data-focus": `suggestion-${number}`,
      "aria-describedby": `unsure-${id}`, onclick: () => actions.suggest(id, text),
    }, text)));
  return make("div", { class: "wordings unsure" },
    make("p", { class: "soft", id: `unsure-${id}` },
      "A suggestion that may not say quite the same. Read it before you take it:"),
    make("ul", { "aria-label": "Suggestions" }, choices));
}

/** @param {import("./changes.js").Change} change @param {string|null} busy */
export function wordings(change, busy, actions) {
  const { id, alternatives } = change;
  const choices = alternatives.map((text, number) =>
    make("li", {}, make("button", {
      type: "button", class: "wording", "data-focus": `wording-${number}`,
      onclick: () => actions.take(id, text),
    }, text)));
  return make("div", { class: "wordings", id: `wordings-${id}` },
    choices.length
      ? make("ul", { "aria-label": "Other wordings" }, choices)
      : make("p", { class: "soft" }, "There is no other wording yet that is certain to say the same."),
    button(busy ?? "Ask for new ones", "again", () => actions.reword(id), {
      class: "more", "data-focus": "more", "aria-busy": busy ? "true" : null,
      "aria-disabled": busy ? "true" : null,
    }));
}
