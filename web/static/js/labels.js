// The words for labels, as everywhere in the program.

const WORDS = {
  acknowledgement: "acknowledgement",
  benefit_of_the_doubt: "benefit of the doubt",
  next_steps: "next steps",
  explanation: "explanation",
  delete: "deletion",
};

/** What a change is filed under: its label, or that it takes a sentence out. */
export const kindOf = (change) => change.label ?? "delete";

/** @param {string} kind */
export const nameOf = (kind) => WORDS[kind] ?? kind.replaceAll("_", " ");

export const KINDS = Object.keys(WORDS);
