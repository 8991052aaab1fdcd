// A row that was added by hand takes the cursor, as it is what one wants to fill in. Choosing from a list begins with typing.
(() => {
  document.addEventListener("formset:added", (event) => {
    const row = event.target;
    if (row.closest("[data-adding]")) return; // pictures.js adds several, and takes the cursor to the first
    const fields = [...row.querySelectorAll("input, select, textarea, .select2-selection")];
    const first = fields.find((field) => field.offsetParent && field.type !== "hidden" && !field.name?.endsWith("-position") && !field.closest("details:not([open])"));
    if (first) first.focus();
  });
  // Where a row was removed, the cursor stays near: on the link that adds another.
  document.addEventListener("formset:removed", (event) => {
    document.querySelector(`#${event.detail.formsetName}-group .add-row a`)?.focus();
  });

  // Select2 draws a field of its own, without the name of the one it stands for.
  function name(part) {
    for (const choice of part.querySelectorAll("select.select2-hidden-accessible")) {
      const [label] = choice.labels;
      const drawn = choice.nextElementSibling?.querySelector(".select2-selection");
      if (!label || !drawn) continue;
      label.id ||= `${choice.id}_label`;
      drawn.setAttribute("aria-labelledby", `${label.id} select2-${choice.id}-container`);
    }
  }
  // Behind Select2's own start, which jQuery may put off until after the page is loaded.
  if (window.django?.jQuery) window.django.jQuery(() => name(document));
  for (const happening of ["formset:added", "formset:removed"]) {
    document.addEventListener(happening, () => setTimeout(() => name(document))); // when the rows have their new numbers
  }

  // jQuery's own events: Select2 knows no others. Its search field forgets to take the cursor under newer versions of jQuery.
  const $ = window.django && window.django.jQuery;
  if ($) {
    $(document).on("select2:open", (event) => {
      const search = document.querySelector(`.select2-search__field[aria-controls="select2-${event.target.id}-results"]`);
      if (search) search.focus();
    });
  }
})();
