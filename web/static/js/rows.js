// The draft laid out from top to bottom: what is kept, what is changed, what has a note.
// The server does the same for a browser without JavaScript, in web/letter.py.

import { byId } from "./changes.js";
import { points } from "./text.js";

/**
 * @typedef {Object} Row
 * @property {string} key
 * @property {"kept"|"change"|"note"} kind
 * @property {string[]} text          of the draft, in code points, without the space around it
 * @property {number} at              where it begins in the draft, in code points
 * @property {string} marker          of the list item that it is, if it is one
 * @property {boolean} paragraph      whether a paragraph begins here
 * @property {import("./changes.js").Change} [change]
 * @property {any} [note]
 */

/** "- " or "2." at the start of the line that a sentence stands in. */
const MARKER = /(?<=^|\n)[ \t]*(?:[-*+\u2022\u2013]|\d{1,3}[.)])$/;

/** @returns {Row[]} */
export function layOut(draftText, changes, notes) {
  const draft = points(draftText);
  const placed = changes.map((change) => ({ span: change.draft_span, change }));
  for (const note of notes) {
    if (note.span && !byId(changes, `s${note.sentence}`)) placed.push({ span: note.span, note });
  }
  placed.sort((one, other) => one.span[0] - other.span[0]);
  const rows = [];
  let at = 0;
  let paragraph = true;
  let marker = "";
  const cut = (end) => {
    const gap = draft.slice(at, end);
    const first = gap.findIndex((point) => point.trim());
    if (first >= 0) {
      const last = gap.findLastIndex((point) => point.trim());
      const begins = paragraph || hasBreak(gap.slice(0, first));
      const whole = gap.slice(first, last + 1).join("");
      marker = end < draft.length ? MARKER.exec(whole)?.[0] ?? "" : "";
      const text = points(whole.slice(0, whole.length - marker.length).trimEnd());
      if (text.length) rows.push({ key: `at${at + first}`, kind: "kept", text, at: at + first, paragraph: begins });
      paragraph = text.length ? hasBreak(gap.slice(first + text.length)) : begins;
    } else {
      paragraph ||= hasBreak(gap);
    }
    at = end;
  };
  for (const { span: [start, end], change, note } of placed) {
    cut(Math.max(start, at));
    const kind = change ? "change" : "note";
    const key = change?.id ?? `s${note.sentence}`;
    rows.push({ key, kind, text: draft.slice(start, end), at: start, marker, paragraph, change, note });
    marker = "";
    paragraph = false;
    at = Math.max(at, end);
  }
  cut(draft.length);
  return rows;
}

const hasBreak = (gap) => gap.filter((point) => point === "\n").length > 1;
