// The diff view: one row for each run of the draft. Rows that look the same stay the same elements,
// so focus, selection and what is typed survive every update.

import { arrange, find, icon, make } from "./dom.js";
import { UNDONE } from "./changes.js";
import { kindOf, nameOf } from "./labels.js";
import { layOut } from "./rows.js";
import { showText, showWords } from "./words.js";
import { changeHead } from "./change_head.js";
import { editor } from "./editor.js";
import { suggestions, wordings } from "./wordings.js";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function showDiff(store, actions) {
  const letter = find("#letter");
  const built = new Map();

  function row(row, state) {
    const look = looks(row, state);
    const signature = JSON.stringify(look);
    const old = built.get(row.key);
    if (old?.signature === signature) return old.element;
    const element = build(row, look, state, actions);
    built.set(row.key, { element, signature });
    if (old) keepFocus(old.element, element);
    return element;
  }

  store.listen((state) => {
    letter.className = `letter ${state.view} ${state.run?.phase ?? ""}`;
    find("#review").classList.toggle("side-by-side", state.view === "side");
    const rows = layOut(state.draftText, state.changes, state.notes);
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of [...built.keys()]) if (!keys.has(key)) built.delete(key);
    arrange(letter, rows.map((each) => row(each, state)));
  });
}

/** All that a row's look depends on. */
function looks(row, state) {
  const { change } = row;
  const facts = factsIn(row, state);
  const view = state.view;
  const quiet = change && state.filter !== null && state.filter !== kindOf(change);
  return {
    ...row, facts, view, quiet,
    shown: change && state.applied?.changes.find(({ id }) => id === change.id),
    busy: state.busy[row.key] ?? null,
    working: state.run?.phase === "working",
    editing: state.editing === row.key,
    choosing: state.choosing === row.key,
    missing: change && missingIn(row, state),
  };
}

function factsIn({ at, text, change }, { applied }) {
  const end = at + text.length;
  return (applied?.facts ?? []).filter(({ draft_span: [start] }) =>
    start >= at && (start < end || (change && start === at)));
}

const missingIn = ({ change, at, text }, { applied }) =>
  (applied?.missing_facts ?? [])
    .filter(({ draft_span: [start] }) => change.status !== UNDONE && start >= at && start < at + text.length)
    .map((fact) => fact.text);

function build(row, look, state, actions) {
  const classes = ["row", row.kind, row.paragraph && "paragraph"];
  if (row.kind === "kept") return buildKept(row, look, classes);
  if (row.kind === "note") return buildNote(row, look, classes, actions);
  if (look.quiet) return buildQuiet(row, look, classes);
  return buildChange(row, look, classes, actions);
}

const item = (classes, properties, ...children) =>
  make("div", { class: classes.filter(Boolean).join(" "), role: "listitem", ...properties }, ...children);

/** The text of a row: once inline, or the draft's side and the reply's. */
function sides(look, draft, reply, both) {
  const marker = () => look.marker && make("span", { class: "marker" }, `${look.marker.trim()} `);
  if (look.view === "inline") return make("p", { class: "text" }, marker(), both);
  return make("div", { class: "sides" },
    make("p", { class: "text draft-side" }, make("span", { class: "heard" }, "Draft: "), marker(), draft),
    make("p", { class: "text reply-side" }, make("span", { class: "heard" }, "Reply: "), marker(), reply));
}

function buildKept(row, look, classes) {
  const facts = look.facts.map((fact) => ({ ...fact, span: fact.draft_span }));
  const text = () => showText(row.text, row.at, facts);
  return item(classes, {}, sides(look, text(), text(), text()));
}

function buildNote(row, look, classes, actions) {
  const kept = buildKept(row, look, []).firstChild;
  const id = row.key;
  if (look.editing) return item(classes, {}, editor(row.text.join(""), id, actions));
  const { label } = row.note;
  const sign = label ? make("span", { class: `tag ${label}` }, icon(label), nameOf(label)) : icon("note");
  const words = make("p", { class: "note-words", id: `note-${id}` }, sign, row.note.message);
  const again = make("div", { class: "note-do" },
    row.note.may_go && make("button", { type: "button", "data-focus": "leave",
      "aria-describedby": `note-${id}`, onclick: () => actions.leaveOut(id) }, "Leave it out"),
    make("button", { type: "button", "data-focus": "again", "aria-busy": look.busy ? "true" : null,
      "aria-describedby": `note-${id}`, onclick: () => actions.reword(id) },
      look.busy ?? "Try other wordings"),
    make("button", { type: "button", "data-focus": "edit", "aria-describedby": `note-${id}`,
      onclick: () => actions.edit(id) }, "Word it yourself"));
  const unsure = look.working ? null : suggestions(row.note, id, actions);
  return item(classes, { id: `row-${id}` }, kept, words, unsure, look.working ? null : again);
}

/** A change that the filter leaves out reads like the rest of the letter. */
function buildQuiet({ change, paragraph }) {
  const text = change.status === UNDONE ? change.before : change.after;
  const hidden = text ? null : true;
  return item(["row", "kept", "filtered", paragraph && "paragraph"], { hidden }, make("p", { class: "text" }, text));
}

function buildChange(row, look, classes, actions) {
  const { change } = row;
  const undone = change.status === UNDONE;
  const shown = look.shown ?? change;
  const id = change.id;
  const facts = look.facts;
  const body = undone
    ? sides(look, change.before, change.before, change.before || make("span", { class: "soft" }, change.after))
    : sides(look, showWords(shown, facts, "=-"), showWords(shown, facts, "=+"), showWords(shown, facts));
  return item(
    [...classes, kindOf(change), change.status, look.working && "arriving"],
    { id: `row-${id}`, tabindex: 0, "data-change": id, "data-focus": "row",
      "aria-labelledby": `tag-${id}`, "aria-describedby": `why-${id}` },
    changeHead(change, look, actions),
    look.editing ? editor(change.after, id, actions) : body,
    make("p", { class: "why", id: `why-${id}` }, change.why),
    look.missing.length > 0 && make("p", { class: "missing" }, icon("note"),
      `This wording leaves out ${look.missing.join(", ")}, which the draft says.`),
    look.choosing && wordings(change, look.busy, actions),
  );
}

/** Carry the focus over to what replaces the focused element. */
function keepFocus(old, fresh) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  if (!focused) return;
  const name = focused.dataset.focus;
  // The fresh element isn't in the page yet. An editor in it takes the focus by itself.
  queueMicrotask(() => {
    if (fresh.contains(document.activeElement)) return;
    const twin = name && fresh.querySelector(`[data-focus="${CSS.escape(name)}"]:not([disabled])`);
    (twin || (fresh.tabIndex === 0 ? fresh : fresh.querySelector("button, textarea")))?.focus({ preventScroll: true });
  });
}
