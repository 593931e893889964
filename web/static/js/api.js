// The server's answers, and what can go wrong on the way to them.

import { readEvents } from "./sse.js";

const BASE = document.querySelector('meta[name="api"]').content;
const TOKEN = document.querySelector('meta[name="csrf-token"]').content;

const LOST = "The connection to the server was lost. Your draft is safe here. Please try again.";
const ODD = "The server gave an answer that this page can't read. Your draft is safe here.";

const SIGNED_OUT = "You have been signed out. Please sign in again on a second tab, then come back and "
  + "try again: your draft is safe here.";

/** The server said no; `message` is a sentence for the person who reads it. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.code === "key_missing" ? SIGNED_OUT : problem.detail ?? ODD);
    this.code = problem.code ?? "unknown";
  }
}

/** No answer came, or it broke off. */
export class LostConnection extends Error {
  constructor() {
    super(LOST);
  }
}

export const check = (draft, signal) => askJson("check", draft, signal);
export const apply = (body, signal) => askJson("apply", body, signal);
export const rewriteSlot = (body, signal) => askJson("rewrite/slot", body, signal);

/** Yield the events of a rewrite; closing the signal gives it up on the server too. */
export async function* rewrite(draft, signal) {
  const response = await ask("rewrite", draft, "text/event-stream", signal);
  try {
    yield* readEvents(response);
  } catch (error) {
    throw translate(error);
  }
}

async function askJson(path, body, signal) {
  const response = await ask(path, body, "application/json", signal);
  try {
    return await response.json();
  } catch (error) {
    throw translate(error);
  }
}

async function ask(path, body, accept, signal) {
  const headers = { "Content-Type": "application/json", Accept: accept, "X-CSRFToken": TOKEN };
  const options = { method: "POST", headers, body: JSON.stringify(body), signal };
  const response = await fetch(BASE + path, options).catch((error) => {
    throw translate(error);
  });
  if (response.ok) return response;
  throw new Refusal(await response.json().catch(() => ({})));
}

/** What a person gave up stays what it is; everything else on the way is a lost connection. */
const translate = (error) => (error.name === "AbortError" ? error : new LostConnection());
