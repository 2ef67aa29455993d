// The list of clusters with the keyboard: j and k move, Enter opens, w writes, a adds as phrasing,
// d dismisses, m marks for merging and M merges, u undoes, ? shows the keys. Every key presses a
// button, link or box that is on the page.

const rows = [...document.querySelectorAll("[data-row]")];
const help = document.querySelector("[data-help]");
const PLACE = "dawen-cluster-row";
const OF_ROW = new Set(["w", "a", "d", "m", "Enter"]);
const OF_PAGE = new Set(["u", "M"]);
if (help) help.hidden = false;

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(index) {
  const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function press(part, key) {
  part?.querySelector(`[data-key="${key}"]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input:not([type=checkbox])")) return;
  const at = current();
  const key = event.key;
  if (key === "Enter" && event.target !== rows[at]) return;
  if (key === "j" && rows.length) go(at + 1);
  else if (key === "k" && rows.length) go(at < 0 ? 0 : at - 1);
  else if (key === "?" && help) help.open = !help.open;
  else if (OF_ROW.has(key)) press(rows.length ? rows[at] : document, key);
  else if (OF_PAGE.has(key)) press(document, key);
  else return;
  event.preventDefault();
});

// After an action the page comes back: go on at the same place.
for (const row of rows) {
  row.addEventListener("submit", () => sessionStorage.setItem(PLACE, rows.indexOf(row)));
}
const place = sessionStorage.getItem(PLACE);
if (place !== null && rows.length) {
  sessionStorage.removeItem(PLACE);
  go(Number(place));
}
