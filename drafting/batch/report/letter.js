// The reply as a letter with what was taken out, what was put in, and the facts that were kept.
// The program counts code points, a string here counts UTF-16 units: texts are cut as arrays.

const points = (text) => Array.from(text);

/** Nodes of a text, each fact in it marked; `at` is where it begins in what `side` counts in. */
function showText(text, at, facts, side) {
  const nodes = [];
  let done = 0;
  const take = (end) => {
    if (end > done) nodes.push(document.createTextNode(text.slice(done, end).join("")));
    done = Math.max(done, end);
  };
  for (const fact of facts) {
    const [start, end] = [fact[side][0] - at, fact[side][1] - at];
    if (end <= done || start < done || end > text.length) continue;
    take(start);
    nodes.push(showFact(fact, text.slice(start, end).join("")));
    done = end;
  }
  take(text.length);
  return nodes;
}

const showFact = (fact, text) =>
  make("span", { class: "fact", title: `Kept as it is: ${fact.kind.replaceAll("_", " ")}` }, text);

/** Facts in the order in which they stand on that side, so that each text is gone through once. */
const sortFacts = (facts, side) => [...facts].sort((a, b) => a[side][0] - b[side][0]);

/** @param {Entry} entry */
function showLetter(entry) {
  const { result } = entry.item;
  const reply = points(result.reply_text);
  const facts = {
    draft_span: sortFacts(result.facts, "draft_span"),
    reply_span: sortFacts(result.facts, "reply_span"),
  };
  const remarks = findRemarks(entry, reply);
  const nodes = [];
  let at = 0;
  for (const change of entry.changes) {
    const [start, end] = change.reply_span;
    nodes.push(...showKept(reply, at, start, facts.reply_span, remarks));
    const before = change.op === "delete" && start > 0 && reply[start - 1].trim();
    const after = change.op === "delete" && reply[start]?.trim();
    nodes.push(...[before && spaceBefore(result.draft_text, change), showChange(change, facts), after && " "].filter(Boolean));
    at = Math.max(at, end);
  }
  nodes.push(...showKept(reply, at, reply.length, facts.reply_span, remarks));
  return nodes;
}

/** The white space that stands before a sentence in the draft. */
function spaceBefore(draft, change) {
  const before = points(draft).slice(0, change.draft_span[0]).join("");
  return before.slice(before.trimEnd().length) || " ";
}

/** A stretch of the reply that no change touches, with the sentences marked that have a note. */
function showKept(reply, from, to, facts, remarks) {
  const nodes = [];
  let at = from;
  for (const [start, end, note] of remarks) {
    if (start < at || end > to) continue;
    nodes.push(...showText(reply.slice(at, start), at, facts, "reply_span"));
    nodes.push(make("mark", { title: note.message }, showText(reply.slice(start, end), start, facts, "reply_span")));
    at = end;
  }
  nodes.push(...showText(reply.slice(at, to), at, facts, "reply_span"));
  return nodes;
}

/** Where the sentences with notes stand in the reply, which has them word for word. */
function findRemarks({ item, notes }, reply) {
  const draft = points(item.result.draft_text);
  const whole = reply.join("");
  const found = [];
  let from = 0;
  for (const note of notes.filter(({ span }) => span)) {
    const text = draft.slice(...note.span).join("");
    const at = whole.indexOf(text, from);
    if (at < 0) continue;
    from = at + text.length;
    const start = points(whole.slice(0, at)).length;
    found.push([start, start + points(text).length, note]);
  }
  return found;
}

/** A change in place. What it looks like undone is up to the style. */
function showChange(change, facts) {
  const kind = kindOf(change);
  return make("span", { class: `change ${kind}`, "data-change": change.id, role: "group", "aria-label": WORDS[kind] ?? kind },
    icon(kind), make("span", { class: "words" }, showWords(change, facts)),
    make("span", { class: "instead" }, change.before || make("s", {}, change.after)));
}

function showWords(change, facts) {
  let inDraft = change.draft_span[0];
  let inReply = change.reply_span[0];
  return change.words.map(([mark, words]) => {
    const text = points(words);
    const nodes = mark === "-"
      ? showText(text, inDraft, facts.draft_span, "draft_span")
      : showText(text, inReply, facts.reply_span, "reply_span");
    if (mark !== "+") inDraft += text.length;
    if (mark !== "-") inReply += text.length;
    return mark === "=" ? nodes : [make(mark === "+" ? "ins" : "del", {}, nodes)];
  }).flat();
}

