"""The form of a piece: its order, its preview, several pictures, what a new one begins with, what it costs to open and to save."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from articles import gazetteer, photos, publish, wording_tables
from articles.admin.rendering import WRITTEN, LeanRenderer
from articles.models import Article, Byline, Campaign, Column, Contributor, Figure, HistoryEntry, Photo, Series, Version
from articles.roles import ROLES, assign
from articles.vocabulary import Act, Genre, Kind, Role
from tests.desk import errors_of, filled, forms_of
from tests.factories import (
    approve,
    load_seed_page,
    make_approved_article,
    make_article,
    make_editor,
    make_live_article,
    make_place,
)
from tests.page import Page

ADD = "/admin/articles/article/add/"
LIVE = "/admin/articles/article/preview/"
BYLINE = "/admin/articles/article/byline/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def picture(name="图.jpg", colour="red"):
    buffer = BytesIO()
    Image.new("RGB", (30, 20), colour).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def said(response):
    return [str(message) for message in response.context["messages"]]


def figures_of(article):
    return [(figure.position, figure.caption, bool(figure.photo.web)) for figure in article.figures.all()]


# --- its order -------------------------------------------------------------------------------------------


def test_the_form_goes_as_the_work_does(client, editor):
    page = Page(client.get(change(make_article())).content.decode())
    form = next(element for element in page.root.all("form") if element.attrs.get("id") == "article_form")
    ids = [element.attrs.get("id", "") for element in form.all("input", "textarea", "select", "div")]
    order = (
        "id_kind", "id_kicker", "id_headline", "id_subhead", "id_body", "id_summary", "flags-group", "figures-group", "id_printed_byline",
        "id_own_work", "bylines-group", "locality_tags-group", "campaign_tags-group", "id_column", "id_genre", "id_grade",
        "placements-group", "id_source_name", "id_ai_made",
    )  # fmt: skip
    assert [each for each in ids if each in order] == list(order)


def test_a_site_page_is_not_made_here(client, editor):
    kinds = [kind for kind, _label in client.get(ADD).context["adminform"].form.fields["kind"].choices]
    assert kinds == [Kind.STORY, Kind.PHOTO, Kind.BRIEF, Kind.CORRECTION]
    data = filled(client.get(ADD), headline="标题", body="正文。", kind=Kind.PAGE)
    assert list(errors_of(client.post(ADD, data))) == ["kind"]


def test_the_form_has_nothing_that_a_strict_policy_forbids(client, editor):
    load_seed_page()
    page = Page(client.get(change(Article.objects.get(number="2023-1123-001"))).content.decode())
    elements = page.root.all()
    assert [e.tag for e in elements if "style" in e.attrs or any(name.startswith("on") for name in e.attrs)] == []
    assert [e.attrs for e in elements if e.tag == "script" and "src" not in e.attrs] == []


@pytest.mark.parametrize("role", ROLES)
def test_every_role_opens_the_form_and_saves_what_it_may(client, role):
    account = make_editor()
    assign(account, [role])
    client.force_login(account)
    article = a_full_piece(2)
    page = client.get(change(article))
    assert page.status_code == 200
    may = account.has_perms(("articles.change_article", "articles.edit_others_articles"))
    assert ("<textarea" in page.content.decode(), 'class="live"' in page.content.decode()) == (may, may)
    if may:
        assert client.post(change(article), filled(page, body="新文。")).status_code == 302
    else:
        client.post(change(article), {"body": "新文。", "base_revision": article.revision})
    assert Article.objects.get().body == ("新文。" if may else "正文。")
    assert (article.bylines.count(), article.figures.count(), article.locality_tags.count()) == (2, 2, 2)


# --- as it is typed --------------------------------------------------------------------------------------


@pytest.fixture
def unsaved(client, editor):
    """The posted form of a new piece with one row of each sort."""
    column = Column.objects.create(name="党建大家谈")
    data = filled(
        client.get(ADD),
        kicker="嵩县",
        headline="中药材喜获丰收",
        body="　　第一段。\r\n【图1】\r\n## 小标题",
        column=column.pk,
    )
    return data | {
        "printed_byline": "（本报记者 王博）",
        "bylines-0-role": "reporter", "bylines-0-contributor": Contributor.objects.create(name="王博").pk,
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "药农在晾晒丹参。", "figures-0-credit": "王博 摄",
        "locality_tags-0-tag": make_place("嵩县").pk, "locality_tags-0-relation": "about",
        "campaign_tags-0-tag": Campaign.objects.create(name="五星").pk,
    }  # fmt: skip


def test_the_preview_shows_the_form_as_it_is_typed_and_writes_nothing(client, unsaved):
    with CaptureQueriesContext(connection) as asked:
        response = client.post(LIVE, unsaved)
    page = Page(response.content.decode())
    assert page.main.one("h1").text == "中药材喜获丰收"
    assert [p.text for p in page.main.all("p") if p.attrs.get("class") == "kicker"] == ["嵩县"]
    assert [h.text.strip() for h in page.main.all("h2")] == ["小标题"]
    assert "药农在晾晒丹参。 王博 摄（原图暂缺）" in page.main.one("figcaption").text
    links = {link.text: link.attrs["href"] for link in page.main.all("a")}
    assert links["王博"] == Contributor.objects.get().get_absolute_url()
    assert ("党建大家谈" in links, "五星" in links, "嵩县" in links) == (True, True, True)
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}
    assert (
        Article.objects.count(),
        Photo.objects.count(),
        Series.objects.filter(name__startswith="article").count(),
    ) == (0, 0, 0)
    assert "no-store" in response["Cache-Control"]
    assert "预览：" not in page.main.text  # it stands beside the form


def test_links_of_the_preview_lead_nowhere_from_its_frame(client, unsaved):
    assert '<base target="_blank">' in client.post(LIVE, unsaved).content.decode()


@pytest.mark.parametrize("nonsense", ["", "abc", "9" * 30, "-1", "²", "\x00"])
def test_a_form_half_filled_in_is_shown_as_far_as_it_goes(client, unsaved, nonsense):
    bare = {name: "" if name in ("headline", "kind") else nonsense for name in unsaved} | {
        "headline": "",
        "body": "天晴了。人们出门。",
    }
    for data in (
        {},
        bare,
        {"figures-TOTAL_FORMS": nonsense},
        unsaved | {"source_day": nonsense, "headline": "长" * 300},
    ):
        assert client.post(LIVE, data).status_code == 200
    assert Page(client.post(LIVE, bare).content.decode()).main.one("h1").text == "天晴了"
    assert Page(client.post(LIVE, {}).content.decode()).main.one("h1").text == "（无题）"


def test_the_preview_leaves_out_what_is_to_be_deleted_and_moves_marks_as_a_save_would(client, editor):
    article = make_article(
        body="甲\n【图1】\n乙\n【图2】", captions=("一图", "二图"), credits=[("reporter", "王博"), ("reporter", "李阳")]
    )
    data = filled(client.get(change(article))) | {
        "figures-0-position": 2,
        "figures-1-position": 1,
        "bylines-0-DELETE": "on",
    }

    def captions():
        page = Page(client.post(LIVE, data).content.decode())
        return [
            element.text.strip()
            for element in page.main.all("p", "figcaption")
            if "by" not in element.attrs.get("class", "")
        ]

    assert captions() == ["甲", "一图（原图暂缺）", "乙", "二图（原图暂缺）"]
    data |= {"figures-0-DELETE": "on"}
    assert captions() == ["甲", "乙", "二图（原图暂缺）"]
    assert "王博" not in client.post(LIVE, data | {"printed_byline": ""}).content.decode()


def test_a_picture_that_is_only_chosen_is_shown_from_the_browser_that_has_it(client, unsaved):
    def shown(address):
        page = Page(client.post(LIVE, unsaved | {"figures-0-local": address}).content.decode())
        return [image.attrs["src"] for image in page.main.all("img")]

    assert shown("blob:http://testserver/1234") == ["blob:http://testserver/1234"]
    assert shown("https://elsewhere.example/x.jpg") == []


def test_the_preview_costs_the_same_for_one_row_and_for_five(client, unsaved):
    def queries(rows):
        more = {}
        for n in range(rows):
            more |= {
                f"bylines-{n}-role": "reporter",
                f"bylines-{n}-contributor": Contributor.objects.create(name=f"人{rows}{n}").pk,
            }
            more |= {f"figures-{n}-caption": "图说。", f"figures-{n}-photo": Photo.objects.create().pk}
            more |= {f"locality_tags-{n}-tag": make_place(f"地{rows}{n}").pk}
        more |= dict.fromkeys(("bylines-TOTAL_FORMS", "figures-TOTAL_FORMS", "locality_tags-TOTAL_FORMS"), rows)
        with CaptureQueriesContext(connection) as captured:
            assert client.post(LIVE, unsaved | more).status_code == 200
        return len(captured)

    client.post(LIVE, unsaved)  # what a process asks once
    one, five = queries(1), queries(5)
    assert (five, one <= 8) == (one, True)


def test_only_who_may_write_may_preview_what_is_typed(client, unsaved):
    client.force_login(make_editor("view_article", "view_contributor"))
    assert (client.post(LIVE, unsaved).status_code, client.get(BYLINE).status_code) == (403, 403)
    for permission in ("add_article", "change_article"):
        client.force_login(make_editor(permission))
        assert (client.post(LIVE, unsaved).status_code, client.get(LIVE).status_code) == (200, 405)
    client.logout()
    assert client.post(LIVE, unsaved).status_code == 302


# --- several pictures ------------------------------------------------------------------------------------


def test_several_pictures_chosen_at_once_become_rows_behind_the_present_ones(client, editor):
    article = make_article(captions=("旧图。",))
    data = filled(client.get(change(article))) | {"pictures": [picture("甲.jpg"), picture("乙.jpg", "blue")]}
    assert client.post(change(article), data).status_code == 302
    assert figures_of(article) == [(1, "旧图。", False), (2, "", True), (3, "", True)]


def test_a_file_among_several_that_is_no_picture_is_refused_and_the_others_are_kept(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    data |= {"figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "写好的图说。"}
    response = client.post(
        ADD, data | {"pictures": [picture("甲.jpg"), SimpleUploadedFile("乙.jpg", b"x"), picture("丙.jpg")]}
    )
    assert errors_of(response) == {
        "figures-2-upload": "这个文件不是 JPEG、PNG、WebP、AVIF 或 HEIC 图片，或者已经损坏。"
    }
    again = filled(response)
    assert again["figures-0-caption"] == "写好的图说。"
    assert [bool(again.get(f"figures-{n}-photo")) for n in range(4)] == [False, True, False, True]
    client.post(ADD, again | {"figures-2-caption": "缺图。"})
    assert figures_of(Article.objects.get()) == [
        (1, "写好的图说。", False),
        (2, "", True),
        (3, "缺图。", False),
        (4, "", True),
    ]


def test_pictures_of_a_save_that_was_refused_need_not_be_chosen_again(client, editor):
    data = filled(client.get(ADD), body="正文。") | {
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "图说。", "figures-0-upload": picture(),
    }  # fmt: skip
    response = client.post(ADD, data)
    assert list(errors_of(response)) == ["headline"]
    assert Photo.objects.get().caption == "图说。"
    assert Photo.objects.get().web in response.content.decode()
    client.post(ADD, filled(response, headline="标题"))
    assert (figures_of(Article.objects.get()), Photo.objects.count()) == ([(1, "图说。", True)], 1)


def test_another_file_of_a_save_that_was_refused_is_to_be_chosen_again_and_the_page_says_so(client, editor):
    data = filled(client.get(ADD), body="正文。") | {
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "attachment", "figures-0-file": SimpleUploadedFile("附件.pdf", b"%PDF-1.7"),
    }  # fmt: skip
    assert list(errors_of(client.post(ADD, data))) == ["headline", "figures-0-file"]


def test_a_picture_of_a_stale_save_is_kept_in_the_library(client, editor):
    article = make_article()
    mine = filled(client.get(change(article))) | {
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "我的图说。", "figures-0-upload": picture(),
    }  # fmt: skip
    client.post(change(article), filled(client.get(change(article)), body="同事的正文。"))
    response = client.post(change(article), mine)
    assert (response.status_code, Photo.objects.get().caption, article.figures.count()) == (409, "我的图说。", 0)
    assert "我的图说。" in response.content.decode()


def test_a_picture_that_is_too_large_is_refused_in_words(client, editor, monkeypatch):
    monkeypatch.setattr(photos, "MOST_BYTES", 10)
    data = filled(client.get(ADD), headline="标题", body="正文。", pictures=[picture()])
    assert list(errors_of(client.post(ADD, data))) == ["figures-0-upload"]


def test_a_piece_with_a_hundred_and_twenty_pictures_is_saved(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。") | {"figures-TOTAL_FORMS": 120}
    for n in range(120):  # as a browser sends a row: every field, and the name of each file that was not chosen
        row = {
            "medium": "picture",
            "caption": f"图{n}",
            "credit": "",
            "alt": "",
            "position": "",
            "photo": "",
            "id": "",
            "upload": "",
            "file": "",
        }
        data |= {f"figures-{n}-{field}": value for field, value in row.items()}
    assert client.post(ADD, data).status_code == 302
    assert [figure.position for figure in Article.objects.get().figures.all()] == list(range(1, 121))


# --- what a new piece begins with ------------------------------------------------------------------------


@pytest.fixture
def at_home(client, editor):
    """(account with a usual locality and column, the locality, the column)"""
    place, column = make_place("嵩县"), Column.objects.create(name="要闻")
    editor.default_locality, editor.default_column = place, column
    editor.save()
    return editor, place, column


def test_a_new_piece_begins_with_the_usual_locality_and_column_and_they_are_saved_untouched(client, at_home):
    _editor, place, column = at_home
    client.post(ADD, filled(client.get(ADD), headline="标题", body="正文。"))
    article = Article.objects.get()
    assert (article.column, list(article.localities.all())) == (column, [place])


def test_what_was_prefilled_and_taken_out_stays_out_and_errors_do_not_double_it(client, at_home):
    _editor, place, _column = at_home
    response = client.post(ADD, filled(client.get(ADD), body="正文。"))
    assert list(errors_of(response)) == ["headline"]
    tags = [
        form["tag"].value()
        for form in list(forms_of(response))[0:]
        if form.prefix and form.prefix.startswith("locality_tags-")
    ]
    assert [str(tag) for tag in tags if tag] == [str(place.pk)]
    data = filled(response, headline="标题") | {"locality_tags-0-tag": "", "column": ""}
    client.post(ADD, data)
    article = Article.objects.get()
    assert (article.column, list(article.localities.all())) == (None, [])


def test_the_address_of_the_form_names_another_column_and_a_saved_piece_gets_none(client, at_home):
    other = Column.objects.create(name="图片新闻")
    assert client.get(ADD, {"column": other.pk}).context["adminform"].form["column"].value() == str(other.pk)
    page = client.get(change(make_article()))
    assert [form["tag"].value() for form in forms_of(page) if str(form.prefix).startswith("locality_tags-")] == [None]


# --- the byline and its rows -----------------------------------------------------------------------------


def credits_of(article):
    return [(line.role, line.contributor.name) for line in article.bylines.select_related("contributor")]


def test_a_printed_line_without_rows_makes_them_and_says_who_is_new(client, editor):
    known = Contributor.objects.create(name="王博")
    response = client.post(
        ADD,
        filled(client.get(ADD), headline="标题", body="正文。", printed_byline="（本报记者 王博 通讯员 赵小明）"),
        follow=True,
    )
    article = Article.objects.get()
    assert credits_of(article) == [(Role.REPORTER, "王博"), (Role.CORRESPONDENT, "赵小明")]
    assert article.bylines.first().contributor == known
    assert [sentence for sentence in said(response) if "赵小明" in sentence] == [
        "已按署名填写：记者 王博；通讯员 赵小明",
        "新建作者：赵小明",
    ]
    assert (article.version_number, len(article.versions.get().story["credits"])) == (1, 2)


def test_rows_without_a_printed_line_make_it(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    data |= {"bylines-0-role": "reporter", "bylines-0-contributor": Contributor.objects.create(name="王博").pk}
    client.post(ADD, data)
    assert Article.objects.get().printed_byline == "（本报记者 王博）"
    assert Article.objects.get().versions.get().byline == "（本报记者 王博）"


def test_a_name_that_several_bear_is_not_guessed_and_a_row_waits_for_the_choice(client, editor):
    Contributor.objects.create(name="王博", note="嵩县")
    second = Contributor.objects.create(name="王博", note="汝阳")
    data = filled(
        client.get(ADD), headline="标题", body="正文。", printed_byline="（本报记者 王博 通讯员 李阳）", _continue="1"
    )
    response = client.post(ADD, data, follow=True)
    article = Article.objects.get()
    assert credits_of(article) == [(Role.CORRESPONDENT, "李阳")]
    assert [sentence for sentence in said(response) if "王博（嵩县）、王博（汝阳）" in sentence]
    assert "王博（嵩县）、王博（汝阳）" in Page(response.content.decode()).root.text
    untouched = client.post(change(article), filled(response), follow=True)
    assert credits_of(article) == [(Role.CORRESPONDENT, "李阳")]
    client.post(
        change(article),
        filled(untouched if "adminform" in untouched.context else client.get(change(article)))
        | {"bylines-1-contributor": second.pk},
    )
    assert [(line.role, line.contributor) for line in article.bylines.all()][0] == (Role.REPORTER, second)
    assert credits_of(article) == [(Role.REPORTER, "王博"), (Role.CORRESPONDENT, "李阳")]


def test_the_line_and_its_rows_follow_each_other_and_a_disagreement_stands_with_a_warning(client, editor):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    client.post(change(article), filled(client.get(change(article)), printed_byline="（本报记者 王博 李阳）"))
    assert credits_of(article) == [(Role.REPORTER, "王博"), (Role.REPORTER, "李阳")]
    client.post(change(article), filled(client.get(change(article))) | {"bylines-0-DELETE": "on"})
    assert Article.objects.get().printed_byline == "（本报记者 李阳）"
    data = filled(client.get(change(article)), printed_byline="（本报记者 赵小明）") | {"bylines-0-role": "author"}
    response = client.post(change(article), data, follow=True)
    assert (Article.objects.get().printed_byline, credits_of(article)) == (
        "（本报记者 赵小明）",
        [(Role.AUTHOR, "李阳")],
    )
    assert [sentence for sentence in said(response) if "记者 赵小明" in sentence and "作者 李阳" in sentence]
    assert not Contributor.objects.filter(name="赵小明").exists()


def test_a_merged_contributor_is_followed_to_the_one_that_stays(client, editor):
    stays = Contributor.objects.create(name="王博")
    gone = Contributor.objects.create(name="王搏", merged_into=stays)
    client.post(ADD, filled(client.get(ADD), headline="标题", body="正文。", printed_byline="（本报记者 王搏）"))
    assert credits_of(Article.objects.get()) == [(Role.REPORTER, "王博")]
    Article.objects.get().bylines.all().delete()
    data = filled(client.get(ADD), headline="标题二", body="正文。") | {
        "bylines-0-role": "reporter",
        "bylines-0-contributor": gone.pk,
    }
    client.post(ADD, data)
    assert Byline.objects.get().contributor == stays


def test_who_may_not_add_contributors_makes_none_by_typing_a_name(client):
    client.force_login(
        make_editor(
            "add_article",
            "change_article",
            "view_article",
            "add_byline",
            "change_byline",
            "delete_byline",
            "view_contributor",
        )
    )
    client.post(ADD, filled(client.get(ADD), headline="标题", body="正文。", printed_byline="（本报记者 王博）"))
    assert (Article.objects.get().printed_byline, Contributor.objects.count(), Byline.objects.count()) == (
        "（本报记者 王博）",
        0,
        0,
    )


def test_while_it_is_typed_the_line_is_read_aloud(client, editor):
    Contributor.objects.create(name="王博")
    read = client.get(BYLINE, {"line": "（本报记者 王博 通讯员 赵小明）"}).json()
    assert read == {"credits": "记者 王博；通讯员 赵小明", "doubts": ["作者库中尚无：赵小明"]}
    assert client.get(BYLINE).json() == {"credits": "", "doubts": []}
    assert client.get(BYLINE, {"line": "许金安王博陈金中"}).json()["doubts"][0].startswith("“许金安王博陈金中”")


def test_rows_that_change_places_are_saved(client, editor):
    article = make_article(
        credits=[("reporter", "甲乙"), ("reporter", "丙丁")],
        places=[make_place("甲县"), make_place("乙县")],
        printed_byline="（本报记者 甲乙 丙丁）",
    )
    data = filled(client.get(change(article)))
    for rows, field in (("bylines", "contributor"), ("locality_tags", "tag")):
        first, second = data[f"{rows}-0-{field}"], data[f"{rows}-1-{field}"]
        data |= {f"{rows}-0-{field}": second, f"{rows}-1-{field}": first}
    assert client.post(change(article), data).status_code == 302
    assert credits_of(article) == [(Role.REPORTER, "丙丁"), (Role.REPORTER, "甲乙")]
    assert [tag.tag.name for tag in article.locality_tags.all()] == ["乙县", "甲县"]


# --- copying ---------------------------------------------------------------------------------------------


def copy(article):
    return reverse("admin:articles_article_copy", args=[article.pk])


def test_a_copy_has_the_text_the_credits_the_pictures_and_the_filing_and_a_life_of_its_own(client, editor):
    place, campaign, column = make_place(), Campaign.objects.create(name="五星"), Column.objects.create(name="要闻")
    original = make_live_article(
        headline="标题", body="正文。\n【图1】", printed_byline="（本报记者 王博）", credits=[("reporter", "王博")], captions=("图说。",),
        places=[place], campaigns=[campaign], column=column, source_name="新华社", grade="A", own_work_of=make_editor(),
    )  # fmt: skip
    response = client.post(copy(original), follow=True)
    new = Article.objects.exclude(pk=original.pk).get()
    assert response.redirect_chain == [(change(new), 302)]
    assert (original.number in said(response)[0], new.number in said(response)[0]) == (True, True)
    assert (new.headline, new.body, new.printed_byline, new.column, new.source_name, new.grade) == (
        "标题",
        "正文。\n【图1】",
        "（本报记者 王博）",
        column,
        "新华社",
        "A",
    )
    assert (credits_of(new), list(new.localities.all()), list(new.campaigns.all())) == (
        [("reporter", "王博")],
        [place],
        [campaign],
    )
    assert [figure.photo for figure in new.figures.all()] == [figure.photo for figure in original.figures.all()]
    assert (new.created_by, new.own_work_of, new.released) == (editor, original.own_work_of, False)
    assert new.uuid != original.uuid
    assert (new.number != original.number, new.version_number, hasattr(new, "publication")) == (True, 1, False)
    assert [(entry.act, entry.by) for entry in new.history.order_by("pk")] == [(Act.CREATED, editor)] * 2 + [
        (Act.CLASSIFIED, editor)
    ]
    assert original.number in new.history.order_by("pk").first().note
    assert set(new.coverage.values_list("region", flat=True)) == {place.pk}
    assert HistoryEntry.objects.filter(article=original, act=Act.CREATED).count() == 1


def test_placements_are_not_copied(client, editor):
    load_seed_page()
    original = Article.objects.get(number="2023-1123-001")
    assert original.placements.count() == 1
    client.post(copy(original))
    assert Article.objects.latest("pk").placements.count() == 0


def test_copying_takes_a_post_and_the_permission_to_add(client, editor):
    article = make_article()
    assert client.get(copy(article)).status_code == 405
    assert client.post("/admin/articles/article/99999/copy/").status_code == 302
    assert "复制为新稿" in client.get(change(article)).content.decode()
    client.force_login(make_editor("change_article", "view_article"))
    assert client.post(copy(article)).status_code == 403
    assert "复制为新稿" not in client.get(change(article)).content.decode()
    assert Article.objects.count() == 1


# --- the conditions of release ---------------------------------------------------------------------------


def unmet_of(response):
    page = Page(response.content.decode())
    (box,) = [element for element in page.root.all() if "unmet" in element.attrs.get("class", "").split()]
    return box.text.split("\n")[0].strip(), {link.text: link.attrs["href"] for link in box.all("a")}


def test_the_form_says_what_is_missing_for_release_and_leads_there(client, editor):
    article = make_approved_article(genre=Genre.REPRINT)
    heading, links = unmet_of(client.get(change(article)))
    assert ("1" in heading, list(links.values())) == (True, ["#id_source_name"])
    client.post(
        change(article),
        filled(client.get(change(article)), source_name="新华社", source_author="某人", source_headline="原题"),
    )
    approve(Article.objects.get())
    assert unmet_of(client.get(change(article))) == ("可以发布", {})
    publish.publish(approve(Article.objects.get()), by=editor)
    page = client.get(change(article)).content.decode()
    assert ("可以发布" in page, 'class="unmet' in page) == (False, False)
    assert 'class="unmet' not in client.get(ADD).content.decode()


def test_a_writer_is_told_that_release_is_for_others(client):
    client.force_login(make_editor("change_article", "view_article"))
    heading, links = unmet_of(client.get(change(make_article())))
    assert ("2" in heading, links) == (True, {})  # nor has it been reviewed


# --- what it costs ---------------------------------------------------------------------------------------


def a_full_piece(rows):
    return make_article(
        places=[make_place(f"地{rows}{n}") for n in range(rows)],
        campaigns=[Campaign.objects.create(name=f"专题{rows}{n}") for n in range(rows)],
        credits=[("reporter", f"人{rows}{n}") for n in range(rows)],
        captions=[f"图{n}" for n in range(rows)],
        column=Column.objects.create(name=f"栏目{rows}"),
        printed_byline="（本报记者 " + " ".join(f"人{rows}{n}" for n in range(rows)) + "）",
    )


def test_opening_a_piece_costs_the_same_with_one_row_of_each_sort_and_with_five(client, editor):
    def queries(article):
        with CaptureQueriesContext(connection) as captured:
            client.get(change(article))
        return len(captured)

    pieces = a_full_piece(1), a_full_piece(5)
    queries(pieces[0])  # what a process asks once
    one, five = map(queries, pieces)
    assert (one, five, one <= 17) == (five, one, True)


def test_saving_a_changed_text_costs_the_same_with_one_row_of_each_sort_and_with_five(client, editor):
    gazetteer.current(), wording_tables.current()  # read once a minute

    def queries(article):
        data = filled(client.get(change(article)), body="新文。")
        with CaptureQueriesContext(connection) as captured:
            assert client.post(change(article), data).status_code == 302
        return len(captured)

    pieces = a_full_piece(1), a_full_piece(5)
    one, five = map(queries, pieces)
    assert (one, five, one <= 40) == (five, one, True)


def test_a_save_of_what_was_not_changed_writes_no_version_and_touches_no_row(client, editor):
    article = a_full_piece(2)
    data = filled(client.get(change(article)))
    before = Version.objects.count()
    with CaptureQueriesContext(connection) as captured:
        client.post(change(article), data)
    written = [
        query["sql"].split('"')[1] for query in captured if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))
    ]
    assert Version.objects.count() == before
    assert set(written) == {"articles_article", "articles_autosave", "django_admin_log"}  # an unsaved copy is let go


def test_the_lean_widgets_are_written_as_django_writes_them(client, editor):
    page = client.get(change(a_full_piece(1)))
    rows = [inline.formset.empty_form for inline in page.context["inline_admin_formsets"]]
    lean, django, seen = LeanRenderer(), DjangoTemplates(), set()
    with override("zh-hans"):
        for form in [*forms_of(page), *rows]:
            for bound in form:
                widget, attrs = bound.field.widget, bound.build_widget_attrs({"id": bound.auto_id})
                context = widget.get_context(bound.html_name, bound.value(), attrs)
                seen.add(widget.template_name)
                written = lean.render(widget.template_name, context)
                assert parse_html(written) == parse_html(django.render(widget.template_name, context)), bound.name
    assert set(WRITTEN) - seen == set()


def test_the_lean_widgets_escape_what_they_are_given(client, editor):
    article = make_article(headline='"><script>alert(1)</script>', body="</textarea><script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get(change(article)).content.decode()
    assert Figure.objects.count() == 0
