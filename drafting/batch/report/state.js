// What the page knows: the review as it was written, and what the person has made of it.

const WORDS = {
  acknowledgement: "acknowledgement",
  benefit_of_the_doubt: "benefit of the doubt",
  next_steps: "next steps",
  explanation: "explanation",
  delete: "deletion",
};
const KINDS = Object.keys(WORDS);
const QUIET_NOTES = new Set(["already_kind"]);

const { review, id: reviewId } = JSON.parse(find("#data").textContent);

/** What a change is filed under: its label, or that it takes a sentence out. */
const kindOf = (change) => change.label ?? "delete";

/**
 * @typedef {Object} Entry     an item, and what the person thinks of it
 * @property {any} item        as it stands in the review
 * @property {any[]} changes   in the reply's order
 * @property {Set<string>} kinds
 * @property {any[]} notes     those that ask for a look
 * @property {boolean} needsLook
 * @property {boolean} canTick whether there is a reply to write
 * @property {boolean} ticked
 * @property {Set<string>} undone  ids of changes that are not to be applied
 * @property {boolean} looked  whether the person has seen it to its end, or has done something to it
 */

/** @returns {Entry} */
function readItem(item) {
  const changes = [...(item.result?.changes ?? [])].sort((a, b) => a.reply_span[0] - b.reply_span[0]);
  const notes = (item.result?.notes ?? []).filter(({ code }) => !QUIET_NOTES.has(code));
  const accepted = item.accepted && new Set(item.accepted);
  return {
    item,
    changes,
    notes,
    kinds: new Set(changes.map(kindOf)),
    needsLook: item.state === "failed" || notes.length > 0,
    canTick: changes.length > 0,
    ticked: item.ticked && changes.length > 0,
    undone: new Set(accepted ? changes.map(({ id }) => id).filter((id) => !accepted.has(id)) : []),
    looked: false,
  };
}

const entries = review.items.map(readItem);

const nameOf = ({ item }) => item.name || (isNumber(item.key) ? `Row ${item.key}` : item.key);
const isNumber = (key) => /^\d+$/.test(key);

/** What the review's file says of an item; null stands for all changes. */
const acceptedOf = ({ changes, undone }) =>
  undone.size ? changes.filter(({ id }) => !undone.has(id)).map(({ id }) => id) : null;

/** Listeners are called after each change of ticks or of what was looked at. */
const listeners = [];
const listen = (hear) => listeners.push(hear);
const tell = (changed) => listeners.forEach((hear) => hear(changed));

/** Tick an item or take its tick away. All of its changes come back with the tick if none is left. */
function tick(entry, yes) {
  if (!entry.canTick) return;
  entry.ticked = yes;
  if (yes && entry.undone.size === entry.changes.length) entry.undone.clear();
}

/** Apply a change or leave it out; an item none of whose changes is left isn't written. */
function tickChange(entry, id, yes) {
  if (yes) entry.undone.delete(id);
  else entry.undone.add(id);
  entry.ticked = entry.undone.size < entry.changes.length;
}

