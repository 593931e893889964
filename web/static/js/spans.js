// Keeping places in a text while it is being edited.

/**
 * Move findings along with an edit: what lies before it stays, what lies behind it moves, and what it
 * touches is dropped until the server has looked again.
 * @template {{span: [number, number]}} T
 * @param {T[]} placed
 * @param {string[]} before   in code points
 * @param {string[]} after
 * @returns {T[]}
 */
export function follow(placed, before, after) {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < shorter - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const changed = before.length - tail;
  const by = after.length - before.length;
  return placed.flatMap((one) => {
    const [start, end] = one.span;
    if (end <= same) return [one];
    return start >= changed ? [{ ...one, span: [start + by, end + by] }] : [];
  });
}
