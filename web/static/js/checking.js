// Asking the server about the draft while it is being written; the last question counts.

import { Refusal, check } from "./api.js";

const PAUSE = 350;

/** @param {(checked: any) => void} tell Called with the answer, or with null where there is none. */
export function createChecking(tell) {
  let asking = null;
  let timer;

  async function ask(draft) {
    asking?.abort();
    const mine = (asking = new AbortController());
    try {
      const checked = draft.draft.trim() ? await check(draft, mine.signal) : null;
      if (mine === asking) tell(checked);
    } catch (error) {
      // A refusal says something about the draft. Without an answer the draft just has no marks.
      if (mine === asking && error.name !== "AbortError") tell(error instanceof Refusal ? { refusal: error } : null);
    }
  }

  return {
    later(draft) {
      clearTimeout(timer);
      timer = setTimeout(() => ask(draft), PAUSE);
    },
    now(draft) {
      clearTimeout(timer);
      return ask(draft);
    },
  };
}
