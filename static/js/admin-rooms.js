// On a narrow screen the rooms scroll sideways: begin with the one that is open in sight.

const rooms = document.querySelector(".rooms");
const open = rooms?.querySelector("[aria-current]");
if (open) {
  const middle = open.offsetLeft - rooms.offsetLeft + open.offsetWidth / 2;
  rooms.scrollLeft = middle - rooms.clientWidth / 2;
}

// A page that answers a sent form cannot be gone back to: once its question is answered, Back
// leads to the page that the text came from.

for (const button of document.querySelectorAll("[data-back]")) {
  button.form.addEventListener("submit", (event) => {
    if (event.submitter === button) history.replaceState(null, "", button.dataset.back);
  });
}
