// What turns a draft's text into its reply's, as small replacements; places count code points.
// The server does the same for mails, in drafting/mail/splices.py.

(() => {
  /** @typedef {{start: number, end: number, text: string}} Splice */

  /** @returns {Splice[]} */
  function findSplices({ draft_text, reply_text, changes }) {
    const draft = drafting.points(draft_text);
    const reply = drafting.points(reply_text);
    const splices = [];
    let [at, below] = [0, 0];
    for (const { draft_span: [start, end], reply_span: [low, high] } of inOrder(changes)) {
      if (start < at || low < below) return trim(draft, 0, draft.length, reply);
      splices.push(...trim(draft, at, start, reply.slice(below, low)), ...trim(draft, start, end, reply.slice(low, high)));
      [at, below] = [end, high];
    }
    splices.push(...trim(draft, at, draft.length, reply.slice(below)));
    return splices;
  }

  const inOrder = (changes) => changes.toSorted((one, other) =>
    one.draft_span[0] - other.draft_span[0] || one.draft_span[1] - other.draft_span[1]
    || one.reply_span[0] - other.reply_span[0]);

  /** The smallest splice that puts `fresh` at a place; none where it stands there. */
  function trim(draft, start, end, fresh) {
    const old = draft.slice(start, end);
    const shorter = Math.min(old.length, fresh.length);
    let head = 0;
    while (head < shorter && old[head] === fresh[head]) head += 1;
    let tail = 0;
    while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
    if (head + tail === old.length && old.length === fresh.length) return [];
    return [{ start: start + head, end: end - tail, text: fresh.slice(head, fresh.length - tail).join("") }];
  }

  /** A text with splices applied, all of which lie in it; they count from `from`. */
  function splice(points, splices, from = 0) {
    let [text, at] = ["", 0];
    for (const { start, end, text: fresh } of splices) {
      text += points.slice(at, start - from).join("") + fresh;
      at = end - from;
    }
    return text + points.slice(at).join("");
  }

  Object.assign(globalThis.drafting, { findSplices, inOrder, trim, splice });
})();
