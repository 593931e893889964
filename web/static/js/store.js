// What the page knows, in one place. Parts are replaced, never changed, so a view can compare them.

/**
 * @typedef {Object} State
 * @property {Run|null} run            the rewrite that is going on, or how the last one ended
 * @property {Source|null} source      what was sent for the rewrite that is shown
 * @property {string} draftText        that draft as the text that spans count in
 * @property {import("./changes.js").Change[]} changes
 * @property {any[]} notes
 * @property {any|null} applied        the server's last word on the reply
 * @property {any|null} model          what wrote it
 * @property {string|null} replyTrouble  why the reply lags behind the changes, if it does
 * @property {Record<string, string>} busy   changes being worked on: id to what is going on
 * @property {"inline"|"side"} view
 * @property {string|null} filter
 * @property {string|null} editing     the change that is edited by hand
 * @property {string|null} choosing    the change whose wordings are open
 */

/** @typedef {{phase: "working"|"done"|"cancelled"|"failed", done: number, total: number,
 *             position: number, message: string}} Run */
/** @typedef {{draft: string, format: "text"|"html", customer_message: string|null}} Source */

/** @returns {State} */
const nothing = () => ({
  run: null, source: null, draftText: "", changes: [], notes: [], applied: null, model: null,
  busy: {}, view: "inline", filter: null, editing: null, choosing: null,
  replyTrouble: null,
});

export function createStore() {
  let state = nothing();
  const listeners = [];
  return {
    get: () => state,
    /** @param {Partial<State>} parts */
    set(parts) {
      const before = state;
      state = { ...state, ...parts };
      for (const listen of listeners) listen(state, before);
    },
    /** @param {(state: State, before: State) => void} listen */
    listen: (listen) => listeners.push(listen),
  };
}
