// Several pictures chosen or dropped at once: each gets a row of its own, with its file and a small picture of it.
// Without this script the field is sent as it is, and the rows are made when the piece is saved.
for (const box of document.querySelectorAll("[data-several-pictures]")) {
  const group = box.closest(".inline-group");
  const chooser = box.querySelector("input[type=file]");
  const says = box.querySelector("[role=status]");
  const PICTURES = chooser.accept.split(",");
  // By its sort, or by its ending: few systems know what sort of file a .heic is.
  const isPicture = (file) => PICTURES.some((kind) => (kind[0] === "." ? file.name.toLowerCase().endsWith(kind) : file.type === kind));
  const shownByAll = (file) => !/\.(heic|heif|avif)$/i.test(file.name);

  const add = () => group.querySelector(".add-row a");
  const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")];
  const upload = (row) => row.querySelector("input[type=file][name$=-upload]");

  // The small picture of a row's chosen file, and the words where it cannot be shown.
  function show(row) {
    const place = row.querySelector(".shown");
    const [file] = upload(row).files;
    if (row.dataset.local) URL.revokeObjectURL(row.dataset.local);
    delete row.dataset.local;
    row.querySelector("[data-chosen]")?.remove();
    row.querySelector("[data-unreadable]")?.remove();
    const saved = place.querySelector("img:not([data-chosen])");
    if (saved) saved.hidden = Boolean(file);
    if (!file) return;
    row.dataset.local = URL.createObjectURL(file);
    const image = document.createElement("img");
    image.alt = file.name;
    image.dataset.chosen = "";
    image.addEventListener("error", () => {
      image.remove();
      const refused = document.createElement("p");
      refused.dataset.unreadable = "";
      refused.className = shownByAll(file) ? "errorlist" : "help";
      refused.setAttribute("role", shownByAll(file) ? "alert" : "status");
      refused.textContent = (shownByAll(file) ? box.dataset.unreadable : box.dataset.notShown).replace("{name}", file.name);
      place.append(refused);
      delete row.dataset.local;
    });
    image.src = row.dataset.local;
    place.append(image);
  }

  function take(files) {
    const refused = files.filter((file) => !isPicture(file));
    const taken = files.filter(isPicture);
    let first = null;
    for (const file of taken) {
      if (!add()) break;
      group.dataset.adding = "";
      add().click();
      delete group.dataset.adding;
      const row = rows().at(-1);
      const given = new DataTransfer();
      given.items.add(file);
      upload(row).files = given.files;
      show(row);
      first ||= row;
    }
    if (first) {
      first.querySelector("textarea").focus();
      group.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const names = refused.map((file) => file.name).join("、");
    says.textContent = [
      taken.length ? box.dataset.taken.replace("{n}", taken.length) : "",
      refused.length ? box.dataset.unreadable.replace("{name}", names) : "",
    ].filter(Boolean).join(" ");
  }

  chooser.addEventListener("change", () => {
    const files = [...chooser.files];
    if (!add() || !files.length) return;
    chooser.value = ""; // their rows have them now
    take(files);
  });
  group.addEventListener("change", (event) => {
    const row = event.target.closest(".inline-related");
    if (row && event.target === upload(row)) show(row);
  });

  for (const happening of ["dragover", "drop"]) {
    group.addEventListener(happening, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      group.toggleAttribute("data-over", happening === "dragover");
      if (happening === "drop") take([...event.dataTransfer.files]);
    });
  }
  group.addEventListener("dragleave", () => group.removeAttribute("data-over"));

  // The first credit for every picture that has none. One that has another keeps it, and is counted.
  const all = box.querySelector("[data-credit-for-all]");
  all.hidden = false;
  all.addEventListener("click", () => {
    const credits = rows().map((row) => row.querySelector("[data-credit]")).filter(Boolean);
    const first = credits.find((field) => field.value.trim());
    if (!first) {
      says.textContent = box.dataset.noCredit;
      if (credits[0]) credits[0].focus();
      return;
    }
    const empty = credits.filter((field) => !field.value.trim());
    for (const field of empty) {
      field.value = first.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const others = credits.filter((field) => field.value.trim() !== first.value.trim()).length;
    says.textContent = box.dataset.credited.replace("{n}", empty.length).replace("{kept}", others);
  });
}
