// The line above the letter: how many changes of each kind, a filter by kind, and all at once.

import { button, count, find, icon, make } from "./dom.js";
import { ACCEPTED, UNDONE, standing } from "./changes.js";
import { KINDS, kindOf, nameOf } from "./labels.js";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function showSummary(store, actions, history) {
  const all = find("#all");
  const acceptAll = button("Accept all", "check", () => actions.acceptAll());
  const undoAll = button("Undo all", "undo", () => actions.undoAll());
  const takeBack = button("Take back (Ctrl+Z)", "undo", () => actions.takeBack(), { shown: false });
  const doAgain = button("Do again (Ctrl+Shift+Z)", "redo", () => actions.doAgain(), { shown: false });
  all.append(acceptAll, undoAll, takeBack, doAgain);
  store.listen((state, before) => {
    const { changes, filter, run } = state;
    const done = run?.phase === "done";
    find("#bar").hidden = !changes.length;
    all.hidden = !done;
    disable(acceptAll, changes.every(({ status }) => status === ACCEPTED));
    disable(undoAll, changes.every(({ status }) => status === UNDONE));
    disable(takeBack, !history.canUndo);
    disable(doAgain, !history.canRedo);
    if (changes !== before.changes || filter !== before.filter) showKinds(store, changes, filter);
  });
}

const countKind = (kind, number) =>
  kind === "delete" ? count(number, nameOf(kind)) : `${number} ${nameOf(kind)}`;

/** A button that can't be used now keeps its place and the focus, and says so. */
const disable = (element, yes) => {
  element.setAttribute("aria-disabled", String(yes));
};

function showKinds(store, changes, filter) {
  const summary = find("#summary");
  const focused = document.activeElement?.dataset.kind;
  const counted = KINDS.map((kind) => [kind, changes.filter((c) => kindOf(c) === kind)]).filter(([, c]) => c.length);
  const chip = (kind, words, symbol) => make("button", {
    type: "button", class: `chip ${kind}`, "data-kind": kind,
    "aria-pressed": String(filter === (kind === "every" ? null : kind)),
    onclick: () => store.set({ filter: kind === "every" || filter === kind ? null : kind }),
  }, symbol && icon(symbol), words);
  const applied = standing(changes).length;
  const total = applied === changes.length
    ? count(changes.length, "change")
    : `${applied} of ${count(changes.length, "change")}`;
  summary.replaceChildren(
    chip("every", total),
    ...counted.map(([kind, some]) => chip(kind, countKind(kind, some.length), kind)),
  );
  if (focused) summary.querySelector(`[data-kind="${focused}"]`)?.focus();
}
