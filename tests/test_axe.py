"""axe finds nothing on any kind of page: light and dark, on a phone and on a desk, in normal and in large type.

Like all tests in a browser they are left out where there is none; on one database, for markup does not depend on it.
"""

import pytest

from tests.axe import OF_COLOURS, demand_none, violations
from tests.browser import SIZES, log_in
from tests.desk_pages import make_desk
from tests.page_kinds import make_every_page, pages_by_themselves

pytestmark = pytest.mark.one_database
COLOURS = ("light", "dark")
NARROWEST = 320


@pytest.fixture
def site(page, live_server, settings):
    """(page, address) of every kind of page, one after the other, the browser being there."""
    settings.DESK = {
        **settings.DESK,
        "home": "songxian",
        "shows_reviewers": True,
        "icp": "豫ICP备1号",
        "police": "豫公网安备1号",
    }
    pages, bare = make_every_page(), pages_by_themselves()

    def by_itself(route):
        route.fulfill(body=bare[route.request.url.rpartition("/")[2]], content_type="text/html")

    page.route("**/by-itself/*", by_itself)

    def open_each(sizes=("",)):
        for one in pages:
            for size in sizes:
                answer = page.goto(live_server.url + one.sized(size))
                assert answer.status == one.status, one
                yield f"{one.kind} {size}".strip()
        for kind in bare:
            page.goto(f"{live_server.url}/by-itself/{kind}")
            yield kind

    return open_each


@pytest.mark.parametrize("colours", COLOURS)
def test_axe_finds_nothing_on_any_public_page(page, site, colours):
    page.emulate_media(color_scheme=colours)
    rules = OF_COLOURS if colours == "dark" else None  # what else there is does not depend on them
    found = {name: violations(page, rules=rules) for name in site(sizes=("", "large"))}
    assert len(found) > 60
    demand_none(found)


def test_no_public_page_is_wider_than_the_screen_however_narrow_it_is_or_large_the_type(page, site):
    wider = []
    for name in site(sizes=("", "large")):
        for width in (NARROWEST, 390, 640, 1280):  # 640: a desktop's screen at twice the size
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wider.append((name, width))
    assert (wider, page.errors) == ([], [])


@pytest.mark.parametrize("colours, size", [("light", "desktop"), ("dark", "phone")])
def test_axe_finds_nothing_on_any_page_of_the_desk(page, live_server, colours, size):
    page.emulate_media(color_scheme=colours)
    log_in(page, live_server, "admin")
    page.set_viewport_size(SIZES[size])
    found = {}
    for name, address in make_desk().items():
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, (name, answer.status)
        found[name] = violations(page, sizes=(size,))
    demand_none(found)
