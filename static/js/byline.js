// Beside the printed byline: what it is read as, and what is doubtful in it, while it is typed.
for (const hint of document.querySelectorAll("[data-reads]")) {
  const field = document.getElementById(hint.dataset.reads);
  if (!field) continue;
  let wait = 0;
  let asked = null;
  const ask = async () => {
    const line = field.value.trim();
    if (line === asked) return;
    asked = line;
    if (!line) { hint.textContent = ""; return; }
    const answer = await fetch(`${hint.dataset.address}?${new URLSearchParams({ line })}`).catch(() => null);
    if (!answer || !answer.ok || line !== asked) return;
    const { credits, doubts } = await answer.json();
    const read = credits ? hint.dataset.said.replace("{credits}", credits) : hint.dataset.nobody;
    hint.textContent = [read, ...doubts].join("\n");
  };
  field.addEventListener("input", (event) => {
    clearTimeout(wait);
    if (!event.isComposing) wait = setTimeout(ask, 400);
  });
  field.addEventListener("compositionend", () => { wait = setTimeout(ask, 400); });
  if (hint.textContent.trim()) asked = field.value.trim(); // the page came with the answer
  else ask();
}
