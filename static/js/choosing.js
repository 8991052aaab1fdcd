// Whoever edits the text of a difference means that text: its choice is taken with the first character.
for (const field of document.querySelectorAll("[data-chooses]")) {
  field.addEventListener("input", () => {
    const choice = field.closest("details").querySelector("input[type=radio]");
    if (choice) choice.checked = true;
  });
}
