// Beside a page that is looked through: a click on its text shows the piece that was read there, and the piece that one works in
// shows its place on the page. The paragraph in which the cursor stands is offered as the one to split at.
(() => {
  const pageSide = document.querySelector("[data-page-side]");
  const pieceSide = document.querySelector("[data-piece-side]");
  if (!pageSide || !pieceSide) return;
  const sideBySide = matchMedia("(min-width: 1000px)");
  const piece = (number) => document.querySelector(`[data-piece="${number}"]`);

  function mark(number) {
    for (const other of document.querySelectorAll(".looked-at")) other.classList.remove("looked-at");
    for (const stretch of pageSide.querySelectorAll(`[data-entry="${number}"]`)) stretch.classList.add("looked-at");
    piece(number)?.classList.add("looked-at");
  }

  // Only the side is scrolled, never the page around both.
  function bring(side, element) {
    if (!element) return;
    if (!sideBySide.matches) { element.scrollIntoView({ block: "start" }); return; }
    const box = side.getBoundingClientRect();
    const at = element.getBoundingClientRect();
    if (at.top < box.top || at.top > box.bottom - 60) side.scrollTop += at.top - box.top - 40;
  }

  function show(number) {
    const shown = piece(number);
    if (!shown) return;
    const fold = shown.querySelector("details");
    if (fold) fold.open = true;
    mark(number);
    bring(pieceSide, shown);
  }

  pageSide.addEventListener("click", (event) => {
    if (!getSelection().isCollapsed) return; // words are being copied
    const stretch = event.target.closest("[data-entry]");
    const link = event.target.closest("a.begins");
    if (link) {
      event.preventDefault();
      const number = link.hash.slice("#piece-".length);
      show(number);
      piece(number)?.querySelector("summary, a")?.focus({ preventScroll: true });
    } else if (stretch && stretch.dataset.entry !== "") show(stretch.dataset.entry);
  });

  pieceSide.addEventListener("focusin", (event) => {
    const shown = event.target.closest("[data-piece]");
    if (!shown || shown.classList.contains("looked-at")) return;
    mark(shown.dataset.piece);
    if (sideBySide.matches) bring(pageSide, pageSide.querySelector(`[data-entry="${shown.dataset.piece}"]`));
  });

  // A finding leads to its mark, and a line number to its line, on the other side.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-shows-mark], a.where, .left-out a");
    const found = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!found) return;
    event.preventDefault();
    const number = link.closest("[data-piece]")?.dataset.piece;
    if (number) mark(number);
    for (const other of document.querySelectorAll("mark.found-here")) other.classList.remove("found-here");
    if (found.matches("mark")) {
      found.classList.add("found-here");
      found.focus({ preventScroll: true });
    }
    bring(pageSide, found);
  });

  // The piece that the address names: once the fields have their sizes, it stands at the top of its side.
  window.addEventListener("load", () => {
    const shown = /^#piece-\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (!shown) return;
    mark(shown.dataset.piece);
    if (!sideBySide.matches) return;
    pieceSide.scrollTop += shown.getBoundingClientRect().top - pieceSide.getBoundingClientRect().top - 40;
    bring(pageSide, pageSide.querySelector(`[data-entry="${shown.dataset.piece}"]`));
  });

  // The cursor's paragraph, blank lines not counted, as the server counts them.
  for (const field of document.querySelectorAll("textarea[data-splits]")) {
    const choice = document.getElementById(field.dataset.splits);
    if (!choice) continue;
    const follow = () => {
      const before = field.value.slice(0, field.selectionStart);
      const lines = field.value.split("\n");
      const here = before.split("\n").length - 1;
      const place = lines.slice(0, here + 1).filter((line) => line.trim()).length + (lines[here].trim() ? 0 : 1);
      if (place < 2 || place > lines.filter((line) => line.trim()).length) return;
      let option = choice.querySelector(`option[value="${place}"]`);
      if (!option) {
        option = new Option("", place);
        choice.append(option);
      }
      const words = lines.filter((line) => line.trim())[place - 1].trim();
      option.textContent = `${choice.dataset.paragraph.replace("{n}", place)} ${words.slice(0, 18)}…`;
      choice.value = String(place);
    };
    for (const happening of ["click", "keyup", "focusout"]) {
      field.addEventListener(happening, (event) => { if (!event.isComposing) follow(); });
    }
  }
})();
