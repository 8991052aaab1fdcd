// A button with data-shares hands that address to the phone's own way of sharing (微信, 短信 …), with data-title.
// Where the browser has none, or the page is not secure, the button stays hidden.
for (const button of document.querySelectorAll("[data-shares]")) {
  const page = { title: button.dataset.title, url: button.dataset.shares };
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share(page).catch(() => {}); // the reader thought better of it
  });
}
