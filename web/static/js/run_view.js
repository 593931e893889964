// How the rewrite is going: progress while it works, and a kind word when it ends.

import { say } from "./announce.js";
import { count, find } from "./dom.js";
import { standing } from "./changes.js";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function showRun(store) {
  store.listen(({ run, notes, changes }, before) => {
    if (!run) return;
    const working = run.phase === "working";
    const failed = run.phase === "failed" || run.phase === "cancelled";
    find("#review").hidden = failed;
    find("#review").setAttribute("aria-busy", String(working));
    document.documentElement.classList.toggle("reviewing", !failed);
    find("#run").hidden = !working;
    showProgress(run);
    showTrouble(run);
    showVerdict(run, notes, changes);
    if (run.phase === before.run?.phase) return;
    announce(run, changes, notes);
    // What had the focus goes with the review.
    if (run.phase === "failed" && find("#review").contains(document.activeElement)) find("#rewrite").focus();
  });
}

function showProgress({ done, total, position }) {
  const bar = find("#progress");
  if (total) bar.value = done / total;
  else bar.removeAttribute("value");
  find("#run-words").textContent = progressWords(done, total, position);
}

function progressWords(done, total, position) {
  if (position && !done) return `${count(position, "draft is", "drafts are")} in front of yours`;
  if (!total) return "Reading your draft";
  return done ? `${done} of ${total} places looked at` : "Looking for kinder words";
}

function showTrouble({ phase, message }) {
  const trouble = find("#trouble");
  trouble.hidden = phase !== "failed";
  trouble.querySelector("p").textContent = phase === "failed" ? message : "";
}

/** What there is to say of the reply as a whole. */
function showVerdict({ phase }, notes, changes) {
  const whole = notes.filter(({ span }) => !span);
  const words = whole.map(({ message }) => message);
  if (phase === "done" && !changes.length && !words.length) {
    words.push("No change was certain enough to be made. Your draft stays as you wrote it.");
  }
  const verdict = find("#verdict");
  verdict.hidden = phase !== "done" || !words.length;
  verdict.classList.toggle("good", whole.some(({ code }) => code === "already_kind"));
  verdict.textContent = words.join(" ");
}

function announce({ phase }, changes, notes) {
  const words = notes.filter(({ span }) => !span).map(({ message }) => message).join(" ");
  if (phase === "working") say("Rewriting. Your draft stays as it is.");
  if (phase === "cancelled") say("Cancelled. Your draft is as you left it.");
  if (phase === "done") say(`Done. ${count(standing(changes).length, "change")}. ${words}`);
}
