"""Every kind of page is HTML without a mistake: parsed strictly, and asked what a parser cannot know."""

import html5lib
import pytest
from django.test import Client

from tests.page_kinds import make_every_page, pages_by_themselves

SIZES = ("", "large")
RAW = {"application/ld+json"}  # a script that is data runs nothing


@pytest.fixture
def documents(db, settings):
    """{name: HTML} of every kind of page, in two sizes of type."""
    settings.DESK = {**settings.DESK, "home": "songxian", "shows_reviewers": True}
    client = Client(raise_request_exception=True)
    found = {}
    for page in make_every_page():
        for size in SIZES:
            response = client.get(page.sized(size))
            assert response.status_code == page.status, page
            found[f"{page.kind} {size}".strip()] = response.content.decode()
    return found | pages_by_themselves()


def test_every_page_parses_without_a_mistake_and_holds_together(documents):
    """One test, for the site is made once: what is wrong, page by page."""
    wrong = {name: [*mistakes(html), *faults(tree_of(html))] for name, html in documents.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(documents) > 60


def mistakes(html):
    """What a strict parser stops at: (line, column), code."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [f"{position}: {code} {data}" for position, code, data in parser.errors]


def tree_of(html):
    return html5lib.parse(html, namespaceHTMLElements=False)


def faults(tree):
    """Sentences on what is well formed and wrong all the same."""
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    yield from repeated("id", [e.get("id") for e in elements if e.get("id") is not None])
    yield from headings([int(e.tag[1]) for e in elements if e.tag in ("h1", "h2", "h3", "h4", "h5", "h6")])
    yield from landmarks(elements)
    known = {e.get("id") for e in elements} | {"top"}  # where every page begins
    for element in elements:
        yield from own_faults(element, known)


def repeated(name, values):
    for value in sorted({value for value in values if values.count(value) > 1}):
        yield f"{name} {value} stands more than once"


def headings(levels):
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    for before, after in zip(levels, levels[1:], strict=False):
        if after > before + 1:
            yield f"a heading of level {after} after one of level {before}"


def landmarks(elements):
    mains = [e for e in elements if e.tag == "main"]
    if len(mains) != 1:
        yield f"{len(mains)} main elements"
    navigations = [e for e in elements if e.tag == "nav"]
    names = [e.get("aria-label") or e.get("aria-labelledby") for e in navigations]
    if len(names) > 1 and not all(names):
        yield "navigations without a name beside others"
    yield from repeated("navigation", [name for name in names if name])


def own_faults(element, known):
    what = f"<{element.tag} {dict(element.attrib)}>"
    for name in element.attrib:
        if name == "style" or name.startswith("on"):
            yield f"{what} carries {name}"
    if element.tag == "style" or (
        element.tag == "script" and not element.get("src") and element.get("type") not in RAW
    ):
        yield f"{what} is inline"
    if element.tag == "img":
        for name in ("alt", "width", "height"):
            if element.get(name) is None or (name != "alt" and not element.get(name).isdecimal()):
                yield f"{what} has no {name}"
    if element.tag in ("input", "select", "textarea", "button") and element.get("type") != "hidden":
        if element.get("name") == "" or (
            element.tag != "button" and not (element.get("id") or element.get("aria-label"))
        ):
            yield f"{what} can be labelled by nothing"
    for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for target in (element.get(name) or "").split():
            if target not in known:
                yield f"{what} points at {target}, which is not there"
    href = element.get("href") or ""
    if element.tag == "a" and href.startswith("#") and href[1:] and href[1:] not in known:
        yield f"{what} leads to nothing on this page"


@pytest.mark.parametrize(
    "broken",
    [
        "<p id=a></p><p id=a></p>", "<h3>二</h3>", "<h1>又一</h1>", "<img src=a alt=a>", "<img src=a width=1 height=1>", "<p style='color:red'></p>",
        "<p onclick='a()'></p>", "<style>p{}</style>", "<script>a()</script>", "<nav></nav><nav></nav>", "<label for=b>名</label>", "<input>",
        "<main></main>", "<a href='#nichts'>下</a>",
    ],
)  # fmt: skip
def test_the_checks_see_what_they_are_for(broken):
    whole = (
        "<!doctype html><html lang=zh-CN><head><title>题</title></head><body><main><h1>一</h1></main>{}</body></html>"
    )
    assert list(faults(tree_of(whole.format("")))) == []
    assert list(faults(tree_of(whole.format(broken)))) != []
    assert mistakes(whole.format("")) == [] and mistakes(whole.format("<p></b></p>")) != []
