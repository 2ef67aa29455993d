// Lists where one key decides: j and k move, any other key presses what carries it in data-key.
// Every key presses a button or link that is on the page; "/" goes to the page's search, if it has one.

const rows = [...document.querySelectorAll("[data-row]")];
const keys = document.querySelector("[data-keys]");
const PLACE = `dawen-row${location.pathname}`;
if (keys && rows.length) keys.hidden = false;

function go(index) {
  const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  if (event.key === "Enter" && !event.target.matches("[data-row]")) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    search.focus();
    search.select();
  } else if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at < 0 ? 0 : at - 1);
  else {
    const button = rows[at]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    button.click();
  }
  event.preventDefault();
});

// After a decision the page comes back: go on at the same place, which holds the next row now.
for (const row of rows) {
  row.addEventListener("submit", () => sessionStorage.setItem(PLACE, rows.indexOf(row)));
}
const place = sessionStorage.getItem(PLACE);
if (place !== null) {
  sessionStorage.removeItem(PLACE);
  go(Number(place));
}
