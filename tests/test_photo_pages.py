"""Pictures on the public pages: the smallest file that fits, cut around what matters, and a caption alone as news all the same."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import renditions
from articles.models import Figure, Photo
from articles.story import story_from
from articles.versions import save_version
from articles.vocabulary import Kind
from tests import factories
from tests.factories import ROOT, make_live_article
from tests.page import read
from tests.test_versions import figure, story

WEB = "web/photos/x-0123/1600.jpg"


def photo_of(number=0, **fields):
    """A photo with copies, as far as rows and pages can tell; nothing lies in the store."""
    web = f"web/photos/{number}-0123/1600.jpg"
    return Photo.objects.create(
        original=f"originals/{number}.jpg", sha256=f"{number:064}", web=web, width=1600, height=1067, **fields
    )


def pictured(captions=("图说。",), monkeypatch=None, focus=(50, 50), **fields):
    """A public piece whose captions have pictures."""

    def with_photos(article, **named):
        for place, each in enumerate(article.figures.all()):
            each.photo = photo_of(article.pk * 100 + place, focus_x=focus[0], focus_y=focus[1])
            each.alt, each.credit = "药农与丹参", "王立志 摄"
            each.save()
        return save_version(article, **named)

    with monkeypatch.context() as patch:
        patch.setattr(factories, "save_version", with_photos)
        return make_live_article(captions=captions, **fields)


def images(page):
    return [image for each in page.main.all("figure") for image in each.all("img")]


def test_a_story_s_picture_comes_as_the_smallest_file_that_the_browser_knows_and_its_screen_fills(client, monkeypatch):
    article = pictured(monkeypatch=monkeypatch)
    page = read(client, article.publication.get_absolute_url())
    (image,) = images(page)
    web = "/media/" + Photo.objects.get(web__gt="").web
    (picture,) = page.main.all("picture")
    assert [(each.attrs["type"], each.attrs["srcset"]) for each in picture.all("source")] == renditions.sources(
        web, 1600
    )
    assert (image.attrs["src"], image.attrs["srcset"]) == (web, renditions.srcset(web, 1600))
    assert (image.attrs["width"], image.attrs["height"], image.attrs["alt"]) == ("1600", "1067", "药农与丹参")
    assert len({each.attrs["sizes"] for each in (*picture.all("source"), image)}) == 1


def test_the_picture_that_opens_a_story_is_fetched_at_once_and_those_below_when_they_are_near(client, monkeypatch):
    article = pictured(("一。", "二。", "三。"), monkeypatch=monkeypatch)
    first, *others = images(read(client, article.publication.get_absolute_url()))
    assert (first.attrs.get("loading"), first.attrs.get("fetchpriority")) == (None, "low")
    assert [(each.attrs["loading"], each.attrs.get("fetchpriority")) for each in others] == [("lazy", None)] * 2


def test_a_picture_far_down_a_text_is_not_what_a_reader_waits_for():
    told = story("一\n二\n三\n四\n【图1】", figures=[figure("图说", web=WEB)])
    assert [each.eager for _, each in told.blocks if each] == [False]
    told = story("一\n【图1】\n二", figures=[figure("图说", web=WEB)])
    assert [each.eager for _, each in told.blocks if each] == [True]


def test_a_picture_of_before_is_shown_as_its_one_copy(client, monkeypatch):
    article = pictured(monkeypatch=monkeypatch)
    content = article.versions.get().story
    content["figures"][0]["web"] = "web/photos/1-0123.jpg"
    told = story_from(content)
    monkeypatch.setattr("articles.views.story.story_from", lambda content: told)
    page = read(client, article.publication.get_absolute_url())
    (image,) = images(page)
    assert (image.attrs["src"], image.attrs["width"]) == ("/media/web/photos/1-0123.jpg", "1600")
    assert ("srcset" in image.attrs, page.main.all("source")) == (False, [])


def test_cards_are_cut_around_the_focal_point(client, monkeypatch):
    pictured(monkeypatch=monkeypatch, focus=(4, 96), kind=Kind.PHOTO)
    pictured(monkeypatch=monkeypatch, focus=(45, 5), kind=Kind.PHOTO)
    cut = [image.attrs["class"] for image in images(read(client, "/photos/"))]
    assert sorted(cut) == ["fx0 fy10", "fx5 fy1"]
    css = (ROOT / "static/css/site.css").read_text("utf-8")
    assert [
        re.search(rf"\.{axis}{n} {{ --{axis}: {n * 10}%; }}", css) is None for axis in ("fx", "fy") for n in range(11)
    ] == [False] * 22


def test_a_video_clip_has_its_cover_and_waits_to_be_played():
    clip = figure("短片", medium="video", file="web/figures/x.mp4", web=WEB, width=1600, height=900)
    (told,) = [each for _, each in story("正文", figures=[clip]).blocks if each]
    assert (told.url, told.poster, told.eager) == ("/media/web/figures/x.mp4", f"/media/{WEB}", False)


def test_a_video_clip_never_plays_or_loads_by_itself(client, monkeypatch):
    article = make_live_article(captions=["短片。"])
    told = story(
        "正文", figures=[figure("短片。", medium="video", file="web/figures/x.mp4", web=WEB, width=1600, height=900)]
    )
    monkeypatch.setattr("articles.views.story.story_from", lambda content: told)
    (video,) = read(client, article.publication.get_absolute_url()).main.all("video")
    assert "autoplay" not in video.attrs
    assert {name: video.attrs[name] for name in ("preload", "src", "poster", "width", "height")} == {
        "preload": "none", "src": "/media/web/figures/x.mp4", "poster": f"/media/{WEB}", "width": "1600", "height": "900",
    }  # fmt: skip
    assert "controls" in video.attrs


# --- picture news ----------------------------------------------------------------------------------------


def test_the_gallery_shows_each_piece_once_the_first_picture_large_and_a_caption_alone_as_news(client, monkeypatch):
    now = timezone.now()
    pictured(
        ["有图的图说。"],
        monkeypatch=monkeypatch,
        kind=Kind.PHOTO,
        headline="",
        body="",
        published_at=now - timedelta(minutes=1),
    )
    pictured(
        ["另一张。"], monkeypatch=monkeypatch, kind=Kind.PHOTO, headline="标题", published_at=now - timedelta(minutes=2)
    )
    make_live_article(
        kind=Kind.PHOTO, headline="", body="", captions=["无图的图说。"], published_at=now - timedelta(minutes=3)
    )
    page = read(client, "/photos/").main
    tiles = page.all("article")
    assert [tile.attrs["class"].split() for tile in tiles] == [["tile", "large"], ["tile"], ["tile", "told"]]
    assert [len(tile.all("img")) for tile in tiles] == [1, 1, 0]
    assert [tile.all("figcaption")[0].text.split() for tile in tiles] == [
        ["有图的图说。", "王立志", "摄"], ["标题另一张。", "王立志", "摄"], ["无图的图说。（原图暂缺）"],
    ]  # fmt: skip
    first, second = (tile.all("img")[0].attrs for tile in tiles[:2])
    assert (first.get("fetchpriority"), second.get("loading")) == ("low", "lazy")


def test_an_empty_gallery_says_so(client):
    assert "这里还没有图片新闻。" in read(client, "/photos/").main.text


@pytest.mark.parametrize("number", [1, 12])
def test_the_gallery_costs_the_same_queries_however_many_pictures_it_shows(client, monkeypatch, number):
    for _piece in range(number):
        pictured(monkeypatch=monkeypatch, kind=Kind.PHOTO)
    client.get("/photos/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/photos/?type=large")
    assert len(asked) <= 4


def test_a_photo_story_shows_its_pictures_in_order_with_their_captions(client, monkeypatch):
    article = pictured(("一。", "二。", "三。"), monkeypatch=monkeypatch, kind=Kind.PHOTO, body="正文。")
    page = read(client, article.publication.get_absolute_url()).main
    assert "large" in page.all("article")[0].attrs["class"].split()
    assert [each.text.strip() for each in page.all("figcaption")] == [f"{n}。 王立志 摄" for n in "一二三"]
    assert [len(each.all("img")) for each in page.all("figure")] == [1, 1, 1]
    assert Figure.objects.count() == 3
