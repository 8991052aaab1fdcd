// Enter in a field of a form with [data-by-button] decides nothing: what such a form does is done by its buttons alone.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && !event.isComposing && field.tagName === "INPUT" && field.closest("form[data-by-button]")) event.preventDefault();
});
