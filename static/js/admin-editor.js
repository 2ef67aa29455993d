// The editor while typing: preview and near entries from the server, and a word before the page is
// left with unsaved text. Without it, the preview button does the same on the server.

const form = document.querySelector("[data-editor]");
const aside = form.querySelector("[data-aside]");
const said = form.querySelector("[data-saved]");
const PAUSE = 500;
const WATCHED = ["question", "answer", "agent_note"];
let timer;
let asked = 0;
let sending = false;
let touched = false;

form.querySelector("[data-preview-button]").hidden = true;
document.querySelector("[data-focus]")?.focus();

async function refresh() {
  const number = ++asked;
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "text/html" },
      redirect: "manual",
    });
    if (!answer.ok || number !== asked) return;
    aside.innerHTML = await answer.text();
  } catch {
    // offline: the text stays where it is, and the next key tries again
  }
}

form.addEventListener("input", (event) => {
  touched = true;
  said.textContent = "";
  if (!WATCHED.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
});

// the button says what it does at the chosen status
const save = form.querySelector("[data-save-button]");

function nameSave() {
  if (!save) return;
  const publishes = form.elements.status.value === "published";
  save.textContent = publishes ? save.dataset.publishes : save.dataset.saves;
}

form.elements.status.addEventListener("change", nameSave);

form.addEventListener("submit", () => {
  sending = true;
});

window.addEventListener("pageshow", () => {
  sending = false;
  nameSave(); // going back, a browser chooses again what was chosen
});

window.addEventListener("beforeunload", (event) => {
  if (touched && !sending) event.preventDefault();
});

form.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".editor__bar .btn--primary"));
  }
});

// What the change does, and a draft on trial: the same page is asked for, and only that part of it
// is shown.
showsPart("effect", "replay");
showsPart("trial", "trial");

function showsPart(name, value) {
  const button = form.querySelector(`[data-${name}-button]`);
  const place = form.querySelector(`[data-${name}-place]`);
  const part = `[data-${name}]`;
  place.querySelector(part)?.focus();
  button.addEventListener("click", async (event) => {
    if (!form.reportValidity()) return;
    event.preventDefault();
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      if (await replaced(place, part, value)) return;
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
    sendWhole(value); // the plain way
  });
}

async function replaced(place, part, value) {
  try {
    const body = new FormData(form);
    body.set("confirmed", value);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector(part);
    if (!found) return false;
    place.replaceChildren(found);
    found.focus();
    return true;
  } catch {
    return false;
  }
}

function sendWhole(value) {
  sending = true;
  const asked = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value });
  form.append(asked);
  form.submit();
}
