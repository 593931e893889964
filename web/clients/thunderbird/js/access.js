// Which server may be reached: the one that was chosen, and no other.

/** The host as permissions name it; they know no ports. */
const hostOf = (address) => {
  const { protocol, hostname } = new URL(address);
  return { origins: [`${protocol}//${hostname}/*`] };
};

export const isAllowed = (address) => browser.permissions.contains(hostOf(address));

/** Ask the person, unless they have allowed it already. It works right in a click alone: not behind an `await`. */
export async function askToAllow(address) {
  try {
    return await browser.permissions.request(hostOf(address));
  } catch {
    return isAllowed(address);
  }
}

/**
 * Bar this page from all other servers from now on.
 * The manifest can't say which server it will be, so it lets all of them through.
 */
export function barOthers(address) {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `connect-src ${new URL(address).origin}`;
  document.head.append(policy);
}
