// What could be kinder in the draft: marks in the text, and a list that leads to them with advice.

import { count, find, icon, make } from "./dom.js";
import { findMark, lightMark } from "./mirror.js";

const FOREIGN = "This doesn't seem to be English, the only language that is read here.";
const HINT = "Move over one of these, or go to it, to see what helps.";

/** @param {ReturnType<import("./draft_field.js").createDraftField>} field */
export function createFindings(field) {
  let findings = [];
  const advice = find("#advice");
  const list = find("#findings-list");

  /** Show the advice of one finding, or the hint. */
  function point(number) {
    const finding = findings[number];
    advice.textContent = finding?.advice ?? HINT;
    advice.className = `advice ${finding?.label ?? ""}`;
    lightMark(number);
    list.querySelectorAll("button").forEach((chip, at) => chip.classList.toggle("current", at === number));
  }

  const chip = ({ rule, text, label, advice: words }, number) =>
    make("li", {}, make("button", {
      type: "button", class: `finding ${label}`, "aria-describedby": `advice-${number}`,
      onclick: () => field.select(number),
      onfocus: () => point(number), onmouseenter: () => point(number), onmouseleave: () => point(null),
    }, icon(label), make("span", {}, rule.replaceAll("_", " ")), text && make("q", {}, shorten(text))),
    make("span", { hidden: true, id: `advice-${number}` }, words));

  followPointer(point);
  followCaret(field, point);

  return {
    /** @param {any|null} checked An answer of /api/v1/check, `{refusal}`, or nothing to say. */
    show(checked) {
      findings = checked?.findings ?? [];
      const title = titleOf(checked, findings);
      find("#findings").hidden = !title;
      find("#findings").classList.toggle("none", !findings.length);
      find("#findings-title").textContent = title;
      list.replaceChildren(...findings.map(chip));
      advice.hidden = !findings.length;
      point(null);
    },
  };
}

function titleOf(checked, findings) {
  if (!checked) return "";
  if (checked.refusal) return checked.refusal.code === "empty_draft" ? "" : checked.refusal.message;
  if (findings.length) return `${count(findings.length, "thing")} could be kinder`;
  if (checked.language && checked.language !== "en") return FOREIGN;
  return checked.sentences ? "No rule finds anything cold in this draft." : "";
}

const shorten = (text) => (text.length > 40 ? `${text.slice(0, 38).trimEnd()}\u2026` : text);

/** Show advice beside the mark that the pointer is on. */
function followPointer(point) {
  const draft = find("#draft");
  const tip = find("#tip");
  let shown = null;
  const show = (mark) => {
    if (mark?.number === shown) return;
    shown = mark?.number ?? null;
    point(shown);
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = find("#advice").textContent;
    const frame = find("#writing").getBoundingClientRect();
    tip.style.top = `${mark.box.bottom - frame.top + 6}px`;
    tip.style.left = `${Math.max(0, Math.min(mark.box.left - frame.left, frame.width - tip.offsetWidth))}px`;
  };
  draft.addEventListener("mousemove", ({ clientX, clientY }) => show(findMark(clientX, clientY)));
  draft.addEventListener("mouseleave", () => show(null));
  draft.addEventListener("input", () => show(null));
}

/** Show the advice of the mark that the caret is in. */
function followCaret(field, point) {
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === find("#draft")) point(field.atCaret);
  });
}
