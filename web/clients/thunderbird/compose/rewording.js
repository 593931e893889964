// The changes of a reply, made in a copy of the mail's elements.
//
// Only words between tags are touched, so links, bold and styles stay. What replaces words stands where
// the first of them stood, and never slips into a link. The server does the same for mails that it
// gets, in drafting/mail/rewording.py.

(() => {
  const VERBATIM = "a[href], code, tt, kbd, samp, var";
  const BLOCK = "address, article, aside, blockquote, body, caption, center, dd, div, dl, dt, fieldset, figure, footer, "
    + "form, h1, h2, h3, h4, h5, h6, header, li, main, nav, ol, p, pre, section, table, td, th, tr, ul";
  const REMOVABLE = "p, div, li, dt, dd";

  /**
   * Change the copy of a mail's body so that it says what the reply says.
   * @throws {Unplaced} where it can't be done for sure; the copy is then of no use
   */
  function reword(body, applied) {
    new Rewording(body, applied).run();
    const said = drafting.readTyped(body).ink.map(({ char }) => char).join("");
    if (said !== inkOf(applied.reply_text)) throw new drafting.Unplaced();
  }

  const inkOf = (text) => drafting.points(text).filter(drafting.isInk).join("");
  const isIn = (node, selector) => (node.nodeType === 1 ? node : node.parentElement).closest(selector);

  class Rewording {
    constructor(body, applied) {
      this.body = body;
      this.applied = applied;
      this.draft = drafting.points(applied.draft_text);
      this.ink = drafting.readTyped(body).ink;
      this.emptied = new Set();
      /** For each place of the draft, how many letters stand before it. */
      this.before = [0];
      for (const point of this.draft) this.before.push(this.before.at(-1) + (drafting.isInk(point) ? 1 : 0));
      const said = this.ink.map(({ char }) => char).join("");
      if (said !== inkOf(applied.draft_text)) throw new drafting.Unplaced();
    }

    run() {
      const edits = this.applied.changes.flatMap((change) => this.plan(change));
      // From the end to the start, so that the places of what is still to be done stay right.
      edits.sort((one, other) => other.from - one.from || other.order - one.order);
      for (const { act } of edits) act();
      this.tidy();
    }

    /** @returns {{from: number, order: number, act: () => void}[]} */
    plan(change) {
      const [from, to] = change.draft_span;
      if (change.op === "insert") {
        const opens = change.id === "opening";
        return [{ from, order: opens ? 0 : 2, act: () => (opens ? this.open(change) : this.close(change)) }];
      }
      if (change.op === "delete") return [{ from, order: 1, act: () => this.remove(from, to) }];
      return runs(change).map((run) => ({ from: run.from, order: 1, act: () => this.replace(run) }));
    }

    /** Put an opening before the first sentence, or before the list that it is an item of. */
    open({ draft_span: [place], reply_span: [, end], after }) {
      const number = this.realAfter(place);
      const list = this.listAround(number);
      if (list) return list.before(this.paragraph(after));
      const apart = drafting.points(this.applied.reply_text)[end] === "\n";
      this.insert(this.ahead(number), apart ? [after, "br", "br"] : [`${after} `]);
    }

    /** Put a closing behind the last sentence, or behind the list that it is an item of. */
    close({ draft_span: [place], reply_span: [start], after }) {
      const number = this.realBefore(place);
      const list = this.listAround(number);
      if (list) return list.after(this.paragraph(after));
      const apart = drafting.points(this.applied.reply_text)[start - 1] === "\n";
      this.insert(this.behind(number), apart ? ["br", "br", after] : [` ${after}`]);
    }

    /** Take a sentence out, and the space on one side of it; with nothing left, its block goes too. */
    remove(from, to) {
      const [first, last] = [this.before[from], this.before[to] - 1];
      if (last < first) return;
      const range = this.rangeOf(first, last);
      const [hasBefore, hasAfter] = [this.shareBlock(first - 1, first), this.shareBlock(last, last + 1)];
      const [lineBefore, lineAfter] = [this.gapBefore(from).includes("\n"), this.gapAfter(to).includes("\n")];
      if (hasAfter && (!lineAfter || lineBefore || !hasBefore)) range.setEnd(...this.startOf(last + 1));
      else if (hasBefore) range.setStart(...this.endOf(first - 1));
      this.cut(range, this.ink[first].node, this.ink[last].node);
    }

    /** Put words in the place of others, or between others. */
    replace({ from, to, text }) {
      const [first, last] = [this.before[from], this.before[to] - 1];
      if (last < first) {
        if (!text.trim()) return;
        const follows = from > 0 && drafting.isInk(this.draft[from - 1]);
        this.insert(follows ? this.behind(this.before[from] - 1) : this.ahead(this.before[from]), [text]);
        return;
      }
      const space = { before: !drafting.isInk(this.draft[from]), after: !drafting.isInk(this.draft[to - 1]) };
      // The space behind comes first: it is the later one.
      if (space.after && this.shareBlock(last, last + 1)) this.cut(this.rangeBetween(last, last + 1));
      const { node, at } = this.ink[first];
      const range = this.rangeOf(first, last);
      if (node.nodeType === 3) {
        this.cut(range, this.ink[last].node);
        node.insertData(at, text);
      } else {
        throw new drafting.Unplaced();
      }
      if (space.before && this.shareBlock(first - 1, first)) this.cut(this.rangeBetween(first - 1, first));
      if (!text) this.emptied.add(node);
    }

    // Places

    /** The number of the first letter from a place of the draft on that isn't a list's marker. */
    realAfter(place) {
      for (let n = this.before[place]; n < this.ink.length; n += 1) if (this.ink[n].node) return n;
      throw new drafting.Unplaced();
    }

    realBefore(place) {
      for (let n = this.before[place] - 1; n >= 0; n -= 1) if (this.ink[n].node) return n;
      throw new drafting.Unplaced();
    }

    /** Where a letter starts, and where it ends, as a range takes it. */
    startOf(number) {
      const { node, at } = this.letter(number);
      return node.nodeType === 3 ? [node, at] : [node.parentNode, indexOf(node)];
    }

    endOf(number) {
      const { node, at, char } = this.letter(number);
      return node.nodeType === 3 ? [node, at + char.length] : [node.parentNode, indexOf(node) + 1];
    }

    letter(number) {
      const letter = this.ink[number];
      if (!letter?.node) throw new drafting.Unplaced();
      return letter;
    }

    rangeOf(first, last) {
      const range = this.body.ownerDocument.createRange();
      range.setStart(...this.startOf(first));
      range.setEnd(...this.endOf(last));
      return range;
    }

    rangeBetween(one, other) {
      const range = this.body.ownerDocument.createRange();
      range.setStart(...this.endOf(one));
      range.setEnd(...this.startOf(other));
      return range;
    }

    shareBlock(one, other) {
      const [a, b] = [this.ink[one], this.ink[other]];
      return Boolean(a?.node && b?.node) && a.part === b.part && isIn(a.node, BLOCK) === isIn(b.node, BLOCK);
    }

    gapBefore(place) {
      let start = place;
      while (start > 0 && !drafting.isInk(this.draft[start - 1])) start -= 1;
      return this.draft.slice(start, place);
    }

    gapAfter(place) {
      let end = place;
      while (end < this.draft.length && !drafting.isInk(this.draft[end])) end += 1;
      return this.draft.slice(place, end);
    }

    listAround(number) {
      let found = null;
      for (let at = this.ink[number].node.parentElement; at && at !== this.body; at = at.parentElement) {
        if (/^(ol|ul|dl)$/.test(at.localName)) found = at;
      }
      return found;
    }

    /** Where something goes that is to stand before a letter: outside of its link, and of what is bold. */
    ahead(number) {
      const { node, at } = this.letter(number);
      const outer = this.climb(node, (around) => this.firstIn(around) === number);
      if (outer) return { outer, behind: false };
      return node.nodeType === 3 ? { node, at } : { outer: node, behind: false };
    }

    behind(number) {
      const { node, at, char } = this.letter(number);
      const outer = this.climb(node, (around) => this.lastIn(around) === number);
      if (outer) return { outer, behind: true };
      return node.nodeType === 3 ? { node, at: at + char.length } : { outer: node, behind: true };
    }

    /** The outermost inline element at whose edge a letter is, but none that holds all of its block. */
    climb(node, isAtEdge) {
      let found = null;
      for (let at = node.parentElement; at && at !== this.body && !at.matches(BLOCK); at = at.parentElement) {
        if (!isAtEdge(at)) break;
        const isLink = at.matches(VERBATIM);
        if (isLink || inkOf(at.textContent) !== inkOf(isIn(at.parentElement, BLOCK)?.textContent ?? "")) found = at;
      }
      return found;
    }

    firstIn(element) {
      return this.ink.findIndex(({ node }) => node && element.contains(node));
    }

    lastIn(element) {
      return this.ink.findLastIndex(({ node }) => node && element.contains(node));
    }

    // Changing

    paragraph(text) {
      const paragraph = this.body.ownerDocument.createElement("p");
      paragraph.append(text);
      return paragraph;
    }

    /** @param {string[]} pieces  texts, and "br" for a line's end */
    insert({ outer, behind, node, at }, pieces) {
      const document = this.body.ownerDocument;
      const nodes = pieces.map((piece) => (piece === "br" ? document.createElement("br") : document.createTextNode(piece)));
      if (outer) return behind ? outer.after(...nodes) : outer.before(...nodes);
      if (nodes.length === 1) return node.insertData(at, pieces[0]);
      const rest = node.splitText(at);
      rest.before(...nodes);
      // The letters behind were dealt with before: only places in front are still asked for.
    }

    /** Delete a range, and remember what may be empty now. */
    cut(range, ...nodes) {
      for (const node of [range.startContainer, range.endContainer, ...nodes]) this.emptied.add(node);
      range.deleteContents();
    }

    /** Take out inline elements and blocks that have lost all they had. */
    tidy() {
      for (const node of this.emptied) {
        let at = node.nodeType === 3 ? node.parentElement : node;
        if (node.nodeType === 3 && !node.data) node.remove();
        while (at && at !== this.body && this.body.contains(at) && isEmpty(at) && mayGo(at)) {
          const { parentElement } = at;
          at.remove();
          at = parentElement;
        }
      }
    }
  }

  const isEmpty = (element) => !inkOf(element.textContent) && !element.querySelector("img, hr, table");

  const mayGo = (element) => !element.matches(BLOCK) || element.matches(REMOVABLE)
    || (/^(ol|ul|dl)$/.test(element.localName) && !element.children.length);

  const indexOf = (node) => [...node.parentNode.childNodes].indexOf(node);

  /** The words of a change that are replaced, each with its place in the draft. */
  function runs({ draft_span: [start, end], words, before, after }) {
    const has = (mark) => words.filter(([each]) => each !== mark).map(([, text]) => text).join("");
    if (has("+") !== before || has("-") !== after) return [{ from: start, to: end, text: after }];
    const found = [];
    let [at, old, fresh] = [start, "", ""];
    const flush = () => {
      if (old !== fresh) found.push(cutEven(at - drafting.points(old).length, old, fresh));
      [old, fresh] = ["", ""];
    };
    for (const [mark, text] of words) {
      if (mark === "=") flush();
      if (mark !== "+") at += drafting.points(text).length;
      if (mark === "-") old += text;
      if (mark === "+") fresh += text;
    }
    flush();
    return found;
  }

  /** Leave out the space that both sides have at their ends. */
  function cutEven(from, old, fresh) {
    let [low, high] = [0, 0];
    while (low < Math.min(old.length, fresh.length) && isSpace(old[low]) && isSpace(fresh[low])) low += 1;
    const rest = Math.min(old.length, fresh.length) - low;
    while (high < rest && isSpace(old.at(-1 - high)) && isSpace(fresh.at(-1 - high))) high += 1;
    const kept = drafting.points(old.slice(low, old.length - high)).length;
    return { from: from + low, to: from + low + kept, text: fresh.slice(low, fresh.length - high) };
  }

  const isSpace = (char) => /\s/.test(char);

  Object.assign(globalThis.drafting, { reword });
})();
