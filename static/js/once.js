// A form with [data-once] is sent once: a second touch of a button does nothing until the answer is there.
(() => {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 10000); // the line dropped: one may try again
  });
  // A page that comes back by the browser's Back has not been sent.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
