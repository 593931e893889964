// What was typed in an HTML mail: as small HTML for the server, and where each letter of it stands.
//
// Only text and its blocks are sent. Addresses of links and pictures stay here: that something is a
// link or a picture is all that the server needs to keep it.

(() => {
  const UNSEEN = "script, style, title, template, svg, math, object, embed, iframe, audio, video, canvas, map, select, "
    + "textarea, input, button, [hidden]";
  const SENT = new Set("p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre table caption thead tbody tfoot tr td th".split(" "));
  const OTHER_BLOCKS = new Set(
    "address article aside center details fieldset figcaption figure footer form header main nav section summary".split(" "));
  const CODE = new Set("code tt kbd samp var".split(" "));

  /**
   * @typedef {Object} Ink      a code point that is seen
   * @property {string} char
   * @property {Node|null} node   the text node or picture that it stands in; null for a list's marker
   * @property {number} at        where in the text node, in UTF-16 units
   * @property {number} part      how many things that stay stand before it
   */

  /** @returns {{html: string, ink: Ink[]}} */
  function readTyped(body) {
    const ink = [];
    let part = 0;
    const put = (text, node, at = () => 0) => {
      let unit = 0;
      for (const char of text) {
        if (drafting.isInk(char)) ink.push({ char, node, at: at(unit), part });
        unit += char.length;
      }
    };
    const inside = (element, lists) => [...element.childNodes].map((child) => write(child, lists)).join("");
    const around = (name, element, lists, attributes = "") =>
      `<${name}${attributes}>${inside(element, lists)}</${name}>`;

    function write(node, lists) {
      if (node.nodeType === 3) {
        put(node.data, node, (unit) => unit);
        return escape(node.data);
      }
      if (node.nodeType !== 1 || node.matches(UNSEEN) || isHidden(node)) return "";
      const name = node.localName;
      // A quote that a person made by hand is nobody's message, and stays as it is.
      if (drafting.partOf(node) || name === "blockquote" || name === "hr") {
        part += 1;
        return "<p></p>";
      }
      if (name === "br") return "<br>";
      if (name === "img") {
        put("[image]", node);
        return '<img src="cid:picture">';
      }
      if (name === "a") return node.hasAttribute("href") ? around("a", node, lists, ' href="#"') : inside(node, lists);
      if (CODE.has(name)) return around("code", node, lists);
      if (name === "li") return writeItem(node, lists);
      if (name === "ol" || name === "ul") return writeList(node, lists);
      if (SENT.has(name)) return around(name, node, lists);
      return OTHER_BLOCKS.has(name) ? around("div", node, lists) : inside(node, lists);
    }

    function writeList(list, lists) {
      const start = list.localName === "ol" ? number(list.getAttribute("start")) ?? 1 : null;
      const attributes = start === null || start === 1 ? "" : ` start="${start}"`;
      return around(list.localName, list, [...lists, { next: start }], attributes);
    }

    function writeItem(item, lists) {
      const list = lists.at(-1);
      const value = number(item.getAttribute("value"));
      if (list?.next != null) {
        list.next = value ?? list.next;
        put(`${list.next}.`, null);
        list.next += 1;
      } else {
        put("-", null);
      }
      return around("li", item, lists, value === null ? "" : ` value="${value}"`);
    }

    return { html: inside(body, []), ink };
  }

  const number = (text) => (/^\d{1,4}$/.test(text ?? "") ? Number(text) : null);

  const isHidden = (element) => element.style?.display === "none" || element.style?.visibility === "hidden";

  /** The editor has hard spaces where it wants to keep them from folding; a person means spaces. */
  const escape = (text) => text.replaceAll("\u00a0", " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  Object.assign(globalThis.drafting, { readTyped });
})();
