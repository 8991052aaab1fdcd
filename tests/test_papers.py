"""Newspapers, their pages, and photos."""

from datetime import date, timedelta

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import freshness
from articles.admin.papers import in_order
from articles.models import (
    Article,
    Campaign,
    Column,
    Contributor,
    Edition,
    Figure,
    HistoryEntry,
    ListEntry,
    Locality,
    Outlet,
    Page,
    Photo,
    Placement,
)
from articles.vocabulary import Act
from tests.desk import errors_of, filled, rows
from tests.factories import load_seed_page, make_article, make_editor, make_live_article
from tests.reference import (
    EDITIONS,
    PHOTOS,
    change,
    in_print,
    jpeg,
    make_page,
    offered,
    queries,
    said,
)

# --- editions and pages ----------------------------------------------------------------------------------


def make_edition():
    """Yesterday's paper, with two pages and a piece."""
    page = make_page("稿", day=timezone.localdate() - timedelta(days=1))
    Page.objects.filter(pk=page.pk).update(
        name="要闻", responsible_editor="王芳", art_editor="李丽", proofreader="赵敏"
    )
    Page.objects.create(edition=page.edition, number=2, number_inferred=True, name="党建")
    return page.edition


def test_tomorrows_edition_is_one_click_and_has_the_pages_of_the_last_one(client, editor):
    edition, tomorrow = make_edition(), timezone.localdate() + timedelta(days=1)
    form = client.get(EDITIONS).context["next_edition"]
    response = client.post(f"{EDITIONS}next/", {name: form[name].value() or edition.outlet.pk for name in form.fields})
    made = Edition.objects.get(day=tomorrow)
    assert response["Location"] == change(made)
    fields = ("number", "number_inferred", "name", "responsible_editor", "art_editor", "proofreader")
    assert list(made.pages.values_list(*fields)) == list(edition.pages.values_list(*fields))
    assert Placement.objects.filter(page__edition=made).count() == 0
    assert LogEntry.objects.get(object_id=str(made.pk)).user == editor


def test_an_edition_that_exists_or_has_none_before_it_is_not_made_and_the_day_is_kept(client, editor):
    edition = make_edition()
    later = Edition.objects.create(outlet=edition.outlet, day=edition.day + timedelta(days=1))
    for day, sentence in (
        (later.day, "这份报纸当天的期次已经建过。"),
        (edition.day, "这份报纸在这一天之前没有可以照建的一期。"),
    ):
        response = client.post(f"{EDITIONS}next/", {"outlet": edition.outlet.pk, "day": day.isoformat()})
        assert response.context["form"].errors == {"day": [sentence]}
        assert f'value="{day}"' in response.content.decode()
    for nonsense in ({"outlet": "x", "day": "明天"}, {}, {"outlet": "9" * 30, "day": "2023-02-30"}):
        assert client.post(f"{EDITIONS}next/", nonsense).status_code == 200
    assert Edition.objects.count() == 2


def test_only_those_who_may_add_editions_make_one(client, editor):
    edition = make_edition()
    client.force_login(make_editor("view_edition"))
    assert client.post(f"{EDITIONS}next/", {"outlet": edition.outlet.pk, "day": "2099-01-01"}).status_code == 403
    assert "next_edition" not in client.get(EDITIONS).context


def test_an_edition_shows_its_pages_with_their_editors_and_pieces(client, editor):
    edition = make_edition()
    page = client.get(change(edition)).content.decode()
    first = edition.pages.get(number=1)
    assert [word in page for word in ("王芳", "李丽", "赵敏", f"{change(first)}#placements-group")] == [True] * 4
    assert "1篇" in page


def test_a_page_with_pieces_is_not_taken_out_of_its_edition(client, editor):
    edition = make_edition()
    data = filled(client.get(change(edition))) | {"pages-0-DELETE": "on"}
    assert errors_of(client.post(change(edition), data)) == {"pages": "第1版：要闻上还有稿件，请先把稿件移出，再删除。"}
    data = filled(client.get(change(edition))) | {"pages-1-DELETE": "on"}
    assert client.post(change(edition), data).status_code == 302
    assert [page.number for page in edition.pages.all()] == [1]


def test_an_edition_that_is_saved_as_it_was_refreshes_no_piece_and_one_with_another_number_does(client, editor):
    edition = make_edition()
    data = filled(client.get(change(edition)))
    with CaptureQueriesContext(connection) as captured:
        client.post(change(edition), data)
    assert not [query for query in captured if "listentry" in query["sql"]]
    client.post(change(edition), data | {"pages-0-number": 7})
    assert {row.printed_order // 1000 for row in ListEntry.objects.filter(printed_order__gt=0)} == {7}


def test_the_pieces_of_a_page_are_ordered_by_number_and_each_change_is_logged_with_its_piece(client, editor):
    page = make_page("甲", "乙", "丙")
    data = filled(client.get(change(page))) | {"placements-2-position": 1}
    revisions = dict(Article.objects.values_list("headline", "revision"))
    assert client.post(change(page), data).status_code == 302
    assert in_print(page) == [(1, "丙"), (2, "甲"), (3, "乙")]
    notes = HistoryEntry.objects.filter(act=Act.CLASSIFIED, by=editor).values_list("article__headline", "note")
    assert sorted(notes) == [
        ("丙", "− 今日嵩县 2023-11-22 第1版 3\n+ 今日嵩县 2023-11-22 第1版 1"),
        ("乙", "− 今日嵩县 2023-11-22 第1版 2\n+ 今日嵩县 2023-11-22 第1版 3"),
        ("甲", "− 今日嵩县 2023-11-22 第1版 1\n+ 今日嵩县 2023-11-22 第1版 2"),
    ]
    listed = ListEntry.objects.filter(region="*", campaign="*", facet="*").order_by("printed_order")
    assert [(row.printed_order, row.publication.article.headline) for row in listed] == [
        (1001, "丙"),
        (1002, "甲"),
        (1003, "乙"),
    ]
    raised = {
        name: revision - revisions[name] for name, revision in Article.objects.values_list("headline", "revision")
    }
    assert raised == {"甲": 1, "乙": 1, "丙": 1}


def test_a_piece_that_moves_down_stands_behind_whoever_has_its_number(db):
    page = make_page("甲", "乙", "丙")
    before = dict(page.placements.values_list("pk", "position"))
    page.placements.filter(article__headline="甲").update(position=3)
    assert [row.article.headline for row in in_order(page.placements.all(), before)] == ["乙", "丙", "甲"]


def test_a_page_that_is_saved_as_it_was_logs_nothing(client, editor):
    page = make_page("甲", "乙")
    before = list(HistoryEntry.objects.values_list("pk", flat=True))
    client.post(change(page), filled(client.get(change(page))))
    assert list(HistoryEntry.objects.values_list("pk", flat=True)) == before
    assert in_print(page) == [(1, "甲"), (2, "乙")]


def test_a_piece_is_put_on_a_page_and_taken_off_it(client, editor):
    page, article = make_page("甲", "乙"), make_article(headline="新稿")
    data = filled(client.get(change(page))) | {"placements-2-article": article.pk, "placements-2-position": 1}
    assert client.post(change(page), data).status_code == 302
    assert [name for _, name in in_print(page)] == ["甲", "新稿", "乙"]
    data = filled(client.get(change(page))) | {"placements-0-DELETE": "on"}
    client.post(change(page), data)
    assert in_print(page) == [(1, "新稿"), (2, "乙")]
    last = HistoryEntry.objects.filter(article__headline="甲").first()
    assert (last.act, last.note) == (Act.CLASSIFIED, "− 今日嵩县 2023-11-22 第1版 1")


def test_a_piece_that_was_taken_off_the_page_meanwhile_is_said_in_words(client, editor):
    page = make_page("甲", "乙")
    data = filled(client.get(change(page))) | {"placements-0-position": 2}
    del data["placements-0-article"]  # which piece it is a browser shows, and does not send
    page.placements.filter(article__headline="甲").delete()
    response = client.post(change(page), data)
    assert response.status_code == 409
    assert "其间已被移出，您在其中填的是：" in "".join(response.context["notes"])
    carried = dict(response.context["carried"])
    chosen = {f"choice:{part.key}": part.chosen or "mine" for part in response.context["differences"]}
    assert client.post(change(page), carried | chosen).status_code == 302
    assert list(page.placements.values_list("article__headline", flat=True)) == ["乙"]


def test_pages_are_offered_newest_first(client, editor):
    for day in (21, 23, 22):
        make_page(day=date(2023, 11, day))
    assert [text[5:15] for text in offered(client, "placement", "page")] == ["2023-11-23", "2023-11-22", "2023-11-21"]


def test_the_form_of_a_page_costs_the_same_for_two_pieces_and_for_ten(client, editor):
    def cost(page):
        return queries(lambda: client.get(change(page)))

    assert cost(make_page(*"甲乙")) == cost(make_page(*"甲乙丙丁戊己庚辛壬癸", number=2))


# --- photos ----------------------------------------------------------------------------------------------


def test_photos_are_listed_with_their_picture_and_found_by_caption_and_credit(client, editor):
    url = f"{PHOTOS}add/"
    client.post(url, {"upload": jpeg(), "caption": "药农在晾晒丹参。", "credit": "王立志 摄"})
    bare = Photo.objects.create(caption="没有文件的图")
    photo = Photo.objects.exclude(pk=bare.pk).get()
    page = client.get(PHOTOS).content.decode()
    assert (photo.web in page, 'loading="lazy"' in page) == (True, True)
    assert rows(client.get(PHOTOS, {"q": "丹参"})) == rows(client.get(PHOTOS, {"q": "王立志"})) == [photo]
    assert rows(client.get(PHOTOS, {"file": "yes"})) == [photo]
    assert rows(client.get(PHOTOS, {"file": "no"})) == [bare]


def test_a_photo_is_offered_with_caption_day_and_credit(client, editor):
    Photo.objects.create(caption="药农在晾晒丹参。", credit="王立志 摄", taken_day=date(2023, 11, 21))
    Photo.objects.create(caption="长" * 40, credit="李丽 摄", taken_day=date(2023, 11, 22))
    assert offered(client, "figure", "photo") == [
        f"{'长' * 30}…（2023-11-22，李丽 摄，原图暂缺）",
        "药农在晾晒丹参。（2023-11-21，王立志 摄，原图暂缺）",
    ]


def test_a_photo_names_the_newest_pieces_that_use_it_and_no_more_than_twenty(client, editor):
    photo = Photo.objects.create(caption="图")
    for n in range(22):
        Figure.objects.create(article=make_article(headline=f"稿{n}号"), photo=photo, position=1)
    page = client.get(change(photo)).content.decode()
    assert [n for n in range(22) if f">稿{n}号<" in page] == list(range(2, 22))
    assert "等" in page


def test_a_file_comes_later_and_says_which_pieces_have_to_go_out_again(client, editor):
    article = make_live_article(headline="老街", captions=["老街。"])
    photo = Photo.objects.get()
    data = filled(client.get(change(photo))) | {"upload": jpeg()}
    response = client.post(change(photo), data, follow=True)
    assert said(response)[0] == "以下稿件重新保存并发布后，读者才能看到这张图片：老街"
    photo.refresh_from_db()
    assert photo.web and article.versions.count() == 1


def test_a_long_list_of_photos_is_not_counted_to_its_end(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.paging.COUNTED", 2)
    for n in range(4):
        Photo.objects.create(caption=f"图{n}")
    assert client.get(PHOTOS).context["cl"].result_count == 2


def test_a_change_of_what_readers_see_renews_the_public_pages(client, editor):
    load_seed_page()
    facts = [Column.objects.first(), Campaign.objects.first(), Contributor.objects.first(), Outlet.objects.first()]
    for row in (*facts, Edition.objects.first(), Page.objects.first(), Locality.objects.get(slug="songxian")):
        before = freshness._read()
        assert client.post(change(row), filled(client.get(change(row)))).status_code == 302, row
        assert freshness._read() != before, row


def test_of_two_orders_of_a_page_made_at_once_the_second_is_asked_again(client, editor):
    edition = make_edition()
    page = edition.pages.get(number=1)
    more = [make_live_article(headline=f"第{n}稿") for n in (2, 3)]
    for position, article in enumerate(more, 2):
        Placement.objects.create(article=article, page=page, position=position)
    opened = filled(client.get(change(page)))
    last = Placement.objects.get(article=more[1])
    Placement.objects.filter(pk=last.pk).update(position=99)  # a colleague's order
    answer = client.post(change(page), opened | {"responsible_editor": "新责编"})
    assert (answer.status_code, [part.chosen for part in answer.context["differences"]]) == (409, ["mine", "saved"])
    assert (Placement.objects.get(pk=last.pk).position, Page.objects.get(pk=page.pk).responsible_editor) == (99, "王芳")
    chosen = {f"choice:{part.key}": part.chosen for part in answer.context["differences"]}
    assert client.post(change(page), dict(answer.context["carried"]) | chosen).status_code == 302
    assert Page.objects.get(pk=page.pk).responsible_editor == "新责编"
