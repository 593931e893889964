// The last rewrite, kept in memory: a popup forgets all it knows when it closes, and a click beside it
// closes it. Nothing of it is written to the disk.

const PLACE = "last";
const PARTS = ["draftText", "changes", "notes", "applied", "model"];

/** @param {import("./compose.js").Picked} picked @param {import("./store.js").State} state */
export function keep(picked, state) {
  const parts = Object.fromEntries(PARTS.map((part) => [part, state[part]]));
  return browser.storage.session.set({ [PLACE]: { picked, parts } });
}

export const forget = () => browser.storage.session.remove(PLACE);

/** What was kept for this mail, if its draft is still the same; else null. */
export async function recall(picked) {
  const { [PLACE]: kept } = await browser.storage.session.get(PLACE);
  return kept && JSON.stringify(kept.picked) === JSON.stringify(picked) ? kept.parts : null;
}
