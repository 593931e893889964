// The compose window: what is in it, and writing into it.

const FILES = ["parts", "quoted", "typed_html", "typed_plain", "splices", "rewording", "units", "writing"]
  .map((name) => `compose/${name}.js`);

/**
 * @typedef {Object} Picked
 * @property {number} tab
 * @property {boolean} isPlain
 * @property {import("./store.js").Source} source
 */

/** Read the mail that is being written in this window. @returns {Promise<Picked>} */
export async function pick() {
  const [{ id: tab }] = await browser.tabs.query({ active: true, currentWindow: true });
  const { isPlainText: isPlain } = await browser.compose.getComposeDetails(tab);
  await browser.scripting.executeScript({ target: { tabId: tab }, files: FILES });
  const source = await run(tab, (...args) => globalThis.drafting.pick(...args), isPlain);
  return { tab, isPlain, source };
}

/** Write the reply where the draft stands. @returns {Promise<string|null>} what went wrong, if something did */
export const write = ({ tab, isPlain, source }, applied) =>
  run(tab, (...args) => globalThis.drafting.write(...args), isPlain, source.draft, applied);

async function run(tab, func, ...args) {
  const [{ result, error }] = await browser.scripting.executeScript({ target: { tabId: tab }, func, args });
  if (error) throw error;
  return result;
}
