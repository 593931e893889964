// What the person has decided: kept in the browser where it lets a file keep anything, and saved as
// the review's file, in the format in which the program wrote it.

const KEPT_UNDER = `drafting.review.${reviewId}`;

/** What was last written to a file: by the program, or by this page. */
let savedAs = decide();

/** The decisions as a text to compare: which items are ticked, and what is left out of them. */
function decide() {
  return JSON.stringify(entries.map((entry) => (entry.ticked ? acceptedOf(entry) ?? 1 : 0)));
}

const isUnsaved = () => decide() !== savedAs;

function keep() {
  const state = {
    ticks: Object.fromEntries(entries.filter(differs).map(({ item, ticked, undone }) => [item.number, [ticked, ...undone]])),
    looked: entries.filter(({ looked }) => looked).map(({ item }) => item.number),
    saved: !isUnsaved(),
    keys: find("#keys").checked,
  };
  try {
    localStorage.setItem(KEPT_UNDER, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing for files: the warning on leaving is what remains.
  }
}

const differs = (entry) =>
  entry.ticked !== entry.item.ticked || JSON.stringify(acceptedOf(entry)) !== JSON.stringify(entry.item.accepted);

function recall() {
  let state;
  try {
    state = JSON.parse(localStorage.getItem(KEPT_UNDER));
  } catch {
    return;
  }
  if (!state) return;
  const looked = new Set(state.looked);
  for (const entry of entries) {
    entry.looked = looked.has(entry.item.number);
    const decided = state.ticks[entry.item.number];
    if (!decided || !entry.canTick) continue;
    [entry.ticked] = decided;
    entry.undone = new Set(decided.slice(1));
  }
  find("#keys").checked = state.keys !== false;
  if (state.saved) savedAs = decide();
}

let keeping;
function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keep, 200);
}

/** The review's file, an item a line, in parts: one text would be too long for some reviews. */
function* writeReview() {
  const { items, ...head } = review;
  yield `${JSON.stringify(head).slice(0, -1)}, "items": [\n`;
  for (const [at, entry] of entries.entries()) {
    yield (at ? ",\n" : "") + JSON.stringify({ ...entry.item, ticked: entry.ticked, accepted: acceptedOf(entry) });
  }
  yield "\n]}\n";
}

function save() {
  const file = document.body.dataset.file;
  const address = URL.createObjectURL(new Blob([...writeReview()], { type: "application/json" }));
  make("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  savedAs = decide();
  keep();
  showSaved(file);
  tell("saved");
}

function showSaved(file) {
  const number = entries.filter(({ ticked }) => ticked).length;
  const done = make("b", {}, `Saved ${file} with ${count(number, "item")} to write.`);
  const close = make("button", { type: "button", class: "quiet close", "aria-label": "Close", onclick: hideSaved }, icon("close"));
  const told = location.protocol === "file:" ? howToApply(file) : [
    make("span", {}, " To get them, send that file on the page of your files, under \u201cWrite only what you ticked\u201d.")];
  find("#saved").replaceChildren(make("p", {}, icon("check"), make("span", {}, done, told[0])), ...told.slice(1), close);
}

/** What to run where the report was opened from the disk. */
function howToApply(file) {
  const command = `python -m drafting batch apply ${quote(file)}`;
  const copy = make("button", { type: "button", onclick: async ({ target }) => {
    await navigator.clipboard?.writeText(command);
    target.textContent = "Copied";
  } }, "Copy");
  return [" To write them, run this where your browser keeps its downloads:", make("code", {}, command), copy];
}

const hideSaved = () => find("#saved").replaceChildren();

/** A file's name as a shell reads it. */
const quote = (name) => (/^[\w.+@%-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

window.addEventListener("beforeunload", (event) => {
  keep();
  if (isUnsaved()) event.preventDefault();
});

