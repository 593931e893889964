// The page put together: its head, ticks, keys, print.

const fileOf = (path) => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

function showTop() {
  document.title = `Review of ${fileOf(review.input)}`;
  find("#title").textContent = document.title;
  const place = review.field && !review.in_place ? `beside “${review.field}”` : "in place of their texts";
  find("#about").textContent = `Once you save and apply, ${fileOf(review.output)} has the replies that are ticked, ${place}, and no others. `
    + "What has a note isn’t ticked before you have looked.";
  const states = ["rewritten", "kept", "failed", "skipped"]
    .map((state) => [state, entries.filter(({ item }) => item.state === state).length]);
  const changes = entries.reduce((sum, entry) => sum + entry.changes.length, 0);
  const all = [["items", entries.length], ...states.filter(([state, number]) => number || state === "rewritten"), ["changes", changes]];
  find("#totals").append(...all.map(([words, number]) =>
    make("div", { class: `total-${words}` }, make("dt", {}, words), make("dd", {}, NUMBERS.format(number)))));
}

function showDock() {
  const looked = entries.filter((entry) => entry.looked).length;
  const ticked = entries.filter((entry) => entry.ticked).length;
  const progress = find("#progress");
  progress.max = Math.max(entries.length, 1);
  progress.value = looked;
  find("#progress-words").textContent = `${NUMBERS.format(looked)} of ${NUMBERS.format(entries.length)} looked at`;
  find("#ticked").textContent = `${NUMBERS.format(ticked)} ticked${isUnsaved() ? ", not saved" : ""}`;
}

function decideOn(some, act) {
  some.forEach((entry) => {
    act(entry);
    showTicks(entry);
  });
  tell("ticks");
}

function listenToTicks() {
  find("#items").addEventListener("change", ({ target }) => {
    const entry = owners.get(target.closest(".item"));
    entry.looked = true;
    const { accept } = target.dataset;
    decideOn([entry], () => (accept ? tickChange(entry, accept, target.checked) : tick(entry, target.checked)));
  });
  find("#tick-all").addEventListener("click", () => decideOn(shown, (entry) => tick(entry, true)));
  find("#untick-all").addEventListener("click", () => decideOn(shown, (entry) => tick(entry, false)));
}

/** A change and its place in the margin light up together. */
function listenToPointing() {
  const items = find("#items");
  const point = ({ target }) => {
    const part = target?.closest?.("[data-change]");
    for (const old of items.querySelectorAll(".pointed")) old.classList.remove("pointed");
    if (!part) return;
    const same = part.closest(".item").querySelectorAll(`[data-change="${CSS.escape(part.dataset.change)}"]`);
    for (const twin of same) twin.classList.add("pointed");
  };
  items.addEventListener("pointerover", point);
  items.addEventListener("focusin", point);
  items.addEventListener("pointerleave", () => point({}));
}

function listenToSearch() {
  const field = find("#search");
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      view.search = field.value;
      refresh();
    }, 120);
  });
  find("#order").addEventListener("change", ({ target }) => {
    view.order = target.value;
    refresh();
  });
  find("#clear").addEventListener("click", () => {
    Object.assign(view, { search: "", state: "all" });
    view.labels.clear();
    field.value = "";
    refresh();
    find("#items").focus({ preventScroll: true });
  });
}

/** Go to the next item, or the one before. */
function step(by) {
  if (!shown.length) return;
  const here = shown.indexOf(current());
  const next = shown[Math.min(Math.max(here < 0 ? 0 : here + by, 0), shown.length - 1)];
  const before = current();
  if (before) look(before);
  showUntil(shown.indexOf(next) + PIECE / 2);
  fill(next);
  next.element.focus({ preventScroll: true });
  next.element.scrollIntoView({ block: "start" });
}

const current = () => owners.get(document.activeElement?.closest(".item"));

function tickCurrent() {
  const entry = current();
  if (!entry) return;
  entry.looked = true;
  decideOn([entry], () => tick(entry, !entry.ticked));
}

function focusSearch() {
  find("#search").focus();
  find("#search").select();
}

const isWriting = (element) => element.matches?.("input:not([type=checkbox]), select, textarea");

/** Single letters can be switched off: who speaks to the computer would set them off (WCAG 2.1.4). */
function listenToKeys() {
  const does = { j: () => step(1), k: () => step(-1), x: tickCurrent, "/": focusSearch };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const command = event.ctrlKey || event.metaKey;
    if (command && key.toLowerCase() === "s") return act(event, save);
    if (command || event.altKey) return;
    if (key === "Escape" && target.id === "search" && !target.value) return act(event, () => step(0));
    if (isWriting(target) || !find("#keys").checked) return;
    const does_ = does[key.toLowerCase()];
    if (does_) act(event, does_);
  });
  find("#keys").addEventListener("change", keepSoon);
}

function act(event, does) {
  event.preventDefault();
  does();
}

/** On paper, all that is shown has its letter. */
function prepareToPrint() {
  showUntil(shown.length);
  shown.forEach(fill);
  for (const fold of document.querySelectorAll("details")) fold.open = true;
}

recall();
showTop();
makeChips();
refresh();
showDock();
listen(showDock);
listen(keepSoon);
listen((changed) => changed === "ticks" && hideSaved());
listen(showChips);
listenToTicks();
listenToPointing();
listenToSearch();
listenToKeys();
find("#save").addEventListener("click", save);
window.addEventListener("beforeprint", prepareToPrint);
