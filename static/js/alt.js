// Where a picture has no description yet, the first clause of its caption is offered; one press takes it over.
(() => {
  const CLAUSE = /[^\s，。！？；,!?;][^\n，。！？；,!?;]*/;

  function offer(row) {
    const alt = row.querySelector("[data-alt]");
    const caption = row.querySelector("textarea[name$=-caption]");
    const words = row.closest(".inline-group")?.querySelector("[data-offers-alt]");
    if (!alt || !caption || !words) return;
    const found = caption.value.match(CLAUSE);
    let button = row.querySelector("[data-takes-alt]");
    if (alt.value.trim() || !found) {
      if (button && document.activeElement !== button) button.remove();
      return;
    }
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.dataset.takesAlt = "";
      button.addEventListener("click", () => {
        alt.value = button.dataset.clause;
        alt.dispatchEvent(new Event("input", { bubbles: true }));
        alt.focus();
        button.remove();
      });
      alt.after(button);
    }
    button.dataset.clause = found[0].trim();
    button.textContent = words.dataset.offersAlt.replace("{clause}", button.dataset.clause);
  }

  const rows = () => document.querySelectorAll(".inline-group .inline-related:not(.empty-form)");
  document.addEventListener("input", (event) => {
    if (event.isComposing) return;
    const row = event.target.closest?.(".inline-related");
    if (row) offer(row);
  });
  document.addEventListener("compositionend", (event) => {
    const row = event.target.closest?.(".inline-related");
    if (row) offer(row);
  });
  document.addEventListener("formset:added", (event) => offer(event.target));
  rows().forEach(offer);
})();
