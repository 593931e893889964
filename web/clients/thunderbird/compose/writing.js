// Writing into the mail as a person would: through the editor, so that its own undo holds it.
//
// What isn't typed is never selected, and afterwards everything is held against what it should be.

(() => {
  const { Unplaced, findUnits, join } = globalThis.drafting;

  /** What is in the mail: the draft as it is sent, and what the customer wrote. */
  function pick(isPlain) {
    const { body } = document;
    if (isPlain) {
      const { draft, quoted } = drafting.readTypedPlain(body);
      return { draft, format: "text", customer_message: quoted };
    }
    const { html, ink } = drafting.readTyped(body);
    return { draft: ink.length ? html : "", format: "html", customer_message: drafting.readQuoted(body) };
  }

  /**
   * Write the reply where the draft stands.
   * @param {string} draft   as it was picked: if another stands there now, nothing is written
   * @returns {string|null}  what went wrong, for the person; null where nothing did
   */
  function write(isPlain, draft, applied) {
    if (pick(isPlain).draft !== draft) {
      return "The draft has changed since. Rewrite it again to see what changes now.";
    }
    try {
      if (isPlain) writePlain(applied);
      else writeHtml(applied);
      return null;
    } catch (error) {
      if (error instanceof Unplaced) return error.message;
      throw error;
    }
  }

  // Plain text: one replacement for each run of lines between quotes.

  function writePlain(applied) {
    const { draft, segments } = drafting.readTypedPlain(document.body);
    if (draft !== applied.draft_text) throw new Unplaced();
    const splices = drafting.findSplices(applied);
    const wanted = segments.map(({ text, from, to }) => {
      const mine = splices.filter(({ start, end }) => start >= from && end <= to);
      return drafting.splice(drafting.points(text), mine, from);
    });
    if (wanted.join("\n\n") !== applied.reply_text) throw new Unplaced();
    const steps = segments.flatMap((segment, number) => replaceLines(segment, wanted[number])).reverse();
    const done = attempt(steps, () => drafting.readTypedPlain(document.body).draft === applied.reply_text);
    if (!done) throw new Unplaced();
  }

  /** The steps that make a segment say something else; none where it does already. */
  function replaceLines({ text, tokens }, wanted) {
    const old = drafting.points(text);
    return drafting.trim(old, 0, old.length, drafting.points(wanted)).map(({ start, end, text: fresh }) => () => {
      const range = document.createRange();
      range.setStart(...placeOf(tokens, start));
      range.setEnd(...placeOf(tokens, end));
      return replaceBy(range, fresh ? "insertText" : "delete", fresh);
    });
  }

  function placeOf(tokens, place) {
    const { node, at } = tokens[place] ?? {};
    if (node) return node.nodeType === 3 ? [node, at] : [node.parentNode, indexOf(node)];
    const last = tokens[place - 1];
    if (!last?.node) throw new Unplaced();
    return last.node.nodeType === 3
      ? [last.node, last.at + last.char.length]
      : [last.node.parentNode, indexOf(last.node) + 1];
  }

  // HTML: what differs from a copy in which the changes were made.

  function writeHtml(applied) {
    const { body } = document;
    const goal = shape(makeCopy(applied).copy);
    // All at once, so that one undo takes it back; where the editor makes something else of that, block by block.
    for (const gather of [join, (units) => units]) {
      const { copy, twins } = makeCopy(applied);
      const units = gather(findUnits(body, copy, twins), body);
      const done = attempt(units.reverse().map((unit) => () => putUnit(unit)), () => shape(body) === goal);
      if (done) return;
    }
    throw new Unplaced();
  }

  /** A copy of the mail with the changes made, and which of its nodes stands for which of the mail. */
  function makeCopy(applied) {
    const copy = document.body.cloneNode(true);
    const twins = new Map(pairs(copy, document.body));
    drafting.reword(copy, applied);
    return { copy, twins };
  }

  function* pairs(copy, original) {
    yield [copy, original];
    for (let n = 0; n < copy.childNodes.length; n += 1) yield* pairs(copy.childNodes[n], original.childNodes[n]);
  }

  function putUnit({ parent, old, next, fresh }) {
    const range = document.createRange();
    if (old.length) {
      range.setStartBefore(old[0]);
      range.setEndAfter(old.at(-1));
    } else {
      range.setStart(parent, next ? indexOf(next) : parent.childNodes.length);
    }
    const holder = document.createElement("div");
    holder.append(...fresh.map((node) => node.cloneNode(true)));
    return replaceBy(range, fresh.length ? "insertHTML" : "delete", holder.innerHTML);
  }

  const EDGES = new RegExp(` ?(<(?:/?(?:${drafting.BLOCKS})\\b[^>]*|br)>) ?`, "g");
  /** A line's end right before a block's edge isn't seen: editors put it in and take it out. */
  const LAST_BREAK = new RegExp(`<br>(?=$|</?(?:${drafting.BLOCKS})\\b)`, "g");

  /** A mail's elements and texts, however the editor spells white space and empty last lines. */
  function shape(body) {
    return body.innerHTML.replace(/(?:\s|&nbsp;)+/g, " ").replace(EDGES, "$1").replace(LAST_BREAK, "");
  }

  // The editor

  const indexOf = (node) => [...node.parentNode.childNodes].indexOf(node);

  /** Tell whether the editor has done it. */
  function replaceBy(range, command, value) {
    const selection = document.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand(command, false, value);
  }

  /** Take steps, and tell whether they led to what was meant; where not, all of them are taken back. */
  function attempt(steps, isDone) {
    let taken = 0;
    const isTaken = steps.every((step) => step() && (taken += 1));
    if (isTaken && isDone()) return true;
    for (; taken > 0; taken -= 1) document.execCommand("undo");
    return false;
  }

  Object.assign(globalThis.drafting, { pick, write });
})();
