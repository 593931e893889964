// What was typed in a plain-text mail, line by line, where each letter of it stands, and what is quoted.
//
// A draft that was saved and opened again has lost its elements: there, marks at the lines' start tell.

(() => {
  const ATTRIBUTION = /(?=.*[\d@]).{1,300}:$/;

  /**
   * @typedef {Object} Token    a code point, or a line's end
   * @property {string} char
   * @property {Node|null} node   a text node or a `br`; null where a block ends a line by itself
   * @property {number} at        where in the text node, in UTF-16 units
   */

  /** @typedef {{text: string, tokens: Token[], from: number, to: number}} Segment  of the draft, in code points */

  /** @returns {{draft: string, segments: Segment[], quoted: string|null}} */
  function readTypedPlain(body) {
    const lines = markLines(readLines(body));
    const segments = [];
    let run = [];
    const end = () => {
      const segment = makeSegment(run);
      if (segment) segments.push(segment);
      run = [];
    };
    for (const line of lines) {
      if (line.part === null) run.push(line);
      else end();
    }
    end();
    let at = 0;
    for (const segment of segments) {
      segment.from = at;
      segment.to = at + segment.tokens.length;
      at = segment.to + 2;
    }
    return { draft: segments.map(({ text }) => text).join("\n\n"), segments, quoted: readQuotedLines(lines) };
  }

  /** What the customer wrote; what is quoted in it is older and left out. */
  function readQuotedLines(lines) {
    const quoted = lines.filter(({ part, text }) => part === "quote" && !/^> ?>/.test(text));
    return drafting.cutMessage(quoted.map(({ text }) => text.replace(/^> ?/, "").trimEnd()).join("\n").trim());
  }

  /** Lines with their tokens, the line's end with each; `part` says what a line's elements make it. */
  function readLines(body) {
    const lines = [];
    let tokens = [];
    const end = (part, token = null) => {
      if (token) tokens.push(token);
      if (tokens.length) lines.push({ part, tokens, text: tokens.map(({ char }) => char).join("").replace(/\n$/, "") });
      tokens = [];
    };
    const walk = (node, part) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) {
          let at = 0;
          for (const char of child.data) {
            if (char === "\n") end(part, { char, node: child, at });
            else tokens.push({ char, node: child, at });
            at += char.length;
          }
        } else if (child.nodeType === 1 && child.localName === "br") {
          end(part, { char: "\n", node: child, at: 0 });
        } else if (child.nodeType === 1) {
          const own = part ?? drafting.partOf(child);
          const isBlock = own !== part || child.localName === "div" || child.localName === "pre";
          if (isBlock && tokens.length) end(part, { char: "\n", node: null, at: 0 });
          walk(child, own);
          if (isBlock && tokens.length) end(own, { char: "\n", node: null, at: 0 });
        }
      }
    };
    walk(body, null);
    end(null);
    return lines;
  }

  function markLines(lines) {
    let signed = false;
    lines.forEach((line, place) => {
      if (line.part === null && line.text.startsWith(">")) line.part = "quote";
      if (line.part === "quote") signed = false;
      if (line.part === null && line.text === "-- ") signed = true;
      if (line.part === null && signed) line.part = "signature";
      if (line.part === "quote") markAttribution(lines, place);
    });
    return lines;
  }

  /** The line right above a quote says whom it is from; it may be broken in two. */
  function markAttribution(lines, place) {
    const [two, one] = lines.slice(Math.max(place - 2, 0), place);
    const last = one ?? two;
    if (!last || last.part !== null || !last.text.trimEnd().endsWith(":")) return;
    if (ATTRIBUTION.test(last.text.trimEnd())) last.part = "above";
    const isBroken = one && two.part === null && two.text.trim() && !/\d/.test(last.text)
      && ATTRIBUTION.test(`${two.text} ${last.text.trimEnd()}`);
    if (isBroken) one.part = two.part = "above";
  }

  /** Lines as a piece of the draft, without blank ones at the ends; null where nothing is left. */
  function makeSegment(lines) {
    const tokens = lines.flatMap((line) => line.tokens);
    const first = tokens.findIndex(({ char }) => char.trim());
    if (first < 0) return null;
    const last = tokens.findLastIndex(({ char }) => char.trim());
    const kept = tokens.slice(first, last + 1);
    return { text: kept.map(({ char }) => char).join(""), tokens: kept, from: 0, to: 0 };
  }

  Object.assign(globalThis.drafting, { readTypedPlain });
})();
