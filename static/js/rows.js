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

  // jQuery's own events: Select2 knows no others. Its search field forgets to take the cursor under newer versions of jQuery.
  const $ = window.django && window.django.jQuery;
  if ($) {
    $(document).on("select2:open", (event) => {
      const search = document.querySelector(`.select2-search__field[aria-controls="select2-${event.target.id}-results"]`);
      if (search) search.focus();
    });
  }
})();
