// Names for fields that the admin leaves without one. In a table a field is named by its column and row, in a date with its
// time by the words before it, and what Select2 draws by the field it stands for. The words are those of the page.
(() => {
  const text = (element) => (element?.textContent ?? "").replace(/[\s:：]+/g, " ").trim();

  function column(field) {
    const cell = field.closest("td, th");
    const head = cell?.closest("table")?.tHead?.rows[0];
    if (!head || head.contains(cell)) return "";
    let at = 0; // a cell may stand over several columns
    for (let before = cell.previousElementSibling; before; before = before.previousElementSibling) at += before.colSpan;
    for (const title of head.cells) {
      if (at < title.colSpan) return text(title.querySelector(".text") ?? title);
      at -= title.colSpan;
    }
    return "";
  }

  function picture(field) {
    return field.labels?.[0]?.querySelector("img")?.alt ?? "";
  }

  function moment(field) {
    const part = field.closest(".datetime") && field.previousSibling?.textContent;
    const whole = field.closest(".fieldBox, .form-row, p:not(.datetime), td")?.querySelector("label, legend");
    return part ? `${text(whole)} ${text({ textContent: part })}`.trim() : "";
  }

  function isNamed(field) {
    return field.ariaLabel || field.getAttribute("aria-labelledby") || [...(field.labels ?? [])].some((label) => text(label));
  }

  function name(part) {
    for (const field of part.querySelectorAll("input:not([type=hidden], [type=submit]), select, textarea")) {
      if (isNamed(field)) continue;
      const words = moment(field) || column(field) || picture(field);
      if (words) field.setAttribute("aria-label", words);
    }
    for (const choice of part.querySelectorAll("select.select2-hidden-accessible")) {
      const drawn = choice.nextElementSibling?.querySelector(".select2-selection");
      const shown = drawn?.querySelector(".select2-selection__rendered"); // words on a field that opens a list, no field itself
      if (!drawn) continue;
      shown?.removeAttribute("role");
      shown?.removeAttribute("aria-readonly");
      const [label] = choice.labels;
      if (label && text(label)) {
        label.id ||= `${choice.id}_label`;
        drawn.setAttribute("aria-labelledby", `${label.id} select2-${choice.id}-container`);
      } else if (choice.ariaLabel) {
        drawn.setAttribute("aria-label", `${choice.ariaLabel} ${text(shown)}`.trim());
        drawn.removeAttribute("aria-labelledby");
      }
    }
  }

  // A cell at the head of a table that says nothing is no heading.
  for (const empty of document.querySelectorAll("th.original, thead th:empty")) {
    if (text(empty)) continue;
    const cell = document.createElement("td");
    cell.className = empty.className;
    empty.replaceWith(cell);
  }

  const again = () => setTimeout(() => name(document)); // behind Select2's own start, and when rows have their new numbers
  if (window.django?.jQuery) window.django.jQuery(again);
  else again();
  for (const happening of ["formset:added", "formset:removed"]) document.addEventListener(happening, again);
})();
