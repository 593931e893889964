// One item: its head stands from the start, its letter is made when it comes near the window.

const STATES = { rewritten: "rewritten", kept: "kept as it is", failed: "failed", skipped: "skipped" };
const LINE = 27;
const LETTERS_A_LINE = 84;

/** The element of an item, made when it is first asked for. */
function elementOf(entry) {
  if (entry.element) return entry.element;
  const { item } = entry;
  const element = make("li", {
    class: `item ${item.state}`, id: `item-${item.number}`, tabindex: -1, "aria-labelledby": `name-${item.number}`,
  }, showHead(entry));
  element.style.setProperty("contain-intrinsic-block-size", `auto ${guessHeight(entry)}px`);
  entry.element = element;
  owners.set(element, entry);
  showTicks(entry);
  return element;
}

/** The entries by their elements. */
const owners = new WeakMap();

/** How high an item will be: the better the guess, the steadier the scroll bar. */
function guessHeight({ item, changes, notes }) {
  if (item.state !== "rewritten") return 108 + notes.length * 28;
  const lines = item.result.reply_text.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / LETTERS_A_LINE), 0);
  return 104 + Math.max(lines * LINE + changes.length * 12, changes.length * 38) + notes.length * 28;
}

function showHead(entry) {
  const { item, canTick } = entry;
  const id = `tick-${item.number}`;
  const facts = item.result?.facts.length ?? 0;
  const key = nameOf(entry) !== item.key && !isNumber(item.key) && item.key;
  return make("header", { class: "item-head" },
    canTick
      ? make("input", { type: "checkbox", id, class: "tick", "data-tick": true, "aria-labelledby": `write-${item.number} name-${item.number}` })
      : make("span", { class: "tick none", title: "There is nothing to write" }),
    make("h2", { id: `name-${item.number}` }, nameOf(entry)),
    make("p", { class: "facts-count" },
      nameOf(entry) !== `Row ${item.number}` && make("span", {}, `No. ${NUMBERS.format(item.number)}`),
      key && make("span", { class: "key", title: key }, key),
      canTick && make("span", { title: "Amounts, dates, links, names and merge tags that stand in the reply as in the text" }, icon("lock"), count(facts, "fact"), " kept"),
      !canTick && make("span", { class: "state" }, STATES[item.state]),
      make("span", { class: "seen" }, icon("check"), "looked at")),
    canTick && make("label", { class: "write", for: id, id: `write-${item.number}` }));
}

/** Make what is under the head. */
function fill(entry) {
  if (entry.filled) return;
  entry.filled = true;
  const { item, element } = entry;
  if (entry.canTick) element.append(make("div", { class: "sheet" },
    make("div", { class: "letter" }, showLetter(entry)),
    make("ul", { class: "margin", "aria-label": "Changes" }, entry.changes.map((change) => showMargin(entry, change)))));
  element.append(...showNotes(entry));
  if (!entry.canTick) element.append(...showPlain(item));
  element.append(make("span", { class: "end" }));
  showTicks(entry);
}

/** A change beside the letter: its tick, its label, and why it was made. */
function showMargin({ item }, change) {
  const kind = kindOf(change);
  const id = `change-${item.number}-${change.id}`;
  return make("li", { class: `aside ${kind}`, "data-change": change.id },
    make("label", {}, make("input", { type: "checkbox", "data-accept": change.id, "aria-describedby": id }),
      make("span", { class: "tag" }, icon(kind), WORDS[kind] ?? kind)),
    make("p", { class: "why", id }, change.why));
}

function showNotes({ item, notes }) {
  const words = [...new Set(notes.map(({ message }) => message))];
  const shown = words.map((message) => {
    const numbers = notes.filter((note) => note.message === message && note.sentence).map(({ sentence }) => sentence);
    const place = numbers.length > 0 && `${numbers.length === 1 ? "Sentence" : "Sentences"} ${numbers.join(", ")}: `;
    return make("p", { class: "note" }, icon("note"), make("span", {}, place && make("b", {}, place), message));
  });
  if (item.message) shown.push(make("p", { class: item.state === "failed" ? "note trouble" : "note" }, icon("note"), make("span", {}, item.message)));
  return shown;
}

/** The text of an item that has no changes: folded away, since there is nothing to decide. */
function showPlain(item) {
  const text = item.result?.draft_text ?? item.excerpt;
  if (!text.trim()) return [];
  const quiet = (item.result?.notes ?? []).find(({ code }) => QUIET_NOTES.has(code));
  const first = text.trim().replaceAll(/\s+/g, " ");
  return [
    quiet && make("p", { class: "note good" }, icon("check"), make("span", {}, quiet.message)),
    make("details", {},
      make("summary", {}, make("span", {}, first.slice(0, 400))),
      make("div", { class: "letter" }, text)),
  ].filter(Boolean);
}

/** Bring an item's ticks up to what is known. */
function showTicks(entry) {
  const { element, ticked, undone, item, canTick } = entry;
  if (!element) return;
  element.classList.toggle("looked", entry.looked);
  element.classList.toggle("ticked", ticked);
  if (!canTick) return;
  const box = element.querySelector("[data-tick]");
  box.checked = ticked;
  box.indeterminate = ticked && undone.size > 0;
  const left = entry.changes.length - undone.size;
  element.querySelector(".write").textContent = !ticked ? "Leave as it is"
    : undone.size ? `Write ${left} of ${count(entry.changes.length, "change")}` : `Write ${count(left, "change")}`;
  for (const part of element.querySelectorAll("[data-change]")) {
    part.classList.toggle("undone", undone.has(part.dataset.change));
  }
  for (const input of element.querySelectorAll("[data-accept]")) input.checked = !undone.has(input.dataset.accept);
}

