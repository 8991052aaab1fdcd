// The places of the pieces on the picture of their page, drawn with the mouse or a finger. What is drawn is written into the
// field of the piece's row, as left,top,width,height in per cent; what is typed there is shown. Only the form is saved.
for (const box of document.querySelectorAll("[data-areas]")) {
  const board = box.querySelector(".board");
  const said = box.querySelector("[role=status]");
  const form = box.closest("form");
  const LEAST = 1; // per cent: less is a click, not a rectangle
  let chosen = null; // the field that is drawn for
  let start = null; // where a rectangle was begun
  let drawn = null;

  const fields = () => [...form.querySelectorAll("[data-area]")].filter((field) => !field.name.includes("__prefix__"));
  const rowOf = (field) => field.closest("tr");
  const pieceOf = (field) => {
    const piece = rowOf(field).querySelector(".field-article");
    const option = piece.querySelector("select option:checked");
    return (option ? option.textContent : piece.querySelector("a, .readonly")?.textContent || "").trim();
  };
  const waiting = () => fields().find((field) => !field.value.trim() && pieceOf(field).replace(/^-+$/, ""));
  const read = (field) => {
    const numbers = field.value.split(/[,，、;；]/).map((part) => parseFloat(part));
    return numbers.length === 4 && numbers.every((number) => number >= 0 && number <= 100) ? numbers : null;
  };

  function place(area, [left, top, width, height]) {
    Object.assign(area.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  }

  function show() {
    for (const area of board.querySelectorAll(".area")) area.remove();
    for (const field of fields()) {
      const numbers = read(field);
      if (!numbers) continue;
      const area = document.createElement("div");
      area.className = field === chosen ? "area chosen" : "area";
      const number = document.createElement("b");
      number.textContent = rowOf(field).querySelector("input[name$=-position]")?.value || "";
      area.append(number);
      area.title = pieceOf(field);
      area.field = field;
      place(area, numbers);
      board.append(area);
    }
  }

  function choose(field) {
    for (const row of form.querySelectorAll("tr.drawing")) row.classList.remove("drawing");
    chosen = field;
    box.toggleAttribute("data-ready", Boolean(field));
    if (field) {
      rowOf(field).classList.add("drawing");
      said.textContent = `${box.dataset.drawing} ${pieceOf(field)}`;
    }
    show();
  }

  // A button in each row, behind its field.
  function offer(field) {
    if (field.nextElementSibling?.matches("[data-draws]")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.draws = "";
    button.textContent = box.dataset.draw;
    button.setAttribute("aria-label", `${box.dataset.draw} ${pieceOf(field)}`);
    button.addEventListener("click", () => {
      choose(field);
      board.scrollIntoView({ block: "nearest" });
    });
    field.after(button);
  }

  const point = (event) => {
    const edge = board.getBoundingClientRect();
    const within = (part) => Math.round(Math.min(1, Math.max(0, part)) * 1000) / 10;
    return [within((event.clientX - edge.left) / edge.width), within((event.clientY - edge.top) / edge.height)];
  };

  function rectangle([x, y]) {
    const round = (number) => Math.round(number * 10) / 10;
    return [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])].map(round);
  }

  function stop() {
    start = null;
    drawn?.remove();
    drawn = null;
  }

  board.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && !chosen)) return; // a finger scrolls until a piece is chosen
    event.preventDefault();
    const under = event.target.closest(".area");
    if (!chosen && !under) choose(waiting() || null);
    if (!chosen && !under) {
      said.textContent = fields().some((field) => field.value.trim()) ? box.dataset.all : box.dataset.none;
      return;
    }
    start = point(event);
    board.setPointerCapture(event.pointerId);
  });

  board.addEventListener("pointermove", (event) => {
    if (!start || !chosen) return;
    const numbers = rectangle(point(event));
    if (!drawn) {
      if (Math.max(numbers[2], numbers[3]) < LEAST) return;
      drawn = document.createElement("div");
      drawn.className = "area drawn";
      board.append(drawn);
    }
    place(drawn, numbers);
  });

  board.addEventListener("pointerup", (event) => {
    if (!start) return;
    const numbers = rectangle(point(event));
    const field = chosen;
    stop();
    if (field && Math.min(numbers[2], numbers[3]) >= LEAST) {
      field.value = numbers.join(",");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      choose(waiting() || null);
      said.textContent = `${box.dataset.drawn} ${pieceOf(field)}${chosen ? `。${box.dataset.drawing} ${pieceOf(chosen)}` : ""}`;
      return;
    }
    const under = document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.field);
    if (under) choose(under.field);
  });

  board.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !(start || chosen)) return;
    if (start) stop();
    else {
      choose(null);
      said.textContent = "";
    }
  });

  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-area]")) show();
  });
  document.addEventListener("formset:added", () => fields().forEach(offer));
  document.addEventListener("formset:removed", show);
  fields().forEach(offer);
  show();
}
