// Keeps the list of files up to date while any of them is being rewritten: the page is fetched again,
// and what has changed in its list is taken over.

const PAUSE = 1500;

const list = document.querySelector("#batches");
const said = document.querySelector("#said");
const isOpen = () => list.querySelector("[data-open]") !== null;

async function fetchList() {
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error("no list");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("#batches");
}

function takeOver(fresh) {
  const item = document.getElementById(fresh.id);
  if (!item) {
    list.prepend(document.importNode(fresh, true));
  } else if (item.dataset.state !== fresh.dataset.state) {
    replace(item, document.importNode(fresh, true));
  } else if (item.matches("[data-open]")) {
    item.querySelector("progress").value = fresh.querySelector("progress").value;
    item.querySelector(".said").textContent = fresh.querySelector(".said").textContent;
  }
}

function replace(item, fresh) {
  const hadFocus = item.contains(document.activeElement);
  item.replaceWith(fresh);
  if (hadFocus) fresh.querySelector("a, button").focus();
  said.textContent = `${fresh.querySelector("h3").textContent}: ${fresh.querySelector(".said").textContent}`;
}

async function refresh() {
  try {
    const fresh = await fetchList();
    [...fresh.children].reverse().forEach(takeOver);
    for (const item of [...list.children]) {
      if (!fresh.querySelector(`#${CSS.escape(item.id)}`)) item.remove();
    }
  } catch {
    // The server may be starting anew; the next round asks again.
  }
  if (isOpen()) setTimeout(refresh, PAUSE);
}

if (isOpen()) setTimeout(refresh, PAUSE);
