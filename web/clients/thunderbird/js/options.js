// The options: which server, with which key, and how many wordings.

import { askToAllow } from "./access.js";
import { askState, check, connect } from "./api.js";
import { find } from "./dom.js";
import { MOST_CANDIDATES, keepSettings, readAddress, readSettings } from "./settings.js";

const SAMPLE = "Please try again tomorrow.";
const WRONG_ADDRESS = "This isn't an address of a server. One looks like http://127.0.0.1:5000 or https://drafting.example.";
const BARRED = "The add-on may not reach this address. Please press the button again and allow it.";

const field = (name) => find(`#${name}`);

function tell(words, kind = "") {
  const told = find("#told");
  told.textContent = words;
  told.className = `verdict ${kind}`;
  told.hidden = !words;
}

/** What the form holds; null where the address is none, which is told. */
function readForm() {
  const address = readAddress(field("address").value);
  field("address").setAttribute("aria-invalid", String(!address));
  if (!address) {
    tell(WRONG_ADDRESS, "bad");
    return null;
  }
  const candidates = Math.min(Math.max(Math.round(Number(field("candidates").value)) || 1, 1), MOST_CANDIDATES);
  return { address, key: field("key").value.trim(), candidates };
}

function show({ address, key, candidates }) {
  Object.assign(field("address"), { value: address });
  Object.assign(field("key"), { value: key });
  Object.assign(field("candidates"), { value: candidates });
}

async function keepForm() {
  const form = readForm();
  if (!form) return;
  const allowed = await askToAllow(form.address);
  await keepSettings(form);
  show(form);
  if (allowed) tell("Saved.", "good");
  else tell(`Saved. ${BARRED}`, "bad");
}

async function test() {
  const form = readForm();
  if (!form) return;
  if (!(await askToAllow(form.address))) return tell(BARRED, "bad");
  tell("Asking the server\u202f…");
  connect(form);
  try {
    const state = await askState();
    await check({ draft: SAMPLE });
    if (state === "ready") tell("The server answers, and its model is ready.", "good");
    else tell("The server answers; its model isn't ready yet. Please wait a little and test again.");
  } catch (error) {
    tell(error.message, "bad");
  }
}

find("#form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepForm();
});
find("#test").addEventListener("click", test);
find("#show-key").addEventListener("change", ({ target }) => {
  field("key").type = target.checked ? "text" : "password";
});

show(await readSettings());
