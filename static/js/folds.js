// A <details data-open-from="1024"> stands open on screens of that many pixels and more, and folded on narrower ones.
// Loaded right behind it, so that nothing moves once it is seen.
for (const fold of document.querySelectorAll("details[data-open-from]")) {
  const wide = matchMedia(`(min-width: ${fold.dataset.openFrom}px)`);
  const follow = () => { fold.open = fold.open || wide.matches; };
  follow();
  wide.addEventListener("change", follow);
}
