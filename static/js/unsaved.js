// Whoever leaves a form with [data-unsaved] in it with something typed and not saved is asked first.
for (const mark of document.querySelectorAll("[data-unsaved]")) {
  const form = mark.closest("form");
  let unsaved = mark.dataset.unsaved === "already" || form.querySelector(".errornote") !== null;
  for (const happening of ["input", "change"]) form.addEventListener(happening, () => { unsaved = true; });
  form.addEventListener("submit", (event) => { if (!event.submitter || event.submitter.formTarget !== "_blank") unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
