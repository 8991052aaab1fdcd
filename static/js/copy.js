// A button with data-copies copies the text of the field of that id, and says data-done.
// The clipboard is open to secure pages only; elsewhere, in an office network without https, the old command still works.
// A browser that knows neither shows no button.
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard && !document.queryCommandSupported("copy")) continue;
  const field = document.getElementById(button.dataset.copies);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(field.value).catch(() => document.execCommand("copy"));
    } else {
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}
