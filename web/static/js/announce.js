// Saying things to those who listen, and showing short-lived word of what was done.

import { find } from "./dom.js";

let fading;

/** Say something without showing it. */
export function say(words) {
  const region = find("#said");
  region.textContent = "";
  // A screen reader hears a change of text: the same words twice must be two changes.
  setTimeout(() => (region.textContent = words), 50);
}

/** Say something, and show it for a while. */
export function tell(words) {
  const toast = find("#toast");
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => (toast.hidden = true), 4000);
  say(words);
}
