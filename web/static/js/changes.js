// What can be done with changes. Every function takes a list and returns a new one.

/**
 * @typedef {Object} Change
 * @property {string} id
 * @property {"rewrite"|"insert"|"delete"} op
 * @property {string|null} label
 * @property {string} before
 * @property {string} after
 * @property {[number, number]} draft_span
 * @property {[string, string][]} words
 * @property {string} why
 * @property {string[]} alternatives
 * @property {"open"|"accepted"|"undone"} status
 */

export const OPEN = "open";
export const ACCEPTED = "accepted";
export const UNDONE = "undone";

const OWN = "These are your own words.";
const LEFT_OUT = "You left this sentence out.";
const SUGGESTED = "The model suggested this, and you took it.";

/** @returns {Change} */
export const propose = (change) => ({ ...change, status: OPEN });

const replace = (changes, id, how) => changes.map((c) => (c.id === id ? { ...c, ...how(c) } : c));

export const byId = (changes, id) => changes.find((change) => change.id === id);
export const standing = (changes) => changes.filter((change) => change.status !== UNDONE);
export const setStatus = (changes, id, status) => replace(changes, id, () => ({ status }));
export const setAll = (changes, status) => changes.map((change) => ({ ...change, status }));

/** Take another wording; the one that stood becomes one of the others. */
export function chooseWording(changes, id, text) {
  return replace(changes, id, (change) => ({
    op: change.op === "delete" ? "rewrite" : change.op,
    label: change.label ?? "explanation",
    after: text,
    status: ACCEPTED,
    alternatives: differing([...change.alternatives, change.after], text),
  }));
}

/** Take what a person wrote. Nothing, or the draft's own words, is the same as an undo. */
export function writeByHand(changes, id, text) {
  const change = byId(changes, id);
  const words = text.trim();
  if (!words || words === change.before) return setStatus(changes, id, UNDONE);
  if (words === change.after) return setStatus(changes, id, ACCEPTED);
  const chosen = chooseWording(changes, id, words);
  return replace(chosen, id, () => ({ why: OWN }));
}

/** Take a suggestion for a sentence that was kept. */
export function takeSuggestion(changes, id, text) {
  const chosen = chooseWording(changes, id, text);
  return replace(chosen, id, () => ({ why: SUGGESTED, alternatives: [] }));
}

/** Leave a sentence out that was kept. */
export function leaveOut(changes, id) {
  return replace(changes, id, () => ({
    op: "delete", label: null, after: "", why: LEFT_OUT, alternatives: [], status: ACCEPTED,
  }));
}

/** Add wordings that the model just made; tells how many of them are new. */
export function addWordings(changes, id, made) {
  const change = byId(changes, id);
  const alternatives = differing([...made, ...change.alternatives], change.after);
  const fresh = alternatives.length - change.alternatives.length;
  return { changes: replace(changes, id, () => ({ alternatives })), fresh };
}

/** Put a change in where the draft has it. */
export function insert(changes, change) {
  const others = changes.filter(({ id }) => id !== change.id);
  const at = others.findIndex(({ draft_span: [start], id }) =>
    start > change.draft_span[0] || (id === "closing" && start >= change.draft_span[0]));
  return at < 0 ? [...others, change] : others.toSpliced(at, 0, change);
}

const differing = (texts, taken) => [...new Set(texts)].filter((text) => text && text !== taken);
