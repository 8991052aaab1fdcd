"""What stands on the front page, where, and what it costs; and the pages that have nothing to show but ways on."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import freshness, listing, photos, publish
from articles.models import Campaign, Column, Edition, Outlet, Page, Placement, Slot
from articles.versions import save_version
from articles.views import front
from articles.views.errors import server_error
from articles.vocabulary import Kind, Level, SlotSection
from tests.factories import approve, load_seed_page, make_article, make_live_article, make_place, make_publisher
from tests.page import STORY, read
from tests.page import Page as HtmlPage
from tests.public import address_of, queries

LEAD, NEWS, PICTURES = SlotSection.values


def make_pieces(count, *, first="", **fields):
    """Public pieces, the newest first."""
    now, by = timezone.now(), make_publisher()
    return [
        make_live_article(by=by, headline=f"{first}{number}号", published_at=now - timedelta(minutes=number), **fields)
        for number in range(1, count + 1)
    ]


def place(section, *articles, **fields):
    for order, article in enumerate(articles, 1):
        Slot.objects.create(section=section, order=order, article=article, **fields)
    freshness.changed()


def make_pictured(size=(1200, 800), focus=(50, 50), **fields):
    """A public piece with a picture of its own."""
    by = make_publisher()
    article = make_article(by=by, captions=("图说。",), **fields)
    figure, buffer = article.figures.get(), BytesIO()
    Image.new("RGB", size, "darkgreen").save(buffer, "JPEG")
    figure.photo.focus_x, figure.photo.focus_y = focus
    photos.attach(figure.photo, photos.read_picture(SimpleUploadedFile("田野.jpg", buffer.getvalue())))
    figure.photo.save()
    figure.credit, figure.alt = "王立志 摄", "一片田野"
    figure.save()
    save_version(article, by=by)
    publish.publish(approve(article), by=by)
    article.refresh_from_db()
    listing.refresh(article)
    freshness.changed()
    return article


def sections(main):
    """{head of a section: the ids of its stories}, in the order of the page; what stands under no head is under ""."""
    found = {}
    for section in main.all("section"):
        heads = section.all("h2")
        name = section.attrs.get("aria-label") or heads[0].text.strip()
        found[name] = section.stories()
    return found


def ids(articles):
    return [article.pk for article in articles]


# --- what stands where -----------------------------------------------------------------------------------


def test_without_slots_the_newest_lead_as_a_list_and_nothing_is_made_a_lead_story(client, db):
    pieces = make_pieces(30)
    main = read(client, "/").main
    assert sections(main) == {"最新": ids(pieces[: front.HEADLINES_ALONE])}
    assert [head.text for head in main.all("h2")] == ["最新"]


def test_each_slot_stands_in_its_section_and_the_newest_fill_up_the_list(client, db):
    pieces = make_pieces(30)
    place(LEAD, pieces[3], pieces[20])
    place(NEWS, pieces[1], pieces[9])
    shown = sections(read(client, "/").main)
    placed = {pieces[number].pk for number in (3, 20, 1, 9)}
    newest = [pk for pk in ids(pieces) if pk not in placed]
    assert shown == {
        "头条": ids([pieces[3], pieces[20]]),
        "要闻": ids([pieces[1], pieces[9]]),
        "最新": newest[: front.HEADLINES - 2],
    }


def test_however_many_slots_there_are_all_stand_and_some_of_the_newest_follow(client, db):
    pieces = make_pieces(40)
    place(LEAD, *pieces[:6])
    place(NEWS, *pieces[6:26])
    shown = sections(read(client, "/").main)
    assert (shown["头条"], shown["要闻"]) == (ids(pieces[:6]), ids(pieces[6:26]))
    assert shown["最新"] == ids(pieces[26 : 26 + front.FEWEST_NEWEST])


def test_a_piece_that_an_editor_placed_stands_once_on_the_page(client, db):
    column, campaign = Column.objects.create(name="乡村振兴"), Campaign.objects.create(name="平安创建", slug="pingan")
    pieces = make_pieces(8, column=column, campaigns=[campaign])
    photo = make_live_article(kind=Kind.PHOTO, column=column, campaigns=[campaign], captions=("晒秋。",))
    place(LEAD, pieces[0])
    place(NEWS, pieces[1])
    place(PICTURES, photo)
    main = read(client, "/").main
    for article in (pieces[0], pieces[1], photo):
        heads = [name for name, stories in sections(main).items() if article.pk in stories]
        assert len(heads) == 1, (article, heads)


def test_a_slot_that_ended_stands_no_more_and_its_piece_is_among_the_newest_again(client, db):
    pieces = make_pieces(3)
    place(LEAD, pieces[0], ends_at=timezone.now() - timedelta(seconds=1))
    assert sections(read(client, "/").main) == {"最新": ids(pieces)}


def test_a_column_shows_what_does_not_stand_above_it_and_only_its_name_where_all_does(client, db):
    many, few = Column.objects.create(name="多", order=1), Column.objects.create(name="少", order=2)
    pieces = make_pieces(front.HEADLINES_ALONE + 8, column=many)
    other = make_live_article(column=few)
    main = read(client, "/").main
    shown = sections(main)
    above = [other.pk, *ids(pieces)][: front.HEADLINES_ALONE]
    assert shown["最新"] == above
    assert shown["多"] == [pk for pk in ids(pieces) if pk not in above][: front.IN_A_COLUMN]
    assert "少" not in shown and few.get_absolute_url() in main.hrefs()


def test_a_campaign_without_enough_else_repeats_what_stands_above_it(client, db):
    long, short = (Campaign.objects.create(name=name, slug=slug) for name, slug in (("长", "long"), ("短", "short")))
    pieces = make_pieces(front.HEADLINES_ALONE + 4, campaigns=[long])
    others = make_pieces(2, first="短", campaigns=[short])
    blocks = [item.stories() for item in read(client, "/").main.all("div") if len(item.all("h3")) == 1]
    unread = ids(pieces)[front.HEADLINES_ALONE - 2 :]
    assert unread[: front.IN_A_CAMPAIGN] in blocks and ids(others) in blocks


def test_every_column_with_pieces_has_its_place_the_first_as_a_section_the_others_by_name(client, db):
    columns = [Column.objects.create(name=f"栏目{number}", order=number) for number in range(9)]
    for column in columns[:-1]:
        make_live_article(column=column, published_at=timezone.now() - timedelta(days=1))
    make_pieces(front.HEADLINES_ALONE, first="较新的")  # so that those of the columns are not above them
    main = read(client, "/").main
    assert [name for name in sections(main) if name.startswith("栏目")] == [f"栏目{number}" for number in range(6)]
    assert [text for _, text in main.links() if re.fullmatch("栏目.", text)] == [f"栏目{n}" for n in range(8)]


def test_campaigns_are_those_of_the_newest_pieces_each_with_some_of_them(client, db):
    now = timezone.now()
    names = ["甲创建", "乙创建", "丙创建", "丁创建"]
    campaigns = {name: Campaign.objects.create(name=name, slug=f"c{number}") for number, name in enumerate(names)}
    Campaign.objects.create(name="还没有稿件", slug="none")
    for days, name in enumerate(["丙创建", "甲创建", "丁创建", "乙创建"], 1):
        make_live_article(campaigns=[campaigns[name]], published_at=now - timedelta(days=days))
    page = read(client, "/")
    assert [head.text.strip() for head in page.main.all("h3")] == ["丙创建", "甲创建", "丁创建"]
    assert "还没有稿件" not in page.root.text


def test_pictures_are_the_editors_and_then_the_newest(client, db):
    pictures = make_pieces(5, kind=Kind.PHOTO, captions=("晒秋时节。",))
    place(PICTURES, pictures[4], headline="满山红")
    main = read(client, "/").main
    assert sections(main)["图片"] == ids([pictures[4], *pictures[: front.PICTURES - 1]])
    assert "满山红" in [text for _, text in main.links()]


def test_the_lead_story_s_picture_is_asked_for_at_once_and_every_other_one_late(client, db):
    lead, other = make_pictured(headline="头条", focus=(30, 70)), make_pictured(kind=Kind.PHOTO)
    place(LEAD, lead)
    place(PICTURES, other)
    first, *rest = read(client, "/").main.all("img")
    assert (first.attrs["fetchpriority"], "loading" in first.attrs) == ("low", False)
    assert first.attrs["class"] == "fx3 fy7" and first.attrs["alt"] == "一片田野"
    assert {(img.attrs["loading"], "fetchpriority" in img.attrs) for img in rest} == {("lazy", False)}
    assert "王立志 摄" in read(client, "/").main.text


def test_a_caption_without_its_picture_is_told_and_says_so(client, db):
    make_live_article(kind=Kind.PHOTO, headline="", body="", captions=("11月20日，村民在晾晒柿饼。",))
    main = read(client, "/").main
    assert "11月20日，村民在晾晒柿饼。" in main.text and "（原图暂缺）" in main.text
    assert main.all("img") == []


# --- today's paper, places -------------------------------------------------------------------------------


def make_edition(day, *articles, pages=2):
    outlet, _ = Outlet.objects.get_or_create(name="今日嵩县")
    edition = Edition.objects.create(outlet=outlet, day=day)
    made = [Page.objects.create(edition=edition, number=number + 1, name="要闻") for number in range(pages)]
    for position, article in enumerate(articles, 1):
        Placement.objects.create(page=made[0], article=article, position=position)
    freshness.changed()
    return made


def test_the_newest_paper_is_called_today_s_on_its_day_alone(client, db):
    article = make_live_article()
    assert "报纸" not in read(client, "/").main.text
    make_edition(timezone.localdate() - timedelta(days=1), article)
    assert "最新报纸" in sections(read(client, "/").main)
    make_edition(timezone.localdate(), article)
    assert "今日报纸" in sections(read(client, "/").main)


def test_the_paper_shows_the_pages_that_have_pieces_and_the_scan_of_the_first(client, db):
    first, _empty = make_edition(date(2023, 11, 23), make_live_article(), make_live_article())
    main = read(client, "/").main
    assert [href for href in main.hrefs() if href.startswith("/editions/2023-11-23/")] == [
        "/editions/2023-11-23/", "/editions/2023-11-23/1/",
    ]  # fmt: skip
    assert "2 篇" in main.text and main.all("img") == []
    scan = {"scan": "originals/1.jpg", "scan_web": "web/pages/1/1600.jpg", "scan_width": 1600, "scan_height": 2300}
    Page.objects.filter(pk=first.pk).update(**scan)
    freshness.changed()
    (img,) = read(client, "/").main.all("img")
    assert img.attrs["src"].endswith("web/pages/1/1600.jpg") and "今日嵩县第1版：要闻" in img.attrs["alt"]


def test_places_are_the_desk_s_own_towns_or_else_the_cities_that_have_pieces(client, db, settings):
    province = make_place("河南省", level=Level.PROVINCE)
    city = make_place("洛阳市", parent=province, level=Level.CITY)
    make_place("许昌市", parent=province, level=Level.CITY)
    county = make_place("嵩县", parent=city)
    town = make_place("车村镇", parent=county, level=Level.TOWN)
    make_place("白河镇", parent=county, level=Level.TOWN)
    make_pieces(2, places=[town])
    make_live_article(places=[county])

    def places():
        freshness.changed()
        links = read(client, "/").main.links()
        return [(href, " ".join(text.split())) for href, text in links if re.match("/regions/.", href)]

    assert places() == [(reverse("region", args=[city.slug]), "洛阳市 3")]
    settings.DESK = {**settings.DESK, "home": county.slug}
    assert places() == [(reverse("region", args=[town.slug]), "车村镇 2")]
    for home in ("no-such-place", town.slug):  # unknown, or without a place below it
        settings.DESK = {**settings.DESK, "home": home}
        assert places() == [(reverse("region", args=[city.slug]), "洛阳市 3")]


def test_places_stand_last_and_never_with_a_nought(client, db):
    load_seed_page()
    main = read(client, "/").main
    assert list(sections(main))[-1] == "各地"
    assert not re.search(r"(?<!\d)0\s*篇", main.text)
    assert [text for href, text in main.links() if href.startswith("/regions/") and re.search(r"\s0$", text)] == []


# --- how many pieces, what it costs ----------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [0, 1, 12])
def test_the_front_page_stands_with_few_pieces_with_and_without_slots(client, db, pieces):
    made = make_pieces(pieces)
    main = read(client, "/").main
    assert main.stories() == ids(made)
    assert ("还没有发布稿件" in main.text) == (not pieces)
    place(LEAD, *made[:1])
    assert read(client, "/").main.stories() == ids(made)


def test_a_single_piece_that_leads_leaves_no_empty_head_behind(client, db):
    place(LEAD, *make_pieces(1))
    assert [head.text.strip() for head in read(client, "/").main.all("h2")] == ["1号"]


def test_the_front_page_costs_at_most_twenty_queries_whatever_stands_on_it(client, db, settings):
    county = make_place()
    town = make_place("车村镇", parent=county, level=Level.TOWN)
    settings.DESK = {**settings.DESK, "home": county.slug}
    by = make_publisher()

    def grow(times):
        for _ in range(times):
            column = Column.objects.create(name=f"栏目{Column.objects.count()}")
            number = Campaign.objects.count()
            campaign = Campaign.objects.create(name=f"专题{number}", slug=f"campaign-{number}")
            made = [
                make_live_article(by=by, column=column, campaigns=[campaign], places=[town], kind=kind)
                for kind in (Kind.STORY, Kind.STORY, Kind.STORY, Kind.STORY, Kind.PHOTO)
            ]
            for section, article in zip((LEAD, NEWS, PICTURES), (made[0], made[1], made[4]), strict=True):
                place(section, article)

    grow(front.COLUMNS)
    make_edition(timezone.localdate(), *(slot.article for slot in Slot.objects.all()))
    few = queries(client, "/")
    grow(4)
    assert (queries(client, "/"), few <= 20) == (few, True), few


# --- what went wrong -------------------------------------------------------------------------------------


def ways_on(page):
    """(the ids of the stories, the places to go) that a page offers to go on with."""
    return page.main.offered(), [href for href in page.main.hrefs() if not STORY.match(href)]


TO_GO = ["/", "/regions/", "/campaigns/", "/editions/", "/archive/"]


def test_every_page_for_what_went_wrong_leads_on_to_the_newest_pieces(client, db, monkeypatch):
    by = make_publisher()
    ends = timezone.now() + timedelta(hours=1)
    held, withdrawn, expired = (make_live_article(by=by, expires_at=end) for end in (None, None, ends))
    addresses = [(address_of(article), status) for article, status in ((held, 503), (withdrawn, 410), (expired, 410))]
    publish.hold(held.publication, by=by)
    publish.withdraw(withdrawn.publication, by=by, notice="因失实撤回。")
    newest = make_pieces(8)
    monkeypatch.setattr(timezone, "now", lambda: ends)
    freshness.changed()
    for address, status in [("/nichts/", 404), *addresses]:
        assert ways_on(read(client, address, status)) == (ids(newest[:6]), TO_GO), address
    assert "因失实撤回。" in read(client, addresses[1][0], 410).main.text


def test_on_an_empty_site_they_lead_on_without_an_empty_list(client, db):
    page = read(client, "/nichts/", 404)
    assert (ways_on(page), page.main.all("h2")) == (([], TO_GO), [])


def test_many_pages_not_found_ask_for_the_newest_pieces_once(client, db, monkeypatch, django_assert_num_queries):
    make_pieces(1)
    monkeypatch.setattr(freshness, "READ_EVERY", 60)
    client.get("/nichts/")
    with django_assert_num_queries(0):
        for number in range(3):
            client.get(f"/nichts/{number}/")


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_pages_for_a_broken_site_need_neither_a_context_nor_a_list_of_hashed_files(settings, name):
    text = (settings.BASE_DIR / "templates/public" / name).read_text("utf-8")
    assert "{{" not in text and "{%" not in text  # a web server may send it as it is
    page = HtmlPage(text)
    (sheet,) = [link.attrs["href"] for link in page.root.all("link")]
    assert (settings.BASE_DIR / sheet.lstrip("/")).is_file()
    assert page.root.one("h1").text and "/" in page.root.hrefs()
    assert page.root.one("html").attrs["lang"] == "zh-CN"


def test_the_page_of_a_failure_is_made_without_the_database(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    response = server_error(RequestFactory().get("/"))  # a test without `db` may not ask a database
    assert (response.status_code, "页面暂时打不开" in response.content.decode()) == (500, True)


def test_a_request_that_makes_no_sense_is_answered_in_chinese(client, settings, db):
    settings.ALLOWED_HOSTS = ["localhost"]
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert (response.status_code, "这个请求无法处理" in response.content.decode()) == (400, True)


# --- filing lines ----------------------------------------------------------------------------------------


def test_the_filing_lines_stand_at_the_foot_when_they_are_set_each_leading_to_its_register(client, db, settings):
    settings.DESK = {
        **settings.DESK,
        "organiser": "中共嵩县县委宣传部",
        "icp": "豫ICP备12345678号-1",
        "police": "豫公网安备 41032502000001号",
        "licence": "41120230001",
        "complaints": "0379-66311234",
    }
    foot = read(client, "/").root.one("footer")
    assert [link for link in foot.links() if link[0].startswith("http")] == [
        ("https://beian.miit.gov.cn/", "豫ICP备12345678号-1"),
        ("https://beian.mps.gov.cn/", "豫公网安备 41032502000001号"),
    ]
    lines = ("主办单位：中共嵩县县委宣传部", "许可证：41120230001", "违法和不良信息举报：0379-66311234")
    assert [line for line in lines if line not in foot.text] == []


def test_filing_lines_that_are_empty_leave_nothing_behind(client, db, settings):
    settings.DESK = {**settings.DESK, **dict.fromkeys(("organiser", "icp", "police", "licence", "complaints"), "")}
    foot = read(client, "/").root.one("footer")
    assert [words for words in ("主办单位", "许可证", "举报", "备案", "：") if words in foot.text] == []
    assert [item for item in foot.all("li", "ul") if not item.text.strip()] == []
