"""Drawing the place of each piece on the scan of its page, in a real browser."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import scans
from tests.browser import log_in
from tests.reference import change, make_page


def test_places_are_drawn_with_the_mouse_one_piece_after_the_other_and_saved(page, live_server):
    printed = make_page("甲", "乙")
    buffer = BytesIO()
    Image.new("RGB", (600, 900), "white").save(buffer, "PNG")
    scans.attach(printed, scans.read_scan(SimpleUploadedFile("1.png", buffer.getvalue())))
    printed.save()
    log_in(page, live_server, "editor")
    page.goto(f"{live_server.url}{change(printed)}")
    board = page.locator(".board")

    def draw(left, top, right, bottom):
        board.evaluate("board => board.scrollIntoView()")
        box = board.bounding_box()
        page.mouse.move(box["x"] + box["width"] * left, box["y"] + box["height"] * top)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * right, box["y"] + box["height"] * bottom, steps=4)
        page.mouse.up()

    draw(0.1, 0.1, 0.5, 0.3)
    draw(0.9, 0.6, 0.5, 0.4)  # from its lower right corner
    fields = page.locator("#placements-group tr.has_original [data-area]")
    drawn = [[float(part) for part in fields.nth(n).input_value().split(",")] for n in (0, 1)]
    for area, wanted in zip(drawn, ([10, 10, 40, 20], [50, 40, 40, 20]), strict=True):
        assert all(abs(part - want) < 1 for part, want in zip(area, wanted, strict=True)), drawn
    fields.nth(0).fill("0,0,100,50")  # typed, and shown
    assert board.locator(".area").first.bounding_box()["width"] > board.bounding_box()["width"] * 0.98
    page.click("[name=_save]")
    page.wait_for_load_state()
    saved = list(printed.placements.order_by("position").values_list("area", flat=True))
    assert saved == ["0,0,100,50", ",".join(f"{part:g}" for part in drawn[1])]
    assert page.errors == []
