// The head of a change: its label, and what can be done with it.

import { button, icon, make } from "./dom.js";
import { ACCEPTED, UNDONE } from "./changes.js";
import { kindOf, nameOf } from "./labels.js";

const STATUS = { open: "", accepted: "accepted", undone: "undone" };

/** @param {import("./changes.js").Change} change */
export function changeHead(change, look, actions) {
  const kind = kindOf(change);
  const status = STATUS[change.status];
  return make("div", { class: "change-head" },
    make("span", { class: "tag", id: `tag-${change.id}` }, icon(kind), nameOf(kind),
      status && make("span", { class: "status" }, `, ${status}`)),
    !look.working && tools(change, look, actions));
}

function tools(change, look, actions) {
  const { id } = change;
  const hidden = { shown: false };
  const undone = change.status === UNDONE;
  const named = (words) => `${words}: ${nameOf(kindOf(change))}`;
  const tool = (name, words, symbol, act, more = {}) =>
    button(words, symbol, act, { ...hidden, "data-focus": name, "aria-label": named(words), ...more });
  const deletion = change.op === "delete";
  const others = change.alternatives.length;
  return make("div", { class: "tools", role: "group", "aria-label": "What to do with this change" },
    tool("accept", undone ? "Put it back" : "Accept", undone ? "redo" : "check",
      () => actions.accept(id), { "aria-pressed": undone ? null : String(change.status === ACCEPTED) }),
    !undone && tool("undo", "Undo", "undo", () => actions.undo(id)),
    !undone && !deletion && tool("edit", "Edit", "edit", () => actions.edit(id)),
    !deletion && make("button", {
      type: "button", class: "others", "data-focus": "others", "aria-expanded": String(look.choosing),
      "aria-controls": `wordings-${id}`, title: "Other wordings",
      "aria-label": named(others ? `${others} other wordings` : "Other wordings"),
      onclick: () => actions.choose(id),
    }, icon("wordings"), others ? make("span", { "aria-hidden": "true" }, others) : null));
}
