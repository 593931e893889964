// Puts the page together.

import { createActions } from "./actions.js";
import { tell } from "./announce.js";
import { createChecking } from "./checking.js";
import { showDiff } from "./diff.js";
import { find } from "./dom.js";
import { createDraftField } from "./draft_field.js";
import { showFacts } from "./facts.js";
import { createFindings } from "./findings.js";
import { createHistory } from "./history.js";
import { listenToKeys } from "./keys.js";
import * as memory from "./memory.js";
import { createReply } from "./reply.js";
import { showReply } from "./reply_view.js";
import { createRewriting } from "./rewriting.js";
import { showRun } from "./run_view.js";
import { createStore } from "./store.js";
import { showSummary } from "./summary.js";

const store = createStore();
const history = createHistory();
const reply = createReply(store);
const rewriting = createRewriting(store);
const actions = createActions(store, history, reply);
const customer = find("#customer_message");

let checked = null;
const field = createDraftField(changed);
const findings = createFindings(field);
const checking = createChecking((answer) => {
  checked = answer;
  field.mark(answer);
  findings.show(answer);
});

showSummary(store, actions, history);
showDiff(store, actions);
showRun(store);
showFacts(store);
const ways = showReply(store, reply);

/** What the form holds. @returns {import("./store.js").Source} */
function readForm() {
  return {
    draft: field.value,
    format: field.format,
    customer_message: customer.value.trim() ? customer.value : null,
  };
}

function changed() {
  const form = readForm();
  memory.keepDraft(form);
  checking.later(form);
  markStale(form);
}

/** Say so when what is shown no longer belongs to what is written. */
function markStale(form) {
  const { source, run } = store.get();
  const stale = run?.phase === "done" && JSON.stringify(form) !== JSON.stringify(source);
  find("#stale").hidden = !stale;
}

function rewrite() {
  if (field.isEmpty) {
    field.focus();
    tell("There is no draft yet. Please paste or write one first.");
    return;
  }
  const form = readForm();
  reply.drop();
  history.clear();
  find("#stale").hidden = true;
  rewriting.start(form);
  checking.now(form);
  showReview();
}

/** Go to where the changes come, which is below the draft on a narrow screen. */
function showReview() {
  const review = find("#review");
  find("#review-title").focus({ preventScroll: true });
  if (review.getBoundingClientRect().top < innerHeight / 2) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  review.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

find("#form").addEventListener("submit", (event) => {
  event.preventDefault();
  rewrite();
});
find("#cancel").addEventListener("click", cancel);
customer.addEventListener("input", changed);

function cancel() {
  rewriting.cancel();
  find("#rewrite").focus();
  tell("Cancelled. Your draft is as you left it.");
}

find("#format").addEventListener("change", ({ target }) => field.switchTo(target.value, checked?.draft_text));

let pasted = ["", ""];
find("#draft").addEventListener("paste", ({ clipboardData }) => {
  pasted = ["text/html", "text/plain"].map((type) => clipboardData.getData(type));
  find("#offer").hidden = !hasFormatting(pasted[0]);
});
find("#offer-take").addEventListener("click", () => {
  find("#offer").hidden = true;
  // The plain copy of the paste is already in the field.
  field.fill("", "html");
  field.pasteFormatted(...pasted);
});

/** Whether HTML holds more than text in lines: some programs put HTML around everything. */
const hasFormatting = (html) => /<(a|b|strong|i|em|u|ul|ol|table|img|h[1-6]|blockquote)[\s>]/i.test(html);

const remember = find("#remember");
remember.checked = memory.remembers();
remember.addEventListener("change", () => {
  memory.setRemembering(remember.checked);
  if (remember.checked) memory.keepDraft(readForm());
  tell(remember.checked ? "Your draft is kept in this browser." : "Your draft is forgotten when you leave this page.");
});

const views = find("#view");
const setView = (view) => {
  views.querySelector(`[value="${view}"]`).checked = true;
  store.set({ view });
};
views.addEventListener("change", ({ target }) => {
  memory.keepView(target.value);
  store.set({ view: target.value });
});
setView(memory.recallView());

const help = find("#help");
find("#help-open").addEventListener("click", () => help.showModal());
help.addEventListener("click", ({ target }) => target === help && help.close());

listenToKeys({
  rewrite, cancel,
  isWorking: () => store.get().run?.phase === "working",
  isReviewing: () => store.get().run?.phase === "done",
  help: () => help.showModal(),
  copy: ways.copy,
  takeBack: actions.takeBack, doAgain: actions.doAgain,
  accept: actions.accept, toggle: (id) => actions.toggle(id), edit: (id) => actions.edit(id), choose: actions.choose,
});

// A draft that came back with the page (an error without JavaScript) is newer than a stored one.
const recalled = memory.remembers() && !find("#draft").value ? memory.recallDraft() : null;
if (recalled) {
  customer.value = recalled.customer_message ?? "";
  find("#customer").open = Boolean(customer.value);
  field.fill(recalled.draft ?? "", recalled.format === "html" ? "html" : "text");
} else {
  field.fill(find("#draft").value, find("#format :checked").value);
}
if (!field.isEmpty) checking.now(readForm());
if (/Mac|iP/.test(navigator.platform)) find("#rewrite kbd").textContent = "\u2318 \u21b5";
document.documentElement.classList.add("ready");
