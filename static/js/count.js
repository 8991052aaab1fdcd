// An <output data-counts="id of a field" data-said="… {n} …"> says how many characters the field holds, as the desk counts them.
for (const output of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(output.dataset.counts);
  const count = output.dataset.rule === "line" ? deskText.countLine : deskText.countBody;
  if (!field) continue;
  const show = () => {
    const said = output.dataset.said.replace("{n}", count(field.value));
    if (output.textContent !== said) output.textContent = said;
  };
  field.addEventListener("input", show);
  show();
}
