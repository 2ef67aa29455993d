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

form.addEventListener("submit", () => {
  sending = true;
});

window.addEventListener("pageshow", () => {
  sending = false;
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

// What the change does: the same page is asked for, and only that part of it is shown.
const effect = form.querySelector("[data-effect-button]");
const place = form.querySelector("[data-effect-place]");
place.querySelector("[data-effect]")?.focus();

effect.addEventListener("click", async (event) => {
  if (!form.reportValidity()) return;
  event.preventDefault();
  effect.disabled = true;
  effect.setAttribute("aria-busy", "true");
  try {
    const body = new FormData(form);
    body.set("confirmed", "replay");
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-effect]");
    if (part) {
      place.replaceChildren(part);
      part.focus();
      return;
    }
  } catch {
    // the plain way below
  } finally {
    effect.disabled = false;
    effect.removeAttribute("aria-busy");
  }
  sending = true;
  const asked = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "replay" });
  form.append(asked);
  form.submit();
});
