// The field that the draft is written in, as plain text or formatted.

import { find } from "./dom.js";
import { fromText } from "./html.js";
import { showMarks } from "./mirror.js";
import { createRich } from "./rich.js";
import { follow } from "./spans.js";
import { points, toUnits } from "./text.js";

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
      else if (checked?.draft_text === plain.value) show(plain.value, checked.findings);
      else if (!checked?.findings) show(plain.value, []);
    },
    select(finding, number) {
      if (format === "html") return rich.select(number);
      plain.focus();
      plain.setSelectionRange(...finding.span.map((place) => toUnits(plain.value, place)));
    },
    pasteFormatted(html, text) {
      setFormat("html");
      rich.paste(html, text);
    },
    focus: () => (format === "html" ? rich.element : plain).focus(),
  };
}
