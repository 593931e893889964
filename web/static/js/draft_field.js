// The field that the draft is written in, as plain text or formatted.

import { find } from "./dom.js";
import { fromText } from "./html.js";
import { showMarks } from "./mirror.js";
import { createRich } from "./rich.js";
import { follow } from "./spans.js";
import { points, toUnits } from "./text.js";

/** Findings are known by their number, since an edit can take some of them away. */
const withNumber = (finding, number) => ({ ...finding, number });

/** @param {() => void} changed Called after every edit. */
export function createDraftField(changed) {
  const plain = find("#draft");
  const rich = createRich(changed);
  let format = "text";
  let known = { text: plain.value, findings: [] };

  plain.addEventListener("input", () => {
    const findings = follow(known.findings, points(known.text), points(plain.value));
    show(plain.value, findings);
    changed();
  });

  function show(text, findings) {
    known = { text, findings };
    showMarks(text, findings);
  }

  /** Switch the field, without carrying the text over. */
  function setFormat(wanted) {
    format = wanted;
    const formatted = format === "html";
    find("#writing").classList.toggle("formatted", formatted);
    plain.hidden = formatted;
    find("#mirror").hidden = formatted;
    rich.element.hidden = !formatted;
    find(`#format [value="${format}"]`).checked = true;
    find("#draft-label").htmlFor = formatted ? "rich" : "draft";
  }

  const setPlain = (text) => {
    plain.value = text;
    show(text, []);
  };

  return {
    get format() {
      return format;
    },
    get value() {
      return format === "html" ? rich.value : plain.value;
    },
    get isEmpty() {
      return !(format === "html" ? rich.text : plain.value).trim();
    },
    fill(draft, wanted) {
      setFormat(wanted);
      if (wanted === "html") rich.fill(draft);
      else setPlain(draft);
    },
    /** Switch between plain and formatted and carry the draft over. */
    switchTo(wanted, draftText) {
      if (wanted === format) return;
      if (wanted === "html") rich.fill(fromText(plain.value));
      else setPlain(draftText ?? rich.text);
      setFormat(wanted);
      changed();
    },
    /** Mark what was found, if the text is still the one that was looked at. */
    mark(checked) {
      if (format === "html") rich.mark(checked?.findings ?? []);
      else if (checked?.draft_text === plain.value) show(plain.value, checked.findings.map(withNumber));
      else if (!checked?.findings) show(plain.value, []);
    },
    /** Select what a finding is about, wherever it has moved since. */
    select(number) {
      if (format === "html") return rich.select(number);
      plain.focus();
      const finding = known.findings.find((one) => one.number === number);
      if (finding) plain.setSelectionRange(...finding.span.map((place) => toUnits(plain.value, place)));
    },
    /** The number of the finding that the caret is in, or null. */
    get atCaret() {
      const caret = points(plain.value.slice(0, plain.selectionStart)).length;
      const at = known.findings.find(({ span: [start, end] }) => end > start && caret >= start && caret <= end);
      return at?.number ?? null;
    },
    pasteFormatted(html, text) {
      setFormat("html");
      rich.paste(html, text);
    },
    focus: () => (format === "html" ? rich.element : plain).focus(),
  };
}
