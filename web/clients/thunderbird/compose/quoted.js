// What the customer wrote, out of an HTML mail. What stands quoted in it is older and left out.

(() => {
  const LINES = new Set("address blockquote br dd div dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul".split(" "));
  const APART = new Set("blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul".split(" "));
  const UNSEEN = "script, style, title, head, template, svg, math, object, [hidden]";
  const MOST = 20_000;

  /** The customer's message, or null where nothing is quoted; as much of it as the server takes. */
  function readQuoted(body) {
    const quotes = [...body.querySelectorAll("*")].filter((element) =>
      drafting.partOf(element) === "quote" && !isInQuote(element.parentElement));
    return cutMessage(quotes.map(readText).filter(Boolean).join("\n\n"));
  }

  const cutMessage = (text) => drafting.points(text).slice(0, MOST).join("") || null;

  const isInQuote = (element) =>
    element !== null && (drafting.partOf(element) === "quote" || isInQuote(element.parentElement));

  function readText(quote) {
    let text = "";
    const end = (lines) => {
      text = text.replace(/[ \t]+$/, "");
      while (text && !text.endsWith("\n".repeat(lines))) text += "\n";
    };
    const walk = (node, isPre) => {
      for (const child of node.childNodes) {
        if (child.nodeType === 3) text += isPre ? child.data : fold(child.data, text);
        if (child.nodeType !== 1 || child.matches(UNSEEN) || drafting.partOf(child)) continue;
        const name = child.localName;
        if (name === "br") text += "\n";
        else if (LINES.has(name)) end(APART.has(name) ? 2 : 1);
        walk(child, isPre || keepsSpace(child));
        if (name !== "br" && LINES.has(name)) end(APART.has(name) ? 2 : 1);
      }
    };
    walk(quote, keepsSpace(quote));
    return text.replace(/[ \t]+$/gm, "").trim();
  }

  const keepsSpace = (element) => element.localName === "pre" || /^pre/.test(element.style.whiteSpace);

  const fold = (data, before) => {
    const folded = data.replace(/[ \t\r\n\f]+/g, " ");
    return /(^|\s)$/.test(before) ? folded.trimStart() : folded;
  };

  Object.assign(globalThis.drafting, { readQuoted, cutMessage });
})();
