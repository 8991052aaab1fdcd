// A button with data-copies-rich copies the HTML that stands in the field of that id as formatted text, and beside it the plain
// text of the field data-plain. Where the clipboard is closed to pages (an office network without https), what the frame
// data-frame shows is selected and copied by the old command; where that fails too, it stays selected for the keyboard.
for (const button of document.querySelectorAll("[data-copies-rich]")) {
  const html = document.getElementById(button.dataset.copiesRich);
  const plain = document.getElementById(button.dataset.plain);
  const frame = document.getElementById(button.dataset.frame);
  const says = button.parentNode.querySelector("[data-copy-says]");

  const byClipboard = () => navigator.clipboard.write([new ClipboardItem({
    "text/html": new Blob([html.value], { type: "text/html" }),
    "text/plain": new Blob([plain.value], { type: "text/plain" }),
  })]);

  const byHand = () => {
    frame.contentWindow.focus();
    frame.contentWindow.getSelection().selectAllChildren(frame.contentDocument.body);
    return frame.contentDocument.execCommand("copy");
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    let copied = false;
    if (window.ClipboardItem && navigator.clipboard && navigator.clipboard.write) {
      copied = await byClipboard().then(() => true, () => false);
    }
    copied = copied || byHand();
    says.textContent = copied ? button.dataset.done : button.dataset.failed;
  });
}
