"""The site as a phone of 2018 shows it, Chrome 61 or iOS 12: what they do not know of the stylesheet is taken out of it, and
the pages are looked at. They need not look the same; they are to be read."""

import pytest
from django.conf import settings

from tests.browser import SIZES
from tests.old_css import stripped
from tests.page_kinds import make_every_page

CSS = (settings.BASE_DIR / "static/css/site.css").read_text("utf-8")
LOOKED_AT = (
    "front",
    "story",
    "photo_story",
    "regions",
    "region",
    "region_month",
    "archive_month",
    "campaign",
    "photos",
    "edition",
    "page",
    "report",
    "missing",
    "search",
)
# What may be lost without anybody missing it: how lines break and look, not where things stand.
COURTESIES = {
    "text-wrap", "text-spacing-trim", "text-autospace", "hanging-punctuation", "text-underline-offset", "text-decoration-thickness", "scrollbar-width",
    "overscroll-behavior", "overscroll-behavior-x", "accent-color", "color-scheme", "print-color-adjust", "scroll-margin-top", "scroll-behavior", "scroll-padding-top",
    "appearance", "user-select", "content-visibility", "contain-intrinsic-size", "text-size-adjust", "position",
}  # fmt: skip
INSTEAD = {
    "overflow-wrap": "word-wrap",
    "aspect-ratio": "padding-top",
    "gap": "grid-gap",
    "column-gap": "grid-column-gap",
    "row-gap": "grid-row-gap",
}
OWN_RULES = (":focus-visible", "::marker", "::backdrop", "::file-selector-button", "::target-text", "::details-content")

# Text that stands on text: boxes of text nodes, cut to what their scrolling or clipping ancestors show.
OVERLAPS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || !node.parentElement.checkVisibility() || node.parentElement.closest(".unseen")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (let { left, top, right, bottom } of range.getClientRects()) {
      for (let over = node.parentElement; over && over !== document.body; over = over.parentElement) {
        if (getComputedStyle(over).overflow === "visible") continue;
        const cut = over.getBoundingClientRect();
        left = Math.max(left, cut.left); top = Math.max(top, cut.top);
        right = Math.min(right, cut.right); bottom = Math.min(bottom, cut.bottom);
      }
      if (right - left > 2 && bottom - top > 2 && right > 0) boxes.push({ node, left, top, right, bottom });
    }
  }
  const found = [];
  boxes.forEach((a, at) => boxes.slice(at + 1).forEach((b) => {
    if (a.node === b.node) return;
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    if (wide > 2 && high > 0.4 * Math.min(a.bottom - a.top, b.bottom - b.top)) found.push(`${a.node.data.trim()} / ${b.node.data.trim()}`);
  }));
  return found;
}"""
LOOK = """() => ({
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  rows: new Set([...document.querySelectorAll("nav.bar li a")].map((link) => Math.round(link.getBoundingClientRect().top))).size,
  smallest: Math.min(...[...document.querySelectorAll("main *, nav *, footer *")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.checkVisibility())
    .map((e) => parseFloat(getComputedStyle(e).fontSize))),
  columns: Math.max(1, ...[...document.querySelectorAll("main, main *")].filter((e) => getComputedStyle(e).display === "grid")
    .map((e) => getComputedStyle(e).gridTemplateColumns.split(" ").length)),
  stacked: [...document.querySelectorAll(".sided")].map((e) => [...e.children].filter((c) => c.clientHeight))
    .filter((shown) => shown.length > 1 && new Set(shown.map((c) => Math.round(c.getBoundingClientRect().left))).size === 1).length,
  squeezed: [...document.images].filter((img) => img.complete && img.naturalWidth && img.clientHeight && getComputedStyle(img).objectFit === "fill"
    && Math.abs(img.clientWidth / img.clientHeight - img.naturalWidth / img.naturalHeight) > 0.05).map((img) => img.outerHTML),
})"""
# The old name of gap is known to them in a grid alone.
NO_GAPS = """() => { for (const e of document.querySelectorAll("body, body *")) if (getComputedStyle(e).display.includes("flex")) e.style.gap = "0"; }"""


def test_nothing_is_lost_whole_that_has_no_fallback():
    _, lost = stripped(CSS)
    missed = [
        one
        for one in lost
        if not (one.what == "declaration" and is_made_up_for(one) or one.what != "declaration" and is_alone(one))
    ]
    assert [(one.what, one.name, one.value) for one in missed] == []
    assert "@layer" not in CSS


def is_made_up_for(lost):
    return lost.name in COURTESIES or lost.name in lost.kept or INSTEAD.get(lost.name) in lost.kept


def is_alone(lost):
    """A rule of its own for something only newer browsers have, or a block that asks for it first."""
    if lost.what == "at-rule":
        return lost.name in ("@media", "@supports")
    return lost.all_unknown and any(own in lost.name for own in OWN_RULES)


@pytest.mark.one_database
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_read_without_what_old_browsers_do_not_know(page, live_server, size):
    css, _ = stripped(CSS)
    page.route("**/css/site.css", lambda route: route.fulfill(body=css, content_type="text/css"))
    page.set_viewport_size(SIZES[size])
    wrong = {}
    for one in make_every_page():
        if one.kind not in LOOKED_AT:
            continue
        assert page.goto(live_server.url + one.address).status == one.status, one
        page.evaluate(NO_GAPS)
        look = page.evaluate(LOOK)
        faults = {
            "wider than the screen": look["wider"] > 0,
            "navigation in several rows": look["rows"] != 1,
            "type too small": look["smallest"] < 12,
            "pictures squeezed": look["squeezed"],
            "text on text": page.evaluate(OVERLAPS),
            "one column on a wide screen": size == "desktop"
            and one.kind in ("front", "region")
            and look["columns"] < 2,
            "what narrows a list is not beside it": size == "desktop" and look["stacked"],
            "columns on a phone": size == "phone" and one.kind == "front" and look["columns"] > 2,
        }
        if found := {name: seen for name, seen in faults.items() if seen}:
            wrong[one.kind] = found
    assert wrong == {}


@pytest.mark.parametrize(
    "css, left",
    [
        ("a:is(b) { color: red }", ""), ("a, b:focus-visible { color: red }", ""), ("a { color: red; inset: 0 }", "a { color: red }"),
        ("a { width: 1px; width: min(1px, 2px) }", "a { width: 1px }"), ("@layer x { a { color: red } }", ""), ("a { b { color: red } color: red }", "a { color: red }"),
        ("@media (prefers-color-scheme: dark) { a { color: red } }", ""), ("@supports (gap: 1px) { a { color: red } }", ""),
        ("@supports not (gap: 1px) { a { color: red } }", "@supports not (gap: 1px) {\na { color: red }\n}"), ("a { color: #12345678 }", "a {  }"),
        ("@media (width >= 40rem) { a { color: red } }", ""), ("@media (min-width: 40rem) { a:not(.b) { color: red } }", "@media (min-width: 40rem) {\na:not(.b) { color: red }\n}"),
        ("a { color: rgb(0 0 0 / 50%); height: 100dvh }", "a {  }"), ("a:not(.b, .c) { color: red }", ""), ("a { overflow: hidden auto }", "a {  }"),
    ],
)  # fmt: skip
def test_what_the_old_browsers_do_not_know_goes_as_they_would_let_it_go(css, left):
    assert stripped(css)[0] == left
