// The public page beside the form, as typed. Where there is room it stands open; elsewhere a button opens it.
// What is typed is sent to be shown and never saved; files stay here, and a chosen picture is shown from where it is.
for (const box of document.querySelectorAll("dialog[data-preview]")) {
  const form = document.getElementById(box.dataset.preview);
  const frame = box.querySelector("iframe");
  const said = box.querySelector("[data-preview-says]");
  const opener = document.querySelector("[data-opens-preview]");
  const room = matchMedia("(min-width: 1200px)");
  let wait = 0;
  let sent = null;
  let running = null;
  let composing = false;

  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    for (const row of form.querySelectorAll("[data-local]")) {
      const upload = row.querySelector("input[type=file][name$=-upload]");
      if (upload) data.set(upload.name.replace(/upload$/, "local"), row.dataset.local);
    }
    return data;
  };

  async function show() {
    if (!box.open || composing || document.hidden) return;
    const data = fields();
    const now = new URLSearchParams([...data]).toString();
    if (now === sent) return;
    sent = now;
    if (running) running.abort();
    running = new AbortController();
    let page;
    try {
      const answer = await fetch(box.dataset.address, { method: "POST", body: data, signal: running.signal, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      page = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      sent = null;
      said.textContent = box.dataset.failed;
      return;
    }
    said.textContent = "";
    const top = frame.contentWindow ? frame.contentWindow.scrollY : 0;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
    frame.srcdoc = page;
  }

  const soon = () => {
    clearTimeout(wait);
    wait = setTimeout(show, 600);
  };
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; soon(); });
  for (const happening of ["input", "change"]) form.addEventListener(happening, soon);
  for (const happening of ["formset:added", "formset:removed", "visibilitychange"]) document.addEventListener(happening, soon);
  if (window.django && django.jQuery) django.jQuery(form).on("change", soon); // Select2 tells only jQuery

  function stand() {
    if (room.matches) {
      if (box.matches(":modal")) box.close();
      box.setAttribute("open", ""); // show() would take the cursor
    } else if (!box.matches(":modal")) {
      box.removeAttribute("open");
    }
    show();
  }
  room.addEventListener("change", stand);
  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      box.showModal();
      show();
    });
  }
  box.querySelector("[data-closes-preview]").addEventListener("click", () => box.close());
  stand();
}
