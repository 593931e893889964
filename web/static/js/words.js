// A sentence as it is shown: what was taken out, what was put in, and the facts with their lock.

import { icon, make } from "./dom.js";
import { cutAtFacts, points } from "./text.js";

const MARKS = { "-": "del", "+": "ins" };

/**
 * @param {string[]} text    in code points
 * @param {number} at        where it begins in what the facts' spans count in
 * @param {any[]} facts
 */
export function showText(text, at, facts) {
  return cutAtFacts(text, at, facts).map(({ text: run, fact, begins }) =>
    fact ? showFact(run, fact, begins) : document.createTextNode(run));
}

function showFact(text, fact, begins) {
  const title = `Kept as it is: ${fact.kind.replaceAll("_", " ")}`;
  return make("span", { class: begins ? "fact begins" : "fact", title }, begins ? icon("lock") : null, text);
}

/**
 * Show a change word by word; `marks` says what to show: the draft's side, the reply's, or both.
 * Facts are found by their place in the draft, and in what was put in by their place in the reply.
 * @param {import("./changes.js").Change} change
 * @param {"=-"|"=+"|"=-+"} marks
 */
export function showWords(change, facts, marks = "=-+") {
  let inDraft = change.draft_span[0];
  let inReply = change.reply_span[0];
  const shown = [];
  for (const [mark, words] of change.words) {
    const text = points(words);
    const nodes = mark === "+"
      ? showText(text, inReply, facts.map((fact) => ({ ...fact, span: fact.reply_span })))
      : showText(text, inDraft, facts.map((fact) => ({ ...fact, span: fact.draft_span })));
    if (mark !== "+") inDraft += text.length;
    if (mark !== "-") inReply += text.length;
    if (!marks.includes(mark)) continue;
    shown.push(...(MARKS[mark] ? [make(MARKS[mark], {}, nodes)] : nodes));
  }
  return shown;
}
