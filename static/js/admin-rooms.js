// On a narrow screen the rooms scroll sideways: begin with the one that is open in sight.

const rooms = document.querySelector(".rooms");
const open = rooms?.querySelector("[aria-current]");
if (open) {
  const middle = open.offsetLeft - rooms.offsetLeft + open.offsetWidth / 2;
  rooms.scrollLeft = middle - rooms.clientWidth / 2;
}
