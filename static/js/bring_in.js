// A text that the server would not take at all is named before it is sent, and stays in its field.
for (const said of document.querySelectorAll("[data-too-long]")) {
  const field = document.getElementById(said.dataset.tooLong);
  const form = field && field.closest("form");
  if (!form) continue;
  const tooLong = () => field.value.length > Number(said.dataset.most);
  field.addEventListener("input", () => { said.textContent = tooLong() ? said.dataset.said : ""; });
  form.addEventListener("submit", (event) => {
    if (!tooLong()) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // unsaved.js still asks whoever leaves
    said.textContent = said.dataset.said;
    field.focus();
  });
}
