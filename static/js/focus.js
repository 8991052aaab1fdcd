// The focal point of a picture: clicked on the picture, or typed into the two number fields, which work without this script.
// Beside it stands the cut that cards make around it. A file that was only chosen is shown as well.
for (const box of document.querySelectorAll("[data-focus]")) {
  const form = box.closest("form");
  const [across, down] = ["focus_x", "focus_y"].map((name) => form.querySelector(`input[name=${name}]`));
  const chooser = form.querySelector("input[type=file][name=upload]");
  if (!across || !down) continue;

  const whole = document.createElement("div");
  whole.className = "whole";
  const picture = box.querySelector("img") || document.createElement("img");
  picture.alt = "";
  picture.loading = "eager";
  const mark = document.createElement("span");
  mark.className = "mark";
  whole.append(picture, mark);

  const cut = document.createElement("figure");
  const shown = document.createElement("img");
  shown.alt = "";
  const words = document.createElement("figcaption");
  words.textContent = box.dataset.cut;
  cut.append(shown, words);

  const say = document.createElement("p");
  say.className = "help";
  say.textContent = box.dataset.say;
  box.append(whole, cut, say);

  const percent = (field) => Math.min(100, Math.max(0, Math.round(Number(field.value)) || 0));
  function draw() {
    mark.style.left = `${percent(across)}%`;
    mark.style.top = `${percent(down)}%`;
    shown.style.objectPosition = `${percent(across)}% ${percent(down)}%`;
  }
  function show(address) {
    if (address) picture.src = address;
    if (picture.src) shown.src = picture.src;
    for (const part of [whole, cut, say]) part.hidden = !picture.src;
    const none = box.querySelector("[data-none]");
    if (none) none.hidden = Boolean(picture.src);
    draw();
  }

  whole.addEventListener("click", (event) => {
    const area = picture.getBoundingClientRect();
    across.value = Math.round((100 * (event.clientX - area.left)) / area.width);
    down.value = Math.round((100 * (event.clientY - area.top)) / area.height);
    for (const field of [across, down]) field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const field of [across, down]) field.addEventListener("input", draw);

  // What cannot be shown (a HEIC outside Apple's browsers) leaves the number fields.
  picture.addEventListener("error", () => {
    picture.removeAttribute("src");
    show("");
  });
  if (chooser) {
    chooser.addEventListener("change", () => {
      if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
      if (chooser.files[0]) show(URL.createObjectURL(chooser.files[0]));
    });
  }
  show("");
}
