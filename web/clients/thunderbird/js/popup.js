// Puts the popup together. It is the review of the server's own page, around a mail.

import { askToAllow, barOthers, isAllowed } from "./access.js";
import { createActions } from "./actions.js";
import { tell } from "./announce.js";
import { connect } from "./api.js";
import { standing } from "./changes.js";
import * as compose from "./compose.js";
import { showDiff } from "./diff.js";
import { count, find } from "./dom.js";
import { showFacts } from "./facts.js";
import { createHistory } from "./history.js";
import { forget, keep, recall } from "./kept.js";
import { listenToKeys } from "./keys.js";
import { createReply } from "./reply.js";
import { createRewriting } from "./rewriting.js";
import { showRun } from "./run_view.js";
import { readSettings } from "./settings.js";
import { createStore } from "./store.js";
import { showSummary } from "./summary.js";

const EMPTY = "There is no draft yet. Please write your reply first, then come back.";
const LAGS = "The reply couldn't be brought up to date, so nothing was written.";

const store = createStore();
const history = createHistory();
const reply = createReply(store);
const rewriting = createRewriting(store);
const actions = createActions(store, history, reply);
let picked = null;

showSummary(store, actions, history);
showDiff(store, actions);
showRun(store);
showFacts(store);
store.listen(showWays);

const fail = (message) => store.set({ run: { phase: "failed", done: 0, total: 0, position: 0, message } });

/** Read the mail, and show what was kept for it or have it rewritten. */
async function start() {
  const settings = await readSettings();
  find("#address").textContent = settings.address;
  find("#allow").hidden = true;
  if (!(await isAllowed(settings.address))) return showAsking(settings.address);
  connect(settings);
  barOthers(settings.address);
  picked = await compose.pick();
  if (!picked.source.draft.trim()) return fail(EMPTY);
  const kept = await recall(picked);
  if (kept) show(kept);
  else rewrite();
}

function showAsking(address) {
  fail(`The add-on may not reach ${address} yet.`);
  find("#allow").hidden = false;
  find("#allow").onclick = async () => {
    if (await askToAllow(address)) attempt(start);
  };
}

function show(kept) {
  const { source } = picked;
  store.set({ ...kept, source, run: { phase: "done", done: 0, total: 0, position: 0, message: "" } });
}

async function rewrite() {
  reply.drop();
  history.clear();
  await rewriting.start(picked.source);
  find("#review-title").focus();
}

async function again() {
  await forget();
  await start();
}

/** Write the reply into the mail, and go: the editor has the focus then, and its undo the last word. */
async function put() {
  if (find("#put").getAttribute("aria-disabled") === "true") return;
  const applied = await reply.settled();
  if (!applied) return tell(LAGS);
  const { draft_text, reply_text, changes } = applied;
  const trouble = await compose.write(picked, { draft_text, reply_text, changes });
  if (trouble) return fail(trouble);
  await forget();
  window.close();
}

function showWays({ run, changes, replyTrouble }) {
  const isDone = run?.phase === "done";
  const number = standing(changes).length;
  find("#ways").hidden = !isDone;
  find("#put").setAttribute("aria-disabled", String(!number));
  find("#put-words").textContent = number ? `Put ${count(number, "change")} into the mail` : "Nothing to put into the mail";
  find("#lags").hidden = !replyTrouble;
  find("#lags").textContent = replyTrouble ? `Your last action isn't in the reply yet. ${replyTrouble}` : "";
  if (isDone && picked) keep(picked, store.get());
}

/** Whatever goes wrong is told, and never with what was written. */
async function attempt(act) {
  try {
    await act();
  } catch (error) {
    console.error(error);
    fail("Something went wrong in the add-on, and your mail is as it was. Please try again.");
  }
}

find("#rewrite").addEventListener("click", () => attempt(again));
find("#put").addEventListener("click", () => attempt(put));
find("#cancel").addEventListener("click", cancel);
for (const link of document.querySelectorAll(".options")) {
  link.addEventListener("click", async () => {
    await browser.runtime.openOptionsPage();
    window.close();
  });
}

function cancel() {
  rewriting.cancel();
  window.close();
}

listenToKeys({
  rewrite: () => attempt(put), cancel,
  isWorking: () => store.get().run?.phase === "working",
  isReviewing: () => store.get().run?.phase === "done",
  help: () => find("#help").showModal(),
  takeBack: actions.takeBack, doAgain: actions.doAgain,
  accept: actions.accept, toggle: (id) => actions.toggle(id), edit: (id) => actions.edit(id), choose: actions.choose,
});

attempt(start);
