/* Questions while typing, on every search box (form[data-suggest]).
   An ARIA combobox with a listbox; without this file the box is a plain form. */

const DELAY_MS = 200;
const SHORTEST = 2;
let boxes = 0;

function enhance(form) {
  const input = form.querySelector('input[name="q"]');
  const list = document.createElement("ul");
  list.id = `suggestions-${(boxes += 1)}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  let active = -1;
  let timer = 0;
  let request = null;
  let composing = false;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open() {
    if (!list.children.length || document.activeElement !== input) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function choose(index) {
    options()[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options()[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function show(suggestions) {
    list.replaceChildren(
      ...suggestions.map((one, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.className = "suggestions__item";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.lang = one.lang === "zh" ? "zh-CN" : one.lang;
        option.textContent = one.question;
        option.dataset.url = one.url;
        return option;
      }),
    );
    active = -1;
    if (suggestions.length) open();
    else close();
  }

  async function ask() {
    const text = input.value.trim();
    request?.abort();
    if (text.length < SHORTEST) {
      show([]);
      return;
    }
    request = new AbortController();
    const address = new URL(form.dataset.suggest, document.baseURI);
    address.searchParams.set("q", text);
    try {
      const response = await fetch(address, {
        signal: request.signal,
        headers: { Accept: "application/json" },
      });
      if (!response.ok) throw new Error(`suggestions answered ${response.status}`);
      const found = (await response.json()).suggestions;
      if (input.value.trim() === text) show(found);
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  }

  function later() {
    window.clearTimeout(timer);
    if (!composing) timer = window.setTimeout(ask, DELAY_MS);
  }

  input.addEventListener("input", later);
  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => {
    composing = false;
    later();
  });
  input.addEventListener("focus", open);
  input.addEventListener("blur", close);

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && count) {
      event.preventDefault();
      open();
      choose(active + 1 < count ? active + 1 : -1);
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      open();
      choose(active < 0 ? count - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      window.location.assign(options()[active].dataset.url);
    }
  });

  // before blur, so that a touch on an option is not lost with the list
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) window.location.assign(option.dataset.url);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    request?.abort();
    close();
  });
}

for (const form of document.querySelectorAll("form[data-suggest]")) enhance(form);
