// From row to row with the keyboard: j and k move, w or Enter writes, a goes to the nearest entry,
// d dismisses. Every key presses a button or link that is on the page.

const rows = [...document.querySelectorAll("[data-row]")];
const keys = document.querySelector("[data-keys]");
const PLACE = "dawen-missed-row";
if (keys && rows.length) keys.hidden = false;

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(index) {
  const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function press(row, key) {
  row?.querySelector(`[data-key="${key}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const at = current();
  const row = rows[at];
  switch (event.key) {
    case "j":
      go(at + 1);
      break;
    case "k":
      go(at < 0 ? 0 : at - 1);
      break;
    case "w":
      press(row, "w");
      break;
    case "Enter":
      if (event.target !== row) return;
      press(row, "w");
      break;
    case "a":
      row?.querySelector('[data-key="a"]')?.focus();
      break;
    case "d":
      press(row, "d");
      break;
    default:
      return;
  }
  event.preventDefault();
});

// After an action the page comes back: go on at the same place.
for (const row of rows) {
  row.addEventListener("submit", () => sessionStorage.setItem(PLACE, rows.indexOf(row)));
}
const place = sessionStorage.getItem(PLACE);
if (place !== null) {
  sessionStorage.removeItem(PLACE);
  go(Number(place));
}
