// HTML from the server, and HTML made from text. Nothing is parsed in the page itself, so nothing in
// it loads or runs before it has been looked at.

const REMOTE = /^https?:/i;
const HELD = "data-held-src";

/** @param {string} text */
const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Text as HTML: empty lines part paragraphs, other line ends stay line ends. */
export function fromText(text) {
  const paragraphs = escape(text).replaceAll("\r\n", "\n").split(/\n{2,}/).filter((p) => p.trim());
  return paragraphs.map((p) => `<p>${p.replace(/^\n|\n$/g, "").replaceAll("\n", "<br>")}</p>`).join("\n");
}

/** Keep pictures from other servers from loading: their owners would see that a mail is read. */
export function holdPictures(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  let held = 0;
  for (const picture of body.querySelectorAll("img")) {
    if (!REMOTE.test(picture.getAttribute("src") ?? "")) continue;
    picture.setAttribute(HELD, picture.getAttribute("src"));
    picture.removeAttribute("src");
    held += 1;
  }
  return { html: body.innerHTML, held };
}

/** The HTML of an element with its pictures' addresses where they belong. */
export function takeHtml(element) {
  const copy = new DOMParser().parseFromString(element.innerHTML, "text/html").body;
  for (const picture of copy.querySelectorAll(`[${HELD}]`)) {
    picture.setAttribute("src", picture.getAttribute(HELD));
    picture.removeAttribute(HELD);
  }
  return copy.innerHTML;
}

export function showPictures(element) {
  for (const picture of element.querySelectorAll(`[${HELD}]`)) {
    picture.src = picture.getAttribute(HELD);
    picture.removeAttribute(HELD);
  }
}
