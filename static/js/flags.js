// A link to a flag's passage selects it where it stands in the form: in its paragraph, or wherever it has moved to meanwhile.
// Bold marks are no part of a passage. One that was broken by a column ("人人有责|任") is looked for joined, then by its parts.
(() => {
  const TEXTS = ["headline", "body", "kicker", "subhead", "summary", "printed_byline"];

  function fieldsOf(link) {
    const named = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (link.dataset.field) return [named];
    const captions = document.querySelectorAll("textarea[id^=id_figures-][id$=-caption]");
    return [...TEXTS.map((name) => document.getElementById(`id_${name}`)), ...captions];
  }

  // Where the words stand in the text, from its `line` on or else anywhere: [first, behind the last] or null.
  function find(text, words, line) {
    const places = [];
    let plain = "";
    for (let at = 0; at < text.length; at += 1) {
      if (text.startsWith("**", at)) { at += 1; continue; }
      places.push(at);
      plain += text[at];
    }
    const begins = plain.split("\n").slice(0, line).join("\n").length;
    let found = plain.indexOf(words, begins);
    if (found < 0) found = plain.indexOf(words);
    return found < 0 ? null : [places[found], places[found + words.length - 1] + 1];
  }

  function spellings(passage) {
    const parts = passage.split(/\||…|\[…\]|\s\/\s/).map((part) => part.trim()).filter((part) => part.length > 1);
    return [passage, passage.replaceAll("|", ""), ...parts.sort((a, b) => b.length - a.length)].filter(Boolean);
  }

  // How far below the top of a text the line of this place begins, in pixels: measured on a copy that holds what is before it.
  function heightTo(field, place) {
    const copy = field.cloneNode();
    copy.removeAttribute("id");
    copy.removeAttribute("name");
    copy.rows = 1;
    copy.style.cssText = "visibility: hidden; position: absolute; height: 0; min-height: 0";
    copy.style.width = `${field.offsetWidth}px`;
    copy.value = field.value.slice(0, place) || " ";
    field.after(copy);
    const height = copy.scrollHeight;
    copy.remove();
    return height;
  }

  function show(field, [begins, ends]) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(begins, ends);
    let below = 0;
    if (field.tagName === "TEXTAREA") {
      below = heightTo(field, begins);
      field.scrollTop = below - field.clientHeight / 3;
      below -= field.scrollTop;
    }
    window.scrollBy(0, field.getBoundingClientRect().top + below - window.innerHeight / 3);
  }

  // A passage that is marked by hand is the one that was selected last.
  let selected = "";
  document.addEventListener("focusout", ({ target }) => {
    const words = target.matches("textarea, input[type=text]") ? target.value.slice(target.selectionStart, target.selectionEnd) : "";
    if (words && !target.closest("#flags-group")) selected = words.split("\n")[0];
  });
  for (const fold of document.querySelectorAll("details[data-marks-passage]")) {
    fold.addEventListener("toggle", () => {
      const field = fold.querySelector("input[name$=-excerpt]");
      if (fold.open && !field.value && selected) field.value = selected.trim();
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-passage]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const fields = fieldsOf(link).filter((field) => field && "value" in field);
    for (const words of spellings(link.dataset.passage)) {
      for (const field of fields) {
        const found = find(field.value, words, Number(link.dataset.line));
        if (found) {
          event.preventDefault();
          show(field, found);
          return;
        }
      }
    }
    const [field] = fields;
    if (field) {
      event.preventDefault();
      show(field, [0, 0]);
    }
  });
})();
