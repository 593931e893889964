// The reply and the ways to take it along.

import { say, tell } from "./announce.js";
import { copy } from "./clipboard.js";
import { button, count, find, icon, make } from "./dom.js";
import { fromText, holdPictures, showPictures } from "./html.js";
import { mailLink, save, writeMail } from "./mail.js";

const LONG = "This reply is too long to hand over to a mail program: most cut it off. Copy it, or take the .eml file.";
const BARRED = "This browser doesn't let the page copy. Please select the text and copy it.";
const LAGS = "The reply couldn't be brought up to date, so it isn't copied.";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function showReply(store, reply) {
  const ways = createWays(reply);
  find("#ways").append(...ways.buttons);
  store.listen(({ applied, replyTrouble, run }, before) => {
    const working = run?.phase === "working";
    find("#reply").hidden = !working && (!applied || run?.phase !== "done");
    find("#reply").classList.toggle("coming", working);
    showTrouble(replyTrouble, reply);
    if (!applied || applied === before.applied) return;
    showText(applied);
    showFindings(applied.findings.reply);
    ways.update(applied);
  });
  return ways;
}

/** Copy, save, or hand over: always exactly what the server said last. */
function createWays(reply) {
  const withReply = (act) => async () => {
    const applied = await reply.settled();
    if (applied) await act(applied, htmlOf(applied));
    else tell(LAGS);
  };
  const copyIt = withReply(async ({ reply_text: text }, html) => {
    const done = await copy(text, html);
    tell(done ? "Copied. It's ready to paste." : BARRED);
  });
  const copyButton = button("Copy the reply", "copy", copyIt, { class: "primary", id: "copy" });
  const text = button(".txt", "download", withReply(({ reply_text }) => {
    save("reply.txt", "text/plain;charset=utf-8", reply_text);
    say("Saved as reply.txt");
  }), { "aria-label": "Download as .txt" });
  const mail = button(".eml", "download", withReply(({ format, reply_text, reply: html }) => {
    save("reply.eml", "message/rfc822", writeMail(reply_text, format === "html" ? html : null));
    say("Saved as reply.eml");
  }), { "aria-label": "Download as .eml" });
  const link = make("a", { class: "button", id: "mailto" }, icon("mail"), make("span", {}, "Mail program"));
  const hint = find("#ways-hint");
  return {
    copy: copyIt,
    buttons: [copyButton, text, mail, link],
    update({ reply_text }) {
      const address = mailLink(reply_text);
      link.hidden = !address;
      if (address) link.href = address;
      hint.hidden = Boolean(address);
      hint.textContent = address ? "" : LONG;
    },
  };
}

const htmlOf = ({ format, reply, reply_text }) => (format === "html" ? reply : fromText(reply_text));

function showText({ format, reply, reply_text }) {
  const sheet = find("#reply-text");
  sheet.classList.toggle("formatted", format === "html");
  find("#pictures")?.remove();
  if (format !== "html") {
    sheet.textContent = reply_text;
    return;
  }
  // The server has sanitised it; see the contract of /api/v1/apply.
  const { html, held } = holdPictures(reply);
  sheet.innerHTML = html;
  if (held) sheet.before(picturesButton(sheet, held));
}

const picturesButton = (sheet, held) => {
  const show = button(`Show ${count(held, "picture")} from the web`, "note", () => {
    showPictures(sheet);
    show.remove();
  }, { class: "quiet", id: "pictures" });
  return show;
};

function showTrouble(words, reply) {
  find("#reply").classList.toggle("lags", Boolean(words));
  find("#reply-trouble")?.remove();
  if (!words) return;
  find("#ways").before(make("div", { id: "reply-trouble", class: "trouble", role: "alert" }, icon("note"),
    make("p", {}, `Your last action isn't in the reply below yet. ${words} `),
    make("button", { type: "button", onclick: () => reply.refresh() }, "Try again")));
}

function showFindings(findings) {
  const found = findings.filter(({ text }) => text);
  const place = find("#reply-findings");
  place.replaceChildren();
  if (!found.length) return;
  place.append(make("details", { class: "told" },
    make("summary", {}, `${count(found.length, "place")} in the reply may still read as cold`),
    make("ul", {}, found.map(({ text, advice }) => make("li", {}, make("q", {}, text), ` ${advice}`)))));
}
