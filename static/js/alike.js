// 查重: a button [data-alike="id of the text's field"] asks which pieces say the same as the form, and so does a paste of
// data-from characters or more. The answer stands in [data-alike-says]; saving never waits for it.
for (const button of document.querySelectorAll("[data-alike]")) {
  const field = document.getElementById(button.dataset.alike);
  const says = document.querySelector("[data-alike-says]");
  if (!field || !says) continue;
  let running = null;

  async function ask() {
    if (running) running.abort();
    running = new AbortController();
    const { signal } = running;
    const data = new FormData(field.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    says.textContent = button.dataset.busy;
    try {
      const answer = await fetch(button.dataset.address, { method: "POST", body: data, signal, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      const fragment = await answer.text();
      if (!signal.aborted) says.innerHTML = fragment;
    } catch (error) {
      if (error.name !== "AbortError") says.textContent = button.dataset.failed;
    }
  }

  button.hidden = false;
  button.addEventListener("click", ask);
  field.addEventListener("paste", (event) => {
    const pasted = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (pasted.length >= Number(button.dataset.from)) setTimeout(ask, 300); // when it stands in the field, however it came there
  });
}
