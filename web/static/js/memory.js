// What this browser keeps, and only while it is told to. A browser without storage just forgets.

const DRAFT = "drafting.draft";
const FORGET = "drafting.forget";
const VIEW = "drafting.view";

const attempt = (what) => {
  try {
    return what();
  } catch {
    return null;
  }
};

export const remembers = () => attempt(() => localStorage.getItem(FORGET)) === null;

/** @param {boolean} yes */
export function setRemembering(yes) {
  attempt(() => (yes ? localStorage.removeItem(FORGET) : localStorage.setItem(FORGET, "yes")));
  if (!yes) attempt(() => localStorage.removeItem(DRAFT));
}

export function keepDraft(draft) {
  if (remembers()) attempt(() => localStorage.setItem(DRAFT, JSON.stringify(draft)));
}

/** @returns {import("./store.js").Source|null} */
export const recallDraft = () => attempt(() => JSON.parse(localStorage.getItem(DRAFT)));

export const keepView = (view) => attempt(() => localStorage.setItem(VIEW, view));
export const recallView = () =>
  attempt(() => localStorage.getItem(VIEW)) === "side" ? "side" : "inline";
