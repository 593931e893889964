// A rewrite from the press of the button to its result, as the server tells of it.

import { Refusal, rewrite } from "./api.js";
import { insert, propose } from "./changes.js";

const BROKEN = "The connection to the server was lost before the reply was whole. "
  + "Your draft is safe here. Please try again.";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function createRewriting(store) {
  let current = null;

  async function start(source) {
    current?.abort();
    const mine = (current = new AbortController());
    const set = (parts) => mine === current && store.set(parts);
    const run = (parts) => set({ run: { ...store.get().run, ...parts } });
    set({
      run: { phase: "working", done: 0, total: 0, position: 0, message: "" },
      source, draftText: "", changes: [], notes: [], applied: null, model: null,
      busy: {}, filter: null, editing: null, choosing: null,
    });
    const hear = {
      start: ({ draft_text, slots, position }) =>
        set({ draftText: draft_text, run: { ...store.get().run, total: slots.length, position } }),
      progress: ({ done, total }) => run({ done, total, position: 0 }),
      change: ({ change }) => set({ changes: insert(store.get().changes, propose(change)) }),
      note: ({ note }) => set({ notes: [...store.get().notes, note] }),
      done: ({ result }) => set({ ...settle(result), run: { ...store.get().run, phase: "done" } }),
      error: ({ error }) => {
        throw new Refusal(error);
      },
    };
    try {
      for await (const { event, data } of rewrite(source, mine.signal)) hear[event]?.(data);
      if (mine === current && store.get().run.phase === "working") throw new Error(BROKEN);
    } catch (error) {
      const phase = mine.signal.aborted ? "cancelled" : "failed";
      run({ phase, message: phase === "failed" ? error.message : "" });
    }
  }

  return { start, cancel: () => current?.abort() };
}

/** The parts of the state that a result decides. */
const settle = (result) => ({
  draftText: result.draft_text,
  changes: result.changes.map(propose),
  notes: result.notes,
  applied: { ...result, missing_facts: [] },
  model: result.model,
});
