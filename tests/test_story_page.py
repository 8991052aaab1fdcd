"""The story page: its line, its foot, the ways on from it, and what it costs."""

import gzip
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import segno
from django.core.files.base import ContentFile
from django.utils import timezone

from articles import corrections, publish
from articles.models import (
    Article,
    Byline,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Figure,
    Locality,
    LocalityTag,
    Page,
    Photo,
    Placement,
    Publication,
    Review,
    SignOff,
)
from articles.reading_on import MOST
from articles.versions import save_version
from articles.vocabulary import CorrectionKind, Decision, Kind, Level, Medium, Role, Stage
from tests.factories import (
    approve,
    make_article,
    make_editor,
    make_live_article,
    make_page,
    make_place,
    make_publisher,
)
from tests.page import read
from tests.public import BY_SEQ, address_of, paragraphs, queries, refresh


@pytest.fixture
def by(db):
    return make_publisher()


def at(*moment):
    return timezone.make_aware(datetime(*moment))


def make_campaign(name, slug):
    return Campaign.objects.create(name=name, slug=slug)


def story_of(client, article):
    return read(client, address_of(article)).main


def labelled(page, name):
    """The one element whose aria-label is `name`, or None."""
    found = [element for element in page.all() if element.attrs.get("aria-label") == name]
    assert len(found) < 2, found
    return found[0] if found else None


def foot(page):
    return page.one("article").one("footer")


def related(page):
    """[(id of the piece, date as shown)] under 相关报道."""
    found = [section for section in page.all("section") if "相关报道" in section.text]
    items = found[0].all("li") if found else []
    return [(int(urlsplit(item.hrefs()[0]).path.split("/")[-2]), item.one("time").text) for item in items]


def related_ids(page):
    return [pk for pk, _day in related(page)]


# --- the head --------------------------------------------------------------------------------------------


def test_the_line_of_a_story_says_the_minute_the_source_and_the_column(client, by, settings):
    settings.DESK = {**settings.DESK, "name": "嵩县新闻"}
    column = Column.objects.create(name="党建大家谈", slug="dangjian")
    article = make_live_article(by=by, column=column, published_at=at(2023, 11, 23, 7), printed_byline="本报记者 王博")
    (line,) = [p for p in story_of(client, article).one("header").all("p") if p.all("time")]
    assert " ".join(line.text.split()) == "2023年11月23日 07:00 来源：嵩县新闻 党建大家谈 本报记者 王博"
    assert line.hrefs() == ["/columns/dangjian/"]
    assert "\u3000" not in client.get(address_of(article)).content.decode()


def test_a_piece_from_print_has_a_day_and_no_hour(client, seed):
    (line,) = [p for p in story_of(client, seed[5]).one("header").all("p") if p.all("time")]
    assert " ".join(line.text.split()).startswith("2023年11月23日 来源：河南日报农村版")


def test_the_trail_leads_down_to_the_place_or_else_to_the_column(client, by):
    county = make_place("嵩县", make_place("河南省", level=Level.PROVINCE))
    column = Column.objects.create(name="党建大家谈", slug="dangjian")
    trails = [
        labelled(story_of(client, make_live_article(by=by, **fields)), "当前位置").text.split()
        for fields in ({"places": [county], "column": column}, {"column": column}, {})
    ]
    assert trails == [["首页", "河南省", "嵩县", "正文"], ["首页", "党建大家谈", "正文"], ["首页", "正文"]]


def test_the_size_of_type_is_chosen_by_links_and_the_chosen_one_is_marked(client, by):
    address = address_of(make_live_article(by=by))
    sizes = {"": address, "?type=small": "?type=small", "?type=large": "?type=large"}
    for query in sizes:
        links = labelled(read(client, address + query).main, "字号").all("a")
        assert [(a.text, a.attrs["href"]) for a in links] == [
            ("小", "?type=small"),
            ("中", address),
            ("大", "?type=large"),
        ]
        assert [a.attrs["href"] for a in links if a.attrs.get("aria-current")] == [sizes[query]]


def test_corrections_stand_above_the_text_the_newest_first(client, by):
    article, corrector = make_live_article(by=by, body="正文。"), make_editor("add_correction")
    for text in ("先说的。", "后说的。"):
        corrections.correct(article, by=corrector, kind=CorrectionKind.CORRECTION, text=text)
    words = story_of(client, article).text
    assert words.index("后说的。") < words.index("先说的。") < words.index("正文。")


def test_figures_stand_where_the_text_places_them_and_a_clip_never_plays_by_itself(client, by):
    article = make_article(by=by, body="一。\n【图1】\n二。\n【图2】")
    poster = Photo.objects.create(original="originals/a.jpg", web="web/a.jpg", sha256="0" * 64, width=640, height=360)
    Figure.objects.create(article=article, position=1, photo=Photo.objects.create(), caption="图。")
    clip = Figure(article=article, position=2, medium=Medium.VIDEO, photo=poster, caption="视频。")
    clip.file.save("a.mp4", ContentFile(b"0000ftypmp42"))
    save_version(article, by=by)
    publish.publish(approve(article), by=by)
    (body,) = [div for div in story_of(client, article).all("div") if div.attrs.get("class") == "body"]
    assert [element.tag for element in body.all("p", "figure")] == ["p", "figure", "p", "figure"]
    video = body.one("video").attrs
    assert (video["poster"], video["preload"], video["src"]) == ("/media/web/a.jpg", "none", clip.file.url)
    assert "controls" in video and "autoplay" not in video


def test_a_story_without_byline_place_column_or_campaign_has_no_empty_lines(client, by):
    page = story_of(client, make_live_article(by=by, body="只有一句话。"))
    assert paragraphs(read(client, address_of(Article.objects.get()))) == ["只有一句话。"]
    assert [e.tag for e in page.all("p", "ul", "dl", "dd", "nav", "section", "span") if not e.text.strip()] == []
    assert (page.all("dl"), related(page), page.rel("prev"), page.rel("next")) == ([], [], None, None)


# --- the foot --------------------------------------------------------------------------------------------


def signed_line(page):
    """责任编辑 and reviewers, as the foot says them."""
    return [span.text for p in foot(page).all("p") if p.attrs.get("class") == "signed" for span in p.all("span")]


def let_reviewers_be_shown(settings):
    settings.DESK = {**settings.DESK, "shows_reviewers": True}


def test_the_foot_names_the_responsible_editor_who_is_credited(client, by):
    article = make_live_article(
        by=by, credits=[("reporter", "张三"), ("responsible_editor", "李四"), ("responsible_editor", "王五")]
    )
    assert signed_line(story_of(client, article)) == ["责任编辑：李四、王五"]


def test_reviewers_are_named_only_where_the_desk_wants_it(client, by, settings):
    article = make_live_article(by=by)
    assert signed_line(story_of(client, article)) == []
    let_reviewers_be_shown(settings)
    assert signed_line(story_of(client, article)) == ["一审：初审员", "二审：复审员", "三审：终审员"]


def test_only_signatures_under_the_text_that_readers_see_count_and_of_a_stage_the_last(client, by, settings):
    let_reviewers_be_shown(settings)
    article = make_article(by=by)
    version, other = article.versions.get(), make_editor("*", display_name="旁人")
    round_before = Review.objects.create(article=article, version=version, opened_by=other)
    sign = {"review": round_before, "sha256": version.sha256, "version": version, "stage": Stage.FIRST_REVIEW}
    SignOff.objects.create(**sign, decision=Decision.PASSED, by=other)
    Review.objects.filter(pk=round_before.pk).update(closed_at=timezone.now(), closed_by=other, outcome="returned")
    publish.publish(approve(article), by=by)
    assert signed_line(story_of(client, article)) == ["一审：初审员", "二审：复审员", "三审：终审员"]
    Article.objects.filter(pk=article.pk).update(body="改过的正文。")
    article.refresh_from_db()
    newer = save_version(article, by=by)
    again = Review.objects.create(article=article, version=newer, opened_by=other)
    SignOff.objects.create(**{**sign, "review": again}, decision=Decision.RETURNED, by=other, opinion="改。")
    SignOff.objects.create(
        review=again, version=newer, sha256=newer.sha256, stage=Stage.FINAL_REVIEW, decision=Decision.PASSED, by=other
    )
    refresh(article)
    assert signed_line(story_of(client, article)) == ["一审：初审员", "二审：复审员", "三审：终审员"]


def test_a_piece_from_the_archive_names_no_reviewers_it_never_had(client, seed, settings):
    let_reviewers_be_shown(settings)
    article = seed[5]
    approve(article)
    refresh(article)
    assert article.publication.version.sign_offs.count() == 3
    assert signed_line(story_of(client, article)) == []


# --- the printed page ------------------------------------------------------------------------------------


def test_a_printed_piece_leads_back_to_its_page_and_to_those_before_and_after_it(client, by):
    sheets = [make_page(number) for number in (1, 2, 3, 4, 5)]
    Page.objects.filter(number=3).update(name="党建")
    Page.objects.filter(number=4).update(name="副刊")
    pieces = [make_live_article(by=by, published_at=at(2023, 11, 23, 7)) for _ in sheets]
    for sheet, piece in zip(sheets, pieces, strict=True):
        Placement.objects.create(article=piece, page=sheet, position=1)
        refresh(piece)
    publish.hold(pieces[1].publication, by=by)  # the second page has nothing to read any more
    beside = labelled(story_of(client, pieces[2]), "版面导航")
    assert " ".join(beside.text.split()) == "第3版：党建 返回本版 上一版 第1版 下一版 第4版：副刊"
    assert beside.hrefs() == [f"/editions/2023-11-23/{number}/" for number in (3, 1, 4)]
    ends = [labelled(story_of(client, pieces[n]), "版面导航").hrefs() for n in (0, 4)]
    assert ends == [[f"/editions/2023-11-23/{n}/" for n in numbers] for numbers in ((1, 3), (5, 4))]


def test_a_piece_that_was_never_printed_has_no_printed_pages_beside_it(client, by):
    assert labelled(story_of(client, make_live_article(by=by)), "版面导航") is None


# --- 上一篇 and 下一篇 ------------------------------------------------------------------------------------


def turns(client, article):
    page = story_of(client, article)
    return page.rel("prev"), page.rel("next")


def test_the_neighbours_of_an_unprinted_piece_are_those_in_time_within_its_column(client, by):
    column, other = (Column.objects.create(name=name, slug=name) for name in ("lan", "bie"))
    pieces = [make_live_article(by=by, column=column, published_at=at(2024, 5, 20, hour)) for hour in (7, 9, 11)]
    for hour in (8, 10):
        make_live_article(by=by, column=other, published_at=at(2024, 5, 20, hour))
    first, middle, last = (address_of(piece) for piece in pieces)
    assert [turns(client, piece) for piece in pieces] == [(None, middle), (first, last), (middle, None)]
    publish.hold(pieces[1].publication, by=by)
    assert turns(client, pieces[0]) == (None, last)


def test_those_of_a_piece_without_a_column_are_of_the_whole_site_and_those_of_one_moment_keep_their_order(client, by):
    column = Column.objects.create(name="栏目", slug="lanmu")
    pieces = [make_live_article(by=by, published_at=at(2024, 5, 20, 7)) for _ in range(3)]
    pieces.append(make_live_article(by=by, column=column, published_at=at(2024, 5, 19, 7)))
    make_live_article(by=by, published_at=timezone.now() + timedelta(days=1))
    third, second, first, newest = (address_of(piece) for piece in (*reversed(pieces[:3]), pieces[3]))
    assert [turns(client, piece) for piece in pieces[:3]] == [(second, None), (third, first), (newest, second)]
    assert turns(client, pieces[3]) == (None, None)


def test_a_piece_of_tomorrow_s_paper_that_is_public_already_is_not_its_own_neighbour(client, by):
    sheet = make_page(1)
    type(sheet.edition).objects.update(day=timezone.localdate() + timedelta(days=1))
    article = make_live_article(by=by)
    Placement.objects.create(article=article, page=sheet, position=1)
    refresh(article)
    assert turns(client, article) == (None, None)


# --- 相关报道 ---------------------------------------------------------------------------------------------


@pytest.fixture
def country(db):
    """{name: place} of a town in a county in a city in a province, and of another county."""
    province = make_place("河南省", level=Level.PROVINCE, slug="henan")
    city = make_place("洛阳市", province, level=Level.CITY, slug="luoyang")
    county = make_place("嵩县", city, slug="songxian")
    town = make_place("德亭镇", county, level=Level.TOWN, slug="deting")
    other = make_place("汝阳县", city, slug="ruyang")
    return {place.name: place for place in (province, city, county, town, other)}


def test_related_reports_begin_with_the_same_campaign_near_by_and_end_with_the_column(client, by, country):
    campaign, column = make_campaign("主题教育", "zhuti"), Column.objects.create(name="栏目", slug="lanmu")

    def make(day, *places, campaigns=(), **fields):
        return make_live_article(
            by=by,
            places=[country[name] for name in places],
            campaigns=campaigns,
            published_at=at(2023, 5, day, 8),
            **fields,
        )

    own = make(20, "德亭镇", campaigns=[campaign], column=column)
    make(19, "河南省")  # a province is not near
    expected = [
        make(1, "德亭镇", campaigns=[campaign]),
        make(2, "嵩县", campaigns=[campaign]),
        make(3, "汝阳县", campaigns=[campaign]),
        make(4, campaigns=[campaign]),
        make(5, "嵩县"),
    ]
    in_column = make(6, column=column)
    assert related(story_of(client, own)) == [
        *((piece.pk, f"2023-05-{day:02}") for day, piece in enumerate(expected, 1)), (in_column.pk, "2023-05-06")
    ]  # fmt: skip
    make(7, "嵩县")
    shown = related_ids(story_of(client, own))
    assert len(shown) == MOST and in_column.pk not in shown


def test_related_reports_are_live_and_never_repeat_one_another_nor_the_piece(client, by, country):
    campaign = make_campaign("主题教育", "zhuti")
    fields = {"by": by, "places": [country["嵩县"]], "campaigns": [campaign]}
    own, shown, held, ended = (make_live_article(**fields) for _ in range(4))
    make_live_article(**fields, published_at=timezone.now() + timedelta(hours=1))
    publish.hold(held.publication, by=by)
    Publication.objects.filter(pk=ended.publication.pk).update(expires_at=timezone.now())
    refresh(ended)
    assert related_ids(story_of(client, own)) == [shown.pk]


def test_only_a_piece_about_a_whole_province_is_related_to_others_of_it(client, by, country):
    own, other = (make_live_article(by=by, places=[country["河南省"]]) for _ in range(2))
    of_a_county = make_live_article(by=by, places=[country["嵩县"]])
    assert related_ids(story_of(client, own)) == [of_a_county.pk, other.pk]
    assert related_ids(story_of(client, of_a_county)) == []


def test_a_report_of_this_year_shows_its_whole_day_as_those_of_other_years_do(client, by, country):
    own, other = (make_live_article(by=by, places=[country["嵩县"]]) for _ in range(2))
    assert related(story_of(client, own)) == [(other.pk, f"{timezone.localdate():%Y-%m-%d}")]


# --- what a reader may do --------------------------------------------------------------------------------


def test_a_story_can_be_shared_printed_reported_and_left_for_its_top_without_a_script(client, by):
    address = address_of(make_live_article(by=by))
    page = read(client, address)
    assert foot(page.main).links()[-3:] == [
        (f"{address}share/", "分享、打印"), (f"{address}report/", "我要纠错"), ("#top", "返回顶部"),
    ]  # fmt: skip
    assert [script for script in page.root.all("script") if "src" in script.attrs] == []


def test_the_page_that_shares_a_story_holds_its_address_its_code_and_the_story_to_print(client, by):
    article = make_live_article(by=by, headline="葡萄熟了", body="今年的葡萄又大又甜。")
    address = address_of(article)
    page = read(client, f"{address}share/")
    panel = page.main.one("section")
    assert panel.one("input").attrs["value"] == f"http://testserver{address}"
    buttons = {button.text: button.attrs for button in panel.all("button")}
    assert list(buttons) == ["复制链接", "发送到…", "打印"]
    assert all("hidden" in attrs for attrs in buttons.values())  # until a script says that it works
    assert buttons["复制链接"]["data-copies"] == panel.one("input").attrs["id"]
    assert buttons["发送到…"]["data-shares"] == f"http://testserver{address}"
    assert panel.one("img").attrs["src"] == f"{address}qr.svg"
    assert panel.links() == [(address, "返回稿件")]
    assert (page.main.one("h1").text, paragraphs(page)) == ("葡萄熟了", ["今年的葡萄又大又甜。"])
    assert [meta.attrs["content"] for meta in page.root.all("meta") if meta.attrs.get("name") == "robots"] == [
        "noindex"
    ]


def test_what_readers_cannot_read_is_not_shared(client, by):
    live, held = make_live_article(by=by), make_live_article(by=by)
    publish.hold(held.publication, by=by)
    today = f"/{timezone.localdate():%Y/%m/%d}"
    answers = [client.get(f"{today}/{pk}/share/").status_code for pk in (live.pk, held.pk, make_article().pk)]
    assert answers == [200, 503, 404]
    assert client.get(f"/2020/01/01/{live.pk}/share/")["Location"] == address_of(live)


def test_the_qr_code_leads_to_the_story_and_is_kept_like_a_page(client, by):
    address = address_of(make_live_article(by=by))
    answer = client.get(f"{address}qr.svg")
    expected = BytesIO()
    code = segno.make_qr(f"http://testserver{address}", error="m")
    code.save(expected, kind="svg", xmldecl=False, omitsize=True, light="#fff")
    assert (answer["Content-Type"], answer.content) == ("image/svg+xml", expected.getvalue())
    again = client.get(f"{address}qr.svg", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_readers_cannot_read_has_no_qr_code(client, by):
    live, held, draft = make_live_article(by=by), make_live_article(by=by), make_article()
    publish.hold(held.publication, by=by)
    about = make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们")
    today = f"/{timezone.localdate():%Y/%m/%d}"
    assert client.get(f"{today}/{live.pk}/qr.svg").status_code == 200
    for address in (f"{today}/{held.pk}/", f"{today}/{draft.pk}/", f"{today}/{about.pk}/", f"/2020/01/01/{live.pk}/"):
        assert client.get(f"{address}qr.svg").status_code == 404, address


def test_the_desk_s_preview_offers_nothing_that_only_readers_can_do(client, by):
    article = make_article(by=by)
    client.force_login(make_editor("*"))
    page = read(client, f"/admin/articles/article/{article.pk}/preview/").main
    assert (page.all("input", "button", "details"), related(page), labelled(page, "字号")) == ([], [], None)


# --- what it costs ---------------------------------------------------------------------------------------


def burden(article, number):
    """Give a piece so many campaigns, places, credited people and figures."""
    for n in range(number):
        campaign, _made = Campaign.objects.get_or_create(name=f"专题{n}", slug=f"zhuanti-{n}")
        CampaignTag.objects.get_or_create(content_object=article, tag=campaign)
        place = Locality.objects.filter(slug=f"di-{n}").first() or make_place(f"地{n}", slug=f"di-{n}")
        LocalityTag.objects.create(content_object=article, tag=place, position=n)
        person, _made = Contributor.objects.get_or_create(name=f"人{n}")
        Byline.objects.create(article=article, position=n, role=Role.REPORTER, contributor=person)
        Figure.objects.create(article=article, position=n + 1, photo=Photo.objects.create(), caption=f"图{n}。")


def make_burdened(by, number, sheet):
    """A corrected, printed and reviewed piece that carries `number` of everything."""
    article = make_article(by=by, column=Column.objects.get_or_create(name="栏目", slug="lanmu")[0])
    burden(article, number)
    save_version(article, by=by)
    publish.publish(approve(article), by=by)
    Placement.objects.create(article=article, page=sheet, position=Placement.objects.count() + 1)
    refresh(article)
    corrections.correct(article, by=make_editor("add_correction"), kind=CorrectionKind.CORRECTION, text="更正。")
    return article


def test_a_story_asks_at_most_eight_questions_whatever_it_carries(client, by, settings):
    let_reviewers_be_shown(settings)
    sheet = make_page(1)
    one, fifty = (make_burdened(by, number, sheet) for number in (1, 50))
    costs = [queries(client, address_of(article)) for article in (one, fifty)]
    assert costs[0] == costs[1] <= 8
    page = story_of(client, fifty)
    campaigns = labelled(page, "专题")
    assert (len(campaigns.all("li")), campaigns.one("summary").text) == (50, "另有 42 个专题")
    assert (len(page.all("figure")), related_ids(page), len(signed_line(page))) == (50, [one.pk], 3)


def test_a_story_costs_the_same_with_one_related_report_and_with_many(client, by):
    campaign = make_campaign("主题教育", "zhuti")
    own, _first = (make_live_article(by=by, campaigns=[campaign]) for _ in range(2))
    alone = queries(client, address_of(own))
    for _ in range(9):
        make_live_article(by=by, campaigns=[campaign])
    assert queries(client, address_of(own)) == alone <= 8
    assert len(related(story_of(client, own))) == MOST


def test_the_longest_story_of_the_seed_is_a_small_page(client, seed):
    longest = max(BY_SEQ, key=lambda seq: sum(map(len, BY_SEQ[seq]["body_paragraphs"])))
    page = client.get(address_of(seed[longest])).content
    assert len(page) < 30_000 and len(gzip.compress(page)) < 10_000
