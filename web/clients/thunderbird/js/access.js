// Which server may be reached: the one that was chosen, and no other.

/** The host as permissions name it; they know no ports. */
const hostOf = (address) => {
  const { protocol, hostname } = new URL(address);
  return { origins: [`${protocol}//${hostname}/*`] };
};

export const isAllowed = (address) => browser.permissions.contains(hostOf(address));

/** Ask the person; only right after a click, as Thunderbird wants it. */
export const askToAllow = (address) => browser.permissions.request(hostOf(address));

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
