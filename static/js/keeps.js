// What is typed into a field of [data-keeps="name"] or within [data-keeps-each="name"] is there again when the page comes back
// in this window of the browser, as long as the page itself says the same: settling a flag loads it anew.
(() => {
  const read = (name) => {
    try { return JSON.parse(sessionStorage.getItem(name)); } catch (closed) { return null; } // some browsers keep nothing
  };
  const write = (name, kept) => {
    try { sessionStorage.setItem(name, JSON.stringify(kept)); } catch (closed) { /* then the page works without */ }
  };

  function keep(field, name) {
    const shown = field.defaultValue;
    const kept = read(name);
    if (kept && kept.shown === shown && field.value === shown && kept.typed !== shown) {
      field.value = kept.typed;
      const fold = field.closest("details");
      if (fold) fold.open = true;
    }
    field.addEventListener("input", () => write(name, { shown, typed: field.value }));
  }

  for (const field of document.querySelectorAll("[data-keeps]")) keep(field, `newsdesk ${field.dataset.keeps}`);
  for (const part of document.querySelectorAll("[data-keeps-each]")) {
    for (const field of part.querySelectorAll("textarea, input[type=text]")) keep(field, `newsdesk ${part.dataset.keepsEach} ${field.name}`);
  }
})();
