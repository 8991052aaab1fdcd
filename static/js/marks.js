// The buttons over the text write its marks, at the selection or on its lines, and take them away again where they stand.
// They type like a person (insertText), so the browser's own undo takes them back. While an input method composes they do nothing.
for (const bar of document.querySelectorAll("[data-marks]")) {
  const field = document.getElementById(bar.dataset.marks);
  const buttons = [...bar.querySelectorAll("button[data-mark]")];
  if (!field) continue;
  let composing = false;
  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => { composing = false; });

  // Put `text` in the place of what stands from `start` to `end`, and select from `from` to `to` of it.
  function type(start, end, text, from = text.length, to = from) {
    field.focus();
    field.setSelectionRange(start, end);
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done && field.value.slice(start, end) !== text) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    field.setSelectionRange(start + from, start + to);
  }

  // Where the lines of the selection begin and end. One that ends before the first character of a line leaves that line out.
  function lines() {
    const { value, selectionStart, selectionEnd } = field;
    const last = selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
    const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
    const end = value.indexOf("\n", last);
    return [start, end < 0 ? value.length : end];
  }

  const LINE_MARK = /^[ \t\u3000]*(?:##|＃＃|>>|＞＞|[|｜])[ \t\u3000]*/;

  function markLines(mark) {
    const [start, end] = lines();
    const old = field.value.slice(start, end).split("\n");
    const filled = old.filter((line) => line.trim());
    const marked = filled.length > 0 && filled.every((line) => line.startsWith(`${mark} `));
    const bare = (line) => line.replace(LINE_MARK, "");
    const now = old.map((line) => (marked || (!line.trim() && old.length > 1) ? bare(line) : `${mark} ${bare(line)}`));
    const text = now.join("\n");
    const single = field.selectionStart === field.selectionEnd;
    const back = end - field.selectionEnd; // a caret keeps its place in the line
    if (single) type(start, end, text, Math.max(text.length - back, Math.min(text.length, marked ? 0 : mark.length + 1)));
    else type(start, end, text, 0, text.length);
  }

  const BOLD = "**";

  function markBold() {
    const { value, selectionStart: start, selectionEnd: end } = field;
    const chosen = value.slice(start, end);
    const around = value.slice(start - 2, start) === BOLD && value.slice(end, end + 2) === BOLD;
    if (around) type(start - 2, end + 2, chosen, 0, chosen.length);
    else if (/^\*\*[^\n]+\*\*$/.test(chosen)) type(start, end, chosen.slice(2, -2), 0, chosen.length - 4);
    else if (!chosen) type(start, end, BOLD + BOLD, 2);
    else {
      // Bold ends with its line; the blanks round the words stay outside.
      const text = chosen.replace(/[^\n]+/g, (line) => line.replace(/^(\s*)(.*?)(\s*)$/, (_, before, words, after) =>
        words ? `${before}${BOLD}${words}${BOLD}${after}` : line));
      const inner = !chosen.includes("\n") && chosen.trim() === chosen;
      if (inner) type(start, end, text, 2, text.length - 2);
      else type(start, end, text, 0, text.length);
    }
  }

  // The numbers that the figures below will have: saved ones keep theirs until they are saved anew, others come behind.
  function figures() {
    const rows = [...document.querySelectorAll("#figures-group .inline-related:not(.empty-form)")];
    const saved = rows.map((row) => row.classList.contains("has_original") && row.querySelector("[name$=-position]"));
    const numbers = saved.filter(Boolean).map((input) => Number(input.defaultValue));
    const last = Math.max(0, ...numbers);
    return [...numbers, ...saved.filter((input) => !input).map((_, n) => last + n + 1)];
  }

  function markFigure() {
    const [start, end] = lines();
    const line = field.value.slice(start, end);
    if (deskText.figureOf(line.trim())) {
      const after = field.value[end] === "\n" ? end + 1 : end;
      const before = after === end && start > 0 ? start - 1 : start;
      type(before, after, "");
      return;
    }
    const placed = new Set(field.value.split("\n").map((each) => deskText.figureOf(each.trim())));
    const known = figures();
    const next = known.find((number) => !placed.has(number)) || Math.max(0, ...known, ...placed) + 1;
    const mark = `【图${next}】`;
    if (line.trim()) type(end, end, `\n${mark}`);
    else type(start, end, mark);
  }

  function press(button) {
    if (composing) return;
    const { mark } = button.dataset;
    if (mark === "figure") markFigure();
    else if (mark === "bold") markBold();
    else markLines(mark);
  }

  for (const button of buttons) {
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays in the text
    button.addEventListener("click", () => press(button));
  }
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || composing || event.shiftKey || event.getModifierState("AltGraph")) return;
    const pressed = `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${event.code}`;
    const button = buttons.find((each) => each.dataset.keys === pressed);
    if (!button) return;
    event.preventDefault();
    press(button);
  });

  // One stop of the Tab key for all buttons; the arrows go from one to the next.
  buttons.forEach((button, n) => { button.tabIndex = n ? -1 : 0; });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = buttons.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = buttons[(here + step + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  });
  bar.hidden = false;
}
