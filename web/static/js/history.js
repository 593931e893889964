// Undo and redo over what was done to the changes. Holds states, knows nothing of what is in them.

export function createHistory() {
  let past = [];
  let future = [];
  return {
    clear() {
      past = [];
      future = [];
    },
    /** Remember the state that an action is about to replace, and what the action is called. */
    record(state, action) {
      past.push({ state, action });
      future = [];
    },
    /** Step back from `now`; null where there is nothing to take back. */
    undo(now) {
      const step = past.pop();
      if (step) future.push({ state: now, action: step.action });
      return step ?? null;
    },
    redo(now) {
      const step = future.pop();
      if (step) past.push({ state: now, action: step.action });
      return step ?? null;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
}
