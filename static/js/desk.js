// The desk with a keyboard: "/" asks anew, 1–5 show and copy an answer, z turns the language.
// Everything here can be done without it; what is copied was written by the server.

const search = document.getElementById("desk-q");
const signals = document.getElementById("desk-signal");
const keys = document.querySelector("[data-keys]");
if (keys) keys.hidden = false;

function report(slug) {
  const body = new FormData(signals);
  body.set("kind", "copy");
  body.set("slug", slug);
  body.set("search_id", signals.dataset.search);
  fetch(signals.dataset.signal, { method: "POST", body, keepalive: true }).catch(() => {});
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.closest("details").open = true;
    text.focus();
    text.select();
    document.execCommand("copy");
  }
  const label = button.querySelector("[data-copied]");
  const before = label.textContent;
  label.textContent = label.dataset.copied;
  button.classList.add("is-done");
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-done");
  }, 1600);
  report(button.dataset.slug);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

for (const fault of document.querySelectorAll(".answer__fault")) {
  fault.addEventListener("toggle", () => {
    if (fault.open) fault.querySelector("textarea").focus();
  });
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

function turnLanguage() {
  for (const group of document.querySelectorAll(".answer__langs")) {
    const other = group.querySelector("input:not(:checked)");
    if (other) other.checked = true;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=radio]), textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "z") {
    turnLanguage();
  } else if (/^[1-5]$/.test(event.key)) {
    const card = document.querySelector(`[data-card="${event.key}"]`);
    if (!card) return;
    if (!card.open) {
      // nothing is copied unseen: the first press shows it, the second copies
      card.open = true;
      card.querySelector("summary").focus();
      return;
    }
    const shown = [...card.querySelectorAll("[data-copy]")].find(isShown);
    if (shown) copy(shown);
  }
});
