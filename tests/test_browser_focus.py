"""The focal point of a picture, clicked or typed, in a real browser."""

from django.core.files.storage import default_storage
from django.urls import reverse
from playwright.sync_api import expect

from articles.models import Photo
from tests.browser import log_in
from tests.test_renditions import library_photo


def test_the_focal_point_is_clicked_on_the_picture_or_typed_and_the_cut_follows(page, live_server):
    photo = library_photo((1000, 600))
    log_in(page, live_server)
    page.route("**/media/web/**", lambda route: route.fulfill(body=default_storage.open(photo.web).read()))
    page.goto(live_server.url + reverse("admin:articles_photo_change", args=[photo.pk]))
    picture = page.locator(".focus .whole img")
    expect(picture).to_have_js_property("complete", True)
    area = picture.bounding_box()
    page.mouse.click(area["x"] + area["width"] * 0.25, area["y"] + area["height"] * 0.75)
    across, down = page.locator("[name=focus_x]"), page.locator("[name=focus_y]")
    expect(across).to_have_value("25")
    expect(down).to_have_value("75")
    expect(page.locator(".focus figure img")).to_have_css("object-position", "25% 75%")
    across.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".focus figure img")).to_have_css("object-position", "26% 75%")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert (Photo.objects.get().focus, page.errors) == ((26, 75), [])


def test_a_picture_that_was_only_chosen_is_shown_and_a_heic_leaves_the_number_fields(page, live_server):
    log_in(page, live_server)
    page.goto(live_server.url + reverse("admin:articles_photo_add"))
    expect(page.locator(".focus .whole")).to_be_hidden()
    pixel = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    chooser = page.locator("[name=upload]")
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": pixel})
    expect(page.locator(".focus .whole")).to_be_visible()
    chooser.set_input_files({"name": "a.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic"})
    expect(page.locator(".focus .whole")).to_be_hidden()
    expect(page.locator("[name=focus_x]")).to_be_visible()
    assert page.errors == []
