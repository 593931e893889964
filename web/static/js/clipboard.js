// Copying as plain and as rich text at once; the place of the paste takes what it can use.

/** @param {string} text @param {string} html @returns {Promise<boolean>} whether it worked */
export async function copy(text, html) {
  try {
    if (!window.ClipboardItem) throw new TypeError("no rich clipboard");
    const both = { "text/plain": text, "text/html": html };
    const blobs = Object.entries(both).map(([type, content]) => [type, new Blob([content], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return copyPlain(text);
  }
}

async function copyPlain(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
