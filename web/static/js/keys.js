// Shortcuts. Single letters work only while the focus is in the review or the reply, and not in a field
// there: who speaks to the computer would set them off elsewhere (WCAG 2.1.4).

import { find } from "./dom.js";

const isWriting = (element) => element.matches?.("textarea, input, select, [contenteditable=true]");

/** @param {Record<string, any>} does */
export function listenToKeys(does) {
  document.addEventListener("keydown", (event) => {
    if (find("#help").open || event.defaultPrevented) return;
    const act = choose(event, does);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function choose(event, does) {
  const { key, shiftKey, altKey, target } = event;
  const command = event.ctrlKey || event.metaKey;
  if (command && key === "Enter") return does.rewrite;
  if (key === "Escape" && does.isWorking()) return does.cancel;
  if (isWriting(target) || altKey) return null;
  if (command && key.toLowerCase() === "z") return shiftKey ? does.doAgain : does.takeBack;
  if (command && key.toLowerCase() === "y") return does.doAgain;
  if (command || !target.closest?.("#review, #reply")) return null;
  if (key === "?") return does.help;
  if (!does.isReviewing()) return null;
  const letter = key.toLowerCase();
  if (letter === "j") return () => step(1);
  if (letter === "k") return () => step(-1);
  if (letter === "c") return does.copy;
  const id = target.closest?.("[data-change]")?.dataset.change;
  const onChange = { a: does.accept, u: does.toggle, e: does.edit, w: does.choose }[letter];
  return id && onChange ? () => onChange(id) : null;
}

/** Go to the next change, or the one before. */
function step(by) {
  const rows = [...document.querySelectorAll("#letter [data-change]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[next].focus();
}
