// Cutting texts. The server counts code points, a string here counts UTF-16 units.

/** @param {string} text */
export const points = (text) => Array.from(text);

/** The place in a string's own units of a place in code points. */
export function toUnits(text, place) {
  let units = 0;
  for (const point of text) {
    if (place-- <= 0) break;
    units += point.length;
  }
  return units;
}

/**
 * Cut a text at the facts in it.
 * @param {string[]} text    in code points
 * @param {number} offset    where the text begins in what the spans count in
 * @param {{kind: string, span: [number, number]}[]} facts
 * @returns {{text: string, fact: any|null, begins: boolean}[]}
 */
export function cutAtFacts(text, offset, facts) {
  const runs = [];
  let at = 0;
  const take = (end, fact, begins = false) => {
    if (end > at) runs.push({ text: text.slice(at, end).join(""), fact, begins });
    at = Math.max(at, end);
  };
  for (const fact of facts) {
    const [start, end] = [fact.span[0] - offset, fact.span[1] - offset];
    if (end <= at || start >= text.length) continue;
    take(Math.max(start, 0), null);
    take(Math.min(end, text.length), fact, start >= 0);
  }
  take(text.length, null);
  return runs;
}
