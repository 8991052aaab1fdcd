/* 差错登记: an empty weight shows, as it will be kept, what the rules say of the other fields (articles/faults.py has the rules). */
"use strict";

document.querySelectorAll('[data-weighs="weight"]').forEach((weight) => {
  const form = weight.form;
  const rules = JSON.parse(weight.dataset.rules);
  const field = (name) => form.querySelector(`[data-weighs="${name}"]`);
  const number = (name) => Math.max(1, parseInt(field(name).value, 10) || 1);

  function weighed() {
    const kind = field("kind").value;
    let each = rules.weights[kind];
    if (kind === "characters") {
      const step = rules.characters.find(([most]) => number("characters") <= most);
      each = step ? step[1] : rules.more;
    }
    if (each === undefined) return "";
    return (each * Math.min(number("times"), rules.repeats) * (field("prominent").checked ? rules.double : 1)).toFixed(1);
  }

  function show() {
    const said = weighed();
    weight.placeholder = said && weight.dataset.words.replace("%(weight)s", said);
  }

  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
});
