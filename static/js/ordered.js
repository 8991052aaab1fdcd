// Rows that are put in order by their numbers can also be dragged by their handle or moved by two buttons.
// Each [data-ordered] holds [data-row]s; this only rewrites their numbers (and, dragged to another list, the field of the
// list's name), which are saved with the form. data-says are the words before a row's new number, for those who cannot see it move.
{
  const lists = [...document.querySelectorAll("[data-ordered]")];
  const said = document.querySelector("[data-said]");
  const rowsOf = (list) => [...list.querySelectorAll(":scope > [data-row]")];
  const EDGE = 60; // pixels from the edge of the window where dragging scrolls
  const numberOf = (row) => row.querySelector("input[type=number]");

  const settle = (list) => {
    rowsOf(list).forEach((row, index) => {
      numberOf(row).value = index + 1;
      const section = row.querySelector("select[name$=-section]");
      if (section) { section.value = list.dataset.ordered; }
    });
    for (const nothing of list.querySelectorAll(".nothing")) { nothing.hidden = rowsOf(list).length > 0; }
  };

  const say = (row) => {
    const list = row.closest("[data-ordered]");
    const title = row.querySelector(".piece a").textContent;
    said.textContent = `${title} ${list.dataset.says} ${numberOf(row).value}`;
  };

  const byButton = (row, button) => {
    const down = button.dataset.move === "1";
    const other = down ? row.nextElementSibling : row.previousElementSibling;
    if (!other || !other.matches("[data-row]")) { return; }
    if (down) { other.after(row); } else { other.before(row); }
    settle(row.parentElement);
    say(row);
    button.focus();
  };

  // The whole page listens while a row is dragged: a row that is taken elsewhere loses a pointer it had captured.
  const drag = (row) => {
    const from = row.parentElement;
    row.classList.add("dragged");
    const move = (event) => {
      if (event.clientY < EDGE) { window.scrollBy(0, -EDGE / 4); }
      if (event.clientY > window.innerHeight - EDGE) { window.scrollBy(0, EDGE / 4); }
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const over = under?.closest("[data-row]");
      const list = under?.closest("table")?.querySelector("[data-ordered]");
      if (over && over !== row && lists.includes(over.parentElement)) {
        const box = over.getBoundingClientRect();
        if (event.clientY < box.top + box.height / 2) { over.before(row); } else { over.after(row); }
      } else if (list && list !== row.parentElement && rowsOf(list).length === 0) {
        list.append(row);
      }
    };
    const end = () => {
      row.classList.remove("dragged");
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      new Set([from, row.parentElement]).forEach(settle);
      say(row);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  };

  for (const list of lists) {
    for (const row of rowsOf(list)) {
      const handle = row.querySelector("[data-handle]");
      if (!handle) { continue; }
      handle.hidden = false;
      handle.addEventListener("pointerdown", (event) => { event.preventDefault(); drag(row); });
      for (const button of row.querySelectorAll("[data-move]")) {
        button.hidden = false;
        button.addEventListener("click", () => byButton(row, button));
      }
    }
  }
}
