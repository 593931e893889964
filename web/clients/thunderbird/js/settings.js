// What the options page keeps, in this profile alone.

export const DEFAULTS = { address: "http://127.0.0.1:5000", key: "", candidates: 4 };

export const MOST_CANDIDATES = 8;

/** @returns {Promise<typeof DEFAULTS>} */
export const readSettings = () => browser.storage.local.get(DEFAULTS);

/** @param {Partial<typeof DEFAULTS>} settings */
export const keepSettings = (settings) => browser.storage.local.set(settings);

/**
 * An address as it is kept: without a slash, a query or a name in it.
 * @returns {string|null} null where it is none that a server can have
 */
export function readAddress(text) {
  const typed = text.trim();
  let address;
  try {
    address = new URL(/^[a-z]+:\/\//i.test(typed) ? typed : `http://${typed}`);
  } catch {
    return null;
  }
  const isHost = /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/i.test(address.hostname);
  if (!/^https?:$/.test(address.protocol) || address.username || address.password || !isHost) return null;
  return address.origin + address.pathname.replace(/\/+$/, "");
}
