// The server's answers, and what can go wrong on the way to them. Stands where the page of the server
// has its own `api.js`: what is built upon it is the same here and there.

import { readEvents } from "./sse.js";

const LOST = "The connection to the server was lost. Your draft is as you left it. Please try again.";
const ODD = "What answers there is no server of drafting. Please look at its address in the options.";
const KEYS = {
  key_missing: "This server asks for a key. Please enter yours in the options.",
  key_wrong: "This server doesn't know your key. Please look at it in the options, or ask whoever runs the server.",
  foreign_page: "This server doesn't take what the add-on sends. Whoever runs it can set DRAFTING_API_KEYS and give you a key.",
  empty_draft: "There is no sentence in your reply yet. Please write one first.",
};

/** The server said no; `message` is a sentence for the person who reads it. */
export class Refusal extends Error {
  constructor({ code, detail }) {
    super(KEYS[code] ?? (code && detail) ?? ODD);
    this.code = code ?? "unknown";
  }
}

/** No answer came, or it broke off. */
export class LostConnection extends Error {
  constructor(message = LOST) {
    super(message);
  }
}

let server = { address: "", key: "", candidates: 4 };

/** Say which server is asked. @param {typeof import("./settings.js").DEFAULTS} settings */
export const connect = (settings) => {
  server = settings;
};

export const check = (draft, signal) => askJson("/api/v1/check", draft, signal);
export const apply = (body, signal) => askJson("/api/v1/apply", body, signal);
export const rewriteSlot = (body, signal) =>
  askJson("/api/v1/rewrite/slot", { ...body, candidates: server.candidates }, signal);

/** Whether the server's model stands: "ready", "loading", ... */
export async function askState() {
  const { status } = await readJson(await reach("/readyz", { headers: {} }));
  if (typeof status !== "string") throw new Refusal({});
  return status;
}

/** Yield the events of a rewrite; closing the signal gives it up on the server too. */
export async function* rewrite(draft, signal) {
  const body = { ...draft, candidates: server.candidates };
  const response = await ask("/api/v1/rewrite", body, "text/event-stream", signal);
  try {
    yield* readEvents(response);
  } catch (error) {
    throw translate(error);
  }
}

const askJson = async (path, body, signal) => readJson(await ask(path, body, "application/json", signal));

async function ask(path, body, accept, signal) {
  const headers = { "Content-Type": "application/json", Accept: accept };
  if (server.key) headers.Authorization = `Bearer ${server.key}`;
  const response = await reach(path, { method: "POST", headers, body: JSON.stringify(body), signal });
  if (response.ok) return response;
  throw new Refusal(await response.json().catch(() => ({})));
}

/** Nothing is sent along, kept, or passed on to another address. */
async function reach(path, options) {
  const closed = { credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" };
  try {
    return await fetch(server.address + path, { ...options, ...closed });
  } catch (error) {
    throw translate(error, `There is no server at ${server.address} right now. Please start it, `
      + "or look at its address in the options.");
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch (error) {
    throw error instanceof SyntaxError ? new Refusal({}) : translate(error);
  }
}

/** What a person gave up stays what it is; everything else on the way is a lost connection. */
const translate = (error, words) => (error.name === "AbortError" ? error : new LostConnection(words));
