// The reply, as the server says it is. The last question asked is the only one whose answer counts.

import { apply } from "./api.js";
import { standing } from "./changes.js";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function createReply(store) {
  let asking = null;
  let pending = Promise.resolve();

  async function ask(mine) {
    const { source, changes } = store.get();
    const edits = changes.map(({ id, op, label, after }) => ({ id, op, label, after }));
    const accepted = standing(changes).map(({ id }) => id);
    try {
      const applied = await apply({ ...source, changes: edits, accepted }, mine.signal);
      if (mine === asking) store.set({ applied, replyTrouble: null });
    } catch (error) {
      if (mine === asking) store.set({ replyTrouble: error.message });
    }
  }

  return {
    refresh() {
      asking?.abort();
      asking = new AbortController();
      pending = ask(asking);
    },
    /** The reply once nothing is under way; null where the server couldn't be asked. */
    async settled() {
      let waited;
      do {
        waited = pending;
        await waited;
      } while (waited !== pending);
      const { applied, replyTrouble } = store.get();
      return replyTrouble ? null : applied;
    },
    /** Forget what is under way: another rewrite has begun. */
    drop() {
      asking?.abort();
      asking = null;
      store.set({ replyTrouble: null });
    },
  };
}
