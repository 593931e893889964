// What a compose window holds besides the reply: quoted mail, the line above it, the signature.
//
// These files are put into the compose window, where modules can't be; so each adds its functions to
// one object, and may be run more than once.

(() => {
  const QUOTE = 'blockquote[type="cite" i], [_moz_quote], .moz-forward-container';
  const ABOVE_QUOTE = ".moz-cite-prefix, .moz-email-headers-table";
  const SIGNATURE = ".moz-signature";

  /** What an element is: "quote", "above" a quote, "signature"; null for what was typed. */
  function partOf(element) {
    if (element.matches(QUOTE)) return "quote";
    if (element.matches(SIGNATURE)) return "signature";
    return element.matches(ABOVE_QUOTE) ? "above" : null;
  }

  /** Whether a node is, or holds, what must stay as it is. */
  const isProtected = (node) =>
    node.nodeType === 1 && (partOf(node) !== null
      || node.querySelector([QUOTE, ABOVE_QUOTE, SIGNATURE].join()) !== null);

  /** The server counts code points, a string here counts UTF-16 units. */
  const points = (text) => Array.from(text);

  const BLANK = /^[^\S\ufeff]$|^[\x1c-\x1f\x85]$/;
  const UNWANTED = /^[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]$/u;

  /** Whether a code point leaves ink; white space folds, and control characters are dropped. */
  const isInk = (point) => !BLANK.test(point) && !UNWANTED.test(point);

  /** Something has no sure place in the mail; `message` is for the person who reads it. */
  class Unplaced extends Error {
    constructor() {
      super("Something in this mail can't be told apart surely enough, so nothing was changed. "
        + "You can copy the words from here by hand.");
    }
  }

  globalThis.drafting = { ...globalThis.drafting, partOf, isProtected, points, isInk, Unplaced };
})();
