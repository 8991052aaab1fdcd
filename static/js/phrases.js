// Words of a choice in [data-phrases="id of a field"] go into that field when they are tapped, behind what was typed there.
// Then the choice itself is taken back, so that it is not sent a second time. Without JavaScript it is sent as it is.
(() => {
  for (const choices of document.querySelectorAll("[data-phrases]")) {
    const field = document.getElementById(choices.dataset.phrases);
    const phrases = [...choices.querySelectorAll("input")].map((choice) => choice.value);
    choices.addEventListener("change", (event) => {
      const words = event.target.value;
      const typed = field.value.trim();
      event.target.checked = false;
      // One phrase takes the place of another; what somebody typed stays.
      if (typed === "" || phrases.includes(typed)) field.value = words;
      else if (!typed.includes(words)) field.value = typed + words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
