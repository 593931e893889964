// The formatted draft. What is pasted goes to the server first: only the clean HTML that comes back
// is put into the page.

import { apply } from "./api.js";
import { tell } from "./announce.js";
import { find } from "./dom.js";
import { holdPictures, takeHtml } from "./html.js";

/** @param {() => void} changed */
export function createRich(changed) {
  const element = find("#rich");
  let ranges = [];

  element.addEventListener("input", changed);
  element.addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html");
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    if (html) paste(html, text);
    else document.execCommand("insertText", false, text);
  });
  element.addEventListener("drop", (event) => event.preventDefault());

  /** A draft with no change applied is the draft itself, without all that isn't safe to show. */
  async function clean(html) {
    const { reply } = await apply({ draft: html, format: "html", changes: [] });
    return holdPictures(reply).html;
  }

  async function paste(html, text) {
    element.setAttribute("aria-busy", "true");
    try {
      const cleaned = await clean(html);
      element.focus();
      insertHtml(element, cleaned);
      changed();
    } catch (error) {
      document.execCommand("insertText", false, text);
      if (error.code !== "empty_draft") tell(error.message);
    } finally {
      element.removeAttribute("aria-busy");
    }
  }

  /** Put a draft in, through the server as well: a stored one is no safer than a pasted one. */
  async function fill(html) {
    element.replaceChildren();
    if (!html.trim()) return;
    try {
      element.innerHTML = await clean(html);
      changed();
    } catch (error) {
      element.textContent = new DOMParser().parseFromString(html, "text/html").body.textContent;
      tell(error.message);
    }
  }

  return {
    element,
    paste,
    fill,
    get value() {
      return takeHtml(element);
    },
    get text() {
      return element.innerText;
    },
    mark(findings) {
      ranges = findRanges(element, findings);
      paint(ranges, findings);
    },
    select(number) {
      element.focus();
      if (!ranges[number]) return;
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(ranges[number]);
    },
  };
}

const BLOCKS = "p, div, ul, ol, table, blockquote, pre, h1, h2, h3, h4, h5, h6, hr";

/** Put HTML where the caret is. (`insertHTML` of execCommand adds inline styles of its own.) */
function insertHtml(element, html) {
  const holder = document.createRange().createContextualFragment(html);
  const last = holder.lastChild;
  const selection = getSelection();
  const range = selection.rangeCount ? selection.getRangeAt(0) : null;
  if (!last) return;
  if (!range || !element.contains(range.commonAncestorContainer)) {
    element.append(holder);
  } else {
    range.deleteContents();
    const block = [...element.children].find((child) => child.contains(range.startContainer));
    // A list can't stand in a paragraph, so blocks go behind the one that the caret is in.
    if (!element.textContent.trim()) element.replaceChildren(holder);
    else if (block && holder.querySelector(BLOCKS)) block.after(holder);
    else range.insertNode(holder);
  }
  selection.setPosition(last, last.nodeType === Node.TEXT_NODE ? last.length : last.childNodes.length);
}

/** Where the findings' texts stand in an element, in order; null where one runs over an edge. */
function findRanges(element, findings) {
  const nodes = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  let [node, at] = [0, 0];
  return findings.map(({ text }) => {
    for (let n = node; text && n < nodes.length; n += 1) {
      const start = nodes[n].data.indexOf(text, n === node ? at : 0);
      if (start < 0) continue;
      const range = new Range();
      range.setStart(nodes[n], start);
      range.setEnd(nodes[n], start + text.length);
      [node, at] = [n, start + text.length];
      return range;
    }
    return null;
  });
}

/** Paint ranges without touching the draft; a browser that can't still has the list. */
function paint(ranges, findings) {
  if (!CSS.highlights) return;
  CSS.highlights.clear();
  ranges.forEach((range, number) => {
    if (!range) return;
    const { label } = findings[number];
    CSS.highlights.set(label, (CSS.highlights.get(label) ?? new Highlight()).add(range));
  });
}
