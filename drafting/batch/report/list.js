// Which items are shown, in which order. Thousands stay light: they come in pieces, the browser lays
// out only those near the window (content-visibility), and only those get a letter.

const view = { search: "", state: "all", labels: new Set(), order: "look" };

const FILTERS = {
  all: ["All", () => true],
  look: ["Needs a look", (entry) => entry.needsLook],
  rewritten: ["Rewritten", ({ item }) => item.state === "rewritten"],
  kept: ["Kept", ({ item }) => item.state === "kept"],
  failed: ["Failed", ({ item }) => item.state === "failed"],
  skipped: ["Skipped", ({ item }) => item.state === "skipped"],
  ticked: ["Ticked", ({ ticked }) => ticked],
  unticked: ["Not ticked", ({ canTick, ticked }) => canTick && !ticked],
  unseen: ["Not looked at", ({ looked }) => !looked],
};

const byNumber = (a, b) => a.item.number - b.item.number;
const URGENCY = ({ item, needsLook }) => (item.state === "failed" ? 0 : needsLook && item.state === "rewritten" ? 1 : needsLook ? 2 : item.state === "rewritten" ? 3 : 4);
const ORDERS = {
  look: (a, b) => URGENCY(a) - URGENCY(b) || byNumber(a, b),
  input: byNumber,
  changes: (a, b) => b.changes.length - a.changes.length || byNumber(a, b),
};

/** The entries that are shown, in their order. */
let shown = [];

/** What the search goes through: made once for each item, at its first search. */
function haystackOf(entry) {
  const { item } = entry;
  entry.haystack ??= [nameOf(entry), item.key, item.result?.draft_text, item.result?.reply_text, item.excerpt, item.message]
    .filter(Boolean).join("\n").toLowerCase().replaceAll(/\s+/g, " ");
  return entry.haystack;
}

function choose() {
  const words = view.search.toLowerCase().replaceAll(/\s+/g, " ").trim();
  const fits = FILTERS[view.state][1];
  const { labels } = view;
  return entries
    .filter((entry) => fits(entry)
      && (!labels.size || [...labels].some((label) => entry.kinds.has(label)))
      && (!words || haystackOf(entry).includes(words)))
    .sort(ORDERS[view.order]);
}

/** Show what fits, from the top. */
function refresh() {
  shown = choose();
  standing = 0;
  find("#items").replaceChildren();
  showUntil(PIECE);
  find("#empty").hidden = shown.length > 0;
  find("#shown").textContent = shown.length === entries.length
    ? count(shown.length, "item") : `${NUMBERS.format(shown.length)} of ${count(entries.length, "item")}`;
  showChips();
  markFound();
}

/** Items come in pieces: a piece more each time the end of the list comes near. */
const PIECE = 150;
let standing = 0;

function showUntil(number) {
  const more = shown.slice(standing, number);
  if (!more.length) return;
  find("#items").append(...more.map((entry, at) => {
    const element = elementOf(entry);
    element.setAttribute("aria-setsize", shown.length);
    element.setAttribute("aria-posinset", standing + at + 1);
    return element;
  }));
  if (!standing) more.slice(0, 3).forEach(fill);
  more.forEach(watch);
  standing += more.length;
  further.disconnect();
  if (standing < shown.length) further.observe(more.at(-1).element);
}

const further = new IntersectionObserver((seen) => {
  if (seen.some(({ isIntersecting }) => isIntersecting)) showUntil(standing + PIECE);
}, { rootMargin: "4000px" });

/** Items near the window get their letter. */
const near = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    fill(owners.get(target));
    ends.observe(target.querySelector(".end"));
    markFound();
  }
}, { rootMargin: "1200px" });

/** An item counts as looked at once its end has been in the window for a second. */
const ends = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    const entry = owners.get(target.closest(".item"));
    clearTimeout(entry.timer);
    if (isIntersecting) entry.timer = setTimeout(() => look(entry), 1000);
  }
});

function watch({ element, filled }) {
  if (!filled) near.observe(element);
  else if (element.querySelector(".end")) ends.observe(element.querySelector(".end"));
}

function look(entry) {
  if (entry.looked) return;
  entry.looked = true;
  showTicks(entry);
  const end = entry.element.querySelector(".end");
  if (end) ends.unobserve(end);
  tell("looked");
}

/** Mark what was searched for, without touching what is shown. */
function markFound() {
  if (!("highlights" in CSS)) return;
  clearTimeout(markFound.timer);
  markFound.timer = setTimeout(() => {
    const words = view.search.toLowerCase().trim();
    const ranges = words ? [...findRanges(find("#items"), words)] : [];
    CSS.highlights.set("found", new Highlight(...ranges));
  }, 60);
}

function* findRanges(root, words) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.data.toLowerCase();
    // Where lower case has another length, places would be wrong.
    if (text.length !== node.data.length) continue;
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + words.length);
      yield range;
    }
  }
}

/** The chips with their numbers; the same elements stay, so that focus does. */
function showChips() {
  for (const chip of document.querySelectorAll("[data-filter]")) {
    const [, fits] = FILTERS[chip.dataset.filter];
    const number = entries.filter(fits).length;
    chip.querySelector("b").textContent = NUMBERS.format(number);
    chip.setAttribute("aria-pressed", String(view.state === chip.dataset.filter));
    chip.hidden = !number && view.state !== chip.dataset.filter;
  }
  for (const chip of document.querySelectorAll("[data-label]")) {
    chip.setAttribute("aria-pressed", String(view.labels.has(chip.dataset.label)));
  }
}

function makeChips() {
  find("#states").append(...Object.entries(FILTERS).map(([name, [words]]) =>
    make("button", { type: "button", class: `chip filter-${name}`, "data-filter": name, onclick: () => {
      view.state = view.state === name ? "all" : name;
      refresh();
    } }, words, " ", make("b"))));
  const numbers = countKinds();
  find("#labels").append(...KINDS.filter((kind) => numbers[kind]).map((kind) =>
    make("button", { type: "button", class: `chip ${kind}`, "data-label": kind, onclick: () => {
      if (!view.labels.delete(kind)) view.labels.add(kind);
      refresh();
    } }, icon(kind), WORDS[kind], " ", make("b", {}, NUMBERS.format(numbers[kind])))));
}

/** How many changes there are of each kind. */
function countKinds() {
  const numbers = {};
  for (const { changes } of entries) {
    for (const change of changes) numbers[kindOf(change)] = (numbers[kindOf(change)] ?? 0) + 1;
  }
  return numbers;
}

