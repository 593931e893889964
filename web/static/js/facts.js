// The facts of the draft, and whether the reply has them all.

import { find, icon, make } from "./dom.js";

/** @param {ReturnType<import("./store.js").createStore>} store */
export function showFacts(store) {
  store.listen(({ applied }, before) => {
    if (!applied || applied === before.applied) return;
    const { facts, missing_facts: missing } = applied;
    const panel = find("#facts");
    panel.hidden = !facts.length && !missing.length;
    panel.classList.toggle("lost", missing.length > 0);
    panel.replaceChildren(...[
      make("h3", { id: "facts-title" }, icon(missing.length ? "note" : "lock"), title(facts, missing)),
      missing.length > 0 && make("p", { class: "missing", role: "alert" },
        "An edit by hand left this out of the reply. Please make sure that you mean it."),
      make("ul", {}, missing.map((fact) => entry(fact, "lost")), facts.map((fact) => entry(fact, "kept"))),
    ].filter(Boolean));
  });
}

function title({ length: kept }, { length: lost }) {
  if (lost) return `${kept} of ${kept + lost} facts kept`;
  return kept === 1 ? "The one fact kept" : `All ${kept} facts kept`;
}

const entry = ({ kind, text }, state) =>
  make("li", { class: state }, icon(state === "lost" ? "close" : "lock"),
    make("span", { class: "what" }, text),
    make("span", { class: "soft" }, state === "lost" ? "not in the reply" : kind.replaceAll("_", " ")));
