// What a person can do with the changes. Each action is one step of the history, and after each the
// server says what the reply is.

import { LostConnection, rewriteSlot } from "./api.js";
import * as list from "./changes.js";
import { count, find } from "./dom.js";
import { say, tell } from "./announce.js";
import { kindOf, nameOf } from "./labels.js";

/**
 * @param {ReturnType<import("./store.js").createStore>} store
 * @param {ReturnType<import("./history.js").createHistory>} history
 * @param {{refresh: () => void}} reply
 */
export function createActions(store, history, reply) {
  const change = (id) => list.byId(store.get().changes, id);
  const named = (id) => nameOf(kindOf(change(id)));

  /** Make `changes` the present ones, as a step that can be taken back. */
  function act(changes, action, parts = {}) {
    history.record(store.get().changes, action);
    store.set({ changes, ...parts });
    reply.refresh();
    say(action);
  }

  function travel(step, words) {
    if (!step) return say("There is nothing to take back.");
    store.set({ changes: step.state, editing: null });
    reply.refresh();
    tell(`${words}: ${step.action}`);
  }

  /** Focus what a finished action leaves of its row. */
  const refocus = (id) => queueMicrotask(() => find(`#row-${CSS.escape(id)}`)?.focus({ preventScroll: true }));

  return {
    accept(id) {
      act(list.setStatus(store.get().changes, id, list.ACCEPTED), `Accepted: ${named(id)}`);
    },
    undo(id) {
      act(list.setStatus(store.get().changes, id, list.UNDONE), `Undone: ${named(id)}`);
    },
    /** Undo, or put back what is undone. */
    toggle(id) {
      if (change(id).status === list.UNDONE) this.accept(id);
      else this.undo(id);
    },
    acceptAll() {
      act(list.setAll(store.get().changes, list.ACCEPTED), "Accepted all changes");
    },
    undoAll() {
      act(list.setAll(store.get().changes, list.UNDONE), "Undid all changes");
    },
    take(id, text) {
      act(list.chooseWording(store.get().changes, id, text), `Another wording: ${named(id)}`, { choosing: null });
      refocus(id);
    },
    choose(id) {
      store.set({ choosing: store.get().choosing === id ? null : id });
    },
    /** Open a row for editing, or close it (`null`), and then go back to the row. */
    edit(id, from = id) {
      store.set({ editing: id });
      if (!id) refocus(from);
    },
    write(id, text) {
      const { changes, draftText, notes } = store.get();
      const known = change(id) ? changes : list.insert(changes, fromNote(id, draftText, notes, store.get().applied));
      act(list.writeByHand(known, id, text), "Worded by hand", { editing: null });
      refocus(id);
    },
    /** Take what the model suggests for a sentence that is kept. */
    suggest(id, text) {
      const { changes, draftText, notes, applied } = store.get();
      const known = list.insert(changes, fromNote(id, draftText, notes, applied));
      act(list.takeSuggestion(known, id, text), "Took the suggestion");
      refocus(id);
    },
    /** Leave a sentence out that may only sting. */
    leaveOut(id) {
      const { changes, draftText, notes, applied } = store.get();
      const known = list.insert(changes, fromNote(id, draftText, notes, applied));
      act(list.leaveOut(known, id), "Left the sentence out");
      refocus(id);
    },
    reword: (id) => reword(store, id, act),
    takeBack: () => travel(history.undo(store.get().changes), "Taken back"),
    doAgain: () => travel(history.redo(store.get().changes), "Done again"),
  };
}

/** A change for a sentence that the program kept; its label is that of what was found in it. */
function fromNote(id, draftText, notes, applied) {
  const { span } = notes.find(({ sentence }) => `s${sentence}` === id);
  const before = Array.from(draftText).slice(...span).join("");
  const finding = applied?.findings.draft.find((f) => f.span[0] >= span[0] && f.span[0] < span[1]);
  const label = finding?.label ?? "explanation";
  const words = [["-", before]];
  return list.propose({
    id, op: "rewrite", label, before, after: before, draft_span: span, reply_span: [0, 0], words,
    why: "", alternatives: [],
  });
}

/** Ask the model for new wordings of one sentence. */
async function reword(store, id, act) {
  const { source, busy } = store.get();
  if (busy[id]) return;
  const setBusy = (words) => {
    const { [id]: _, ...others } = store.get().busy;
    store.set({ busy: words ? { ...others, [id]: words } : others });
  };
  setBusy("Looking for words\u202f…");
  say("Looking for new wordings.");
  try {
    const known = list.byId(store.get().changes, id);
    const seen = known ? [known.after, ...known.alternatives] : [];
    const seed = Math.floor(Math.random() * 1e9);
    const { change } = await rewriteSlot({ ...source, slot: id, seed, seen });
    if (store.get().source !== source) return;
    setBusy(null);
    take(store, id, change, act);
  } catch (error) {
    setBusy(null);
    tell(error instanceof LostConnection ? "The connection was lost. Please try again." : error.message);
  }
}

/** Put what the model wrote where it belongs: among the other wordings, or as a new change. */
function take(store, id, change, act) {
  const { changes } = store.get();
  const none = "The model found no new wording that is certain to say the same.";
  if (!change) return tell(none);
  if (!list.byId(changes, id)) {
    return act(list.insert(changes, list.propose(change)), "A new wording for a sentence that was kept");
  }
  const { changes: more, fresh } = list.addWordings(changes, id, [change.after, ...change.alternatives]);
  if (!fresh) return tell(none);
  store.set({ changes: more, choosing: id });
  tell(`${count(fresh, "new wording")} to choose from.`);
}
