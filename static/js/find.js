// A link to a field of the form opens what it is folded into, and puts the cursor there; so does an address that ends in its name.
// Of a save that was refused the first field that is to be mended is found so.
(() => {
  function find(id) {
    const field = id && document.getElementById(id);
    if (!field || !field.closest("form")) return false;
    for (let folded = field.closest("details:not([open])"); folded; folded = folded.parentElement.closest("details:not([open])")) {
      folded.open = true;
    }
    const next = field.nextElementSibling;
    const shown = field.classList.contains("select2-hidden-accessible") && next ? next.querySelector(".select2-selection") : field;
    shown.scrollIntoView({ block: "center" });
    shown.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-finds]");
    if (link && find(decodeURIComponent(link.hash.slice(1)))) event.preventDefault();
  });
  window.addEventListener("load", () => {
    if (find(decodeURIComponent(location.hash.slice(1)))) return;
    const refused = document.querySelector("form .cell > .errorlist");
    const field = refused && refused.parentElement.querySelector("input:not([type=hidden]), select, textarea");
    if (field) find(field.id);
  });
})();
