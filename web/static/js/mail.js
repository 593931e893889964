// The reply as a file or for a mail program, made here in the browser.

const LONGEST_LINK = 1900;
const BOUNDARY = "=_drafting_reply";

/**
 * A message as in RFC 5322 that mail programs open as a draft. Who sends it isn't known here, and a
 * `From` must be: an empty group says so (RFC 6854). Base64 keeps every character and short lines.
 * @param {string} text
 * @param {string|null} html
 * @param {Date} now
 */
export function writeMail(text, html, now = new Date()) {
  const head = [
    "From: Unsent draft:;",
    `Date: ${now.toUTCString().replace("GMT", "+0000")}`,
    "X-Unsent: 1",
    "MIME-Version: 1.0",
  ];
  if (html === null) return lines([...head, ...part("plain", text)]);
  return lines([
    ...head, `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`, "",
    `--${BOUNDARY}`, ...part("plain", text),
    `--${BOUNDARY}`, ...part("html", html),
    `--${BOUNDARY}--`, "",
  ]);
}

const lines = (all) => all.join("\r\n");
const withCrlf = (text) => text.replace(/\r\n|\r|\n/g, "\r\n");

function part(subtype, content) {
  const bytes = new TextEncoder().encode(withCrlf(content));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return [
    `Content-Type: text/${subtype}; charset=utf-8`,
    "Content-Transfer-Encoding: base64", "",
    ...(base64.match(/.{1,76}/g) ?? [""]), "",
  ];
}

/** A link that opens a mail program; null where most of them would cut it off. */
export function mailLink(text) {
  const link = `mailto:?body=${encodeURIComponent(withCrlf(text))}`;
  return link.length > LONGEST_LINK ? null : link;
}

/** Let the browser save a file. */
export function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
