"""The list of pieces: narrowed, counted, paged, saved, downloaded, and acted on many at once."""

import csv
from datetime import date, timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import conditions, trash
from articles.admin import bulk, export
from articles.admin import pieces as pieces_list
from articles.admin.filters import PARAMETERS
from articles.days import begins
from articles.models import (
    Affiliation,
    Article,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Edition,
    LocalityTag,
    Outlet,
    Page,
    Placement,
    SavedFilter,
    Unit,
)
from articles.versions import save_version
from articles.vocabulary import Act, Kind, Level, PlaceRelation, State, UnitGroup
from tests.desk import filled, rows
from tests.factories import approve, make_approved_article, make_article, make_editor, make_live_article, make_place
from tests.page import Page as HtmlPage
from tests.page import read

LIST = "/admin/articles/article/"
EXPORT = f"{LIST}export/"
FILTERS = f"{LIST}filters/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def said(response):
    return [str(message) for message in response.context["messages"]]


def select(action, *pieces, **data):
    return {"action": action, "_selected_action": [piece.pk for piece in pieces], **data}


# --- narrowing -------------------------------------------------------------------------------------------


def test_a_piece_of_several_places_credits_and_campaigns_stands_once_and_is_counted_once(client, editor):
    county = make_place("嵩县")
    towns = [make_place(name, parent=county, level=Level.TOWN) for name in ("城关镇", "田湖镇")]
    campaigns = [Campaign.objects.create(name=name) for name in ("五星", "主题教育")]
    unit = Unit.objects.create(name="宣传部")
    credits = [("reporter", "王博"), ("correspondent", "李阳"), ("photo", "王博")]
    article = make_live_article(
        places=[county, *towns], campaigns=campaigns, credits=credits, captions=("王博", "王博")
    )
    for person in Contributor.objects.all():
        Affiliation.objects.create(contributor=person, unit=unit)
    make_live_article()
    for asked in (
        {"region": county.slug},
        {"campaign": campaigns[0].slug},
        {"unit": unit.slug},
        {"q": "王博"},
        {"region": county.slug, "campaign": campaigns[1].slug, "unit": unit.slug, "q": "王博", "state": "live"},
    ):
        response = client.get(LIST, asked)
        assert (rows(response), response.context["cl"].result_count) == ([article], 1), asked


def test_every_filter_narrows_by_its_own_word(client, editor):
    column = Column.objects.create(name="党建")
    piece = make_article(kind=Kind.BRIEF, genre="news", column=column)
    make_article()
    for asked in ({"kind": "brief"}, {"genre": "news"}, {"column": column.slug}, {"column__id__exact": column.pk}):
        assert rows(client.get(LIST, asked)) == [piece], asked


def test_a_period_is_of_days_of_publication_both_included(client, editor):
    day = begins(date(2023, 11, 23))
    inside = [make_live_article(published_at=day), make_live_article(published_at=day + timedelta(hours=23))]
    make_live_article(published_at=day - timedelta(seconds=1))
    make_live_article(published_at=day + timedelta(days=1))
    make_article()
    assert rows(client.get(LIST, {"from": "2023-11-23", "to": "2023-11-23"})) == inside[::-1]


def test_a_period_that_cannot_be_meant_is_refused_in_words_and_kept(client, editor):
    make_live_article()
    response = client.get(LIST, {"from": "2023-02-30", "to": "早上"})
    page = response.content.decode()
    assert (rows(response), 'value="2023-02-30"' in page, 'value="早上"' in page) == ([], True, True)
    assert response.context["cl"].problems == ["发布日期填得不对，请在筛选栏里改正。"]
    turned = client.get(LIST, {"from": "2023-11-23", "to": "2023-11-22"}).content.decode()
    assert "结束日期早于开始日期。" in turned


@pytest.mark.parametrize("name", ["campaign", "column", "unit", "region", "kind", "genre", "state"])
def test_a_filter_of_something_that_is_gone_says_so_and_shows_nothing(client, editor, name):
    make_article()
    response = client.get(LIST, {name: "long-gone"})
    assert (response.status_code, rows(response), len(response.context["cl"].problems)) == (200, [], 1)
    assert "long-gone" in response.context["cl"].problems[0]
    assert response.context["cl"].problems[0] in response.content.decode().replace("&quot;", '"')


def test_a_place_is_found_by_its_name(client, editor):
    henan = make_place("河南省", level=Level.PROVINCE)
    song, wuyang = make_place("嵩县", parent=henan), make_place("舞阳县", parent=henan)
    towns = [make_place("城关镇", parent=county, level=Level.TOWN) for county in (song, wuyang)]
    piece = make_article(places=[towns[0]])
    make_article(places=[towns[1]])
    named = client.get(LIST, {"place": " 嵩县 "})
    assert rows(named) == [piece]
    assert named.context["cl"].query_kept == f"region={song.slug}"
    several = client.get(LIST, {"place": "城关镇"})
    offered = [spec for spec in several.context["cl"].filter_specs if "region" in spec.expected_parameters()][0]
    assert (rows(several), sorted(place.pk for place in offered.candidates)) == ([], sorted(t.pk for t in towns))
    unknown = client.get(LIST, {"place": "无名镇", "region": song.slug})
    assert (rows(unknown), "无名镇" in unknown.context["cl"].problems[0]) == ([], True)


def test_what_is_in_use_is_offered_first(client, editor):
    today = timezone.localdate()
    Campaign.objects.create(name="旧", last_day=today - timedelta(days=1))
    Campaign.objects.create(name="新", first_day=today, last_day=today)
    Column.objects.create(name="空", order=1)
    make_article(column=Column.objects.create(name="用", order=2))
    for name, group, order in (
        ("一中", UnitGroup.SCHOOL, 1),
        ("田湖镇", UnitGroup.TOWN, 2),
        ("城关镇", UnitGroup.TOWN, 1),
    ):
        Unit.objects.create(name=name, group=group, order=order)
    options = {
        spec.parameter: [label for _group, options in spec.options() for _value, label in options]
        for spec in client.get(LIST).context["cl"].filter_specs
        if getattr(spec, "parameter", "") in ("campaign", "column", "unit")
    }
    assert options == {"campaign": ["新", "旧"], "column": ["用", "空"], "unit": ["城关镇", "田湖镇", "一中"]}


def test_what_a_form_sends_empty_is_left_out_of_the_address(client, editor):
    empty = dict.fromkeys(PARAMETERS, "")
    response = client.get(LIST, {**empty, "kind": "story", "q": "县"})
    assert (response.status_code, parse_qs(urlsplit(response["Location"]).query)) == (
        302,
        {"kind": ["story"], "q": ["县"]},
    )


def test_the_filters_in_force_stand_above_the_list_each_with_a_way_out(client, editor):
    place, campaign = make_place(), Campaign.objects.create(name="五星")
    make_article(places=[place])
    chips = client.get(LIST, {"region": place.slug, "campaign": campaign.slug}).context["cl"].chips
    assert [(label, parse_qs(link[1:])) for _title, label, link in chips] == [
        ("嵩县", {"campaign": [campaign.slug]}),
        ("五星", {"region": [place.slug]}),
    ]


# --- pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def short(monkeypatch):
    """Pages of two pieces, and six that are counted."""
    monkeypatch.setattr(pieces_list.PiecesAdmin, "list_per_page", 2)
    monkeypatch.setattr(pieces_list.PiecesAdmin, "list_max_show_all", 4)
    monkeypatch.setattr(pieces_list, "COUNTED", 6)


@pytest.mark.parametrize(
    "asked", [{}, {"region": "song-xian"}, {"from": "2023-11-01"}, {"state": "live", "kind": "story"}]
)
def test_every_piece_is_reached_once_by_page_and_then_by_key(client, editor, short, asked):
    place, at = make_place(slug="song-xian"), begins(date(2023, 11, 23))
    made = [make_live_article(places=[place], published_at=at + timedelta(hours=n * 7 % 11)) for n in range(11)]
    make_article(kind=Kind.BRIEF)
    shown = client.get(LIST, {**asked, "p": 1}).context["cl"]
    total = 12 if not asked else 11
    assert (shown.result_count, shown.more_than_counted, shown.count_words) == (6, True, "超过 6 篇")
    pages = [client.get(LIST, {**asked, "p": number}) for number in (1, 2, 3)]
    reached = [piece for page in pages for piece in rows(page)]
    older = pages[-1].context["cl"].older
    assert [page.context["cl"].older for page in pages[:2]] == [False, False]
    while older:
        page = client.get(LIST + older)
        assert page.context["cl"].count_words == "超过 6 篇"
        assert page.context["cl"].first_page in page.content.decode().replace("&amp;", "&")
        reached += rows(page)
        older = page.context["cl"].older
    assert len(reached) == total
    assert reached == sorted(reached, key=lambda piece: -piece.pk)
    assert set(made) <= set(reached)


def test_a_short_list_is_counted_exactly_and_ends(client, editor, short):
    made = [make_article() for _n in range(3)]
    shown = client.get(LIST, {"p": 2})
    assert (rows(shown), shown.context["cl"].count_words, shown.context["cl"].older) == ([made[0]], "共 3 篇", False)
    assert rows(client.get(LIST, {"all": ""})) == made[::-1]
    assert rows(client.get(LIST, {"p": 3})) == [made[0]]


@pytest.mark.parametrize(
    "nonsense", [{"p": "99"}, {"p": "-1"}, {"p": "x"}, {"before": "x"}, {"before": "9" * 30}, {"before": "²"}]
)
def test_a_page_that_cannot_be_meant_is_a_page_of_the_list(client, editor, short, nonsense):
    for _n in range(8):
        make_article()
    response = client.get(LIST, nonsense)
    assert (response.status_code, len(rows(response))) == (200, 2)


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"region": "song-xian"}, {"campaign": "wuxing"}, {"region": "song-xian", "campaign": "wuxing"}, {"kind": "story"},
        {"genre": "news"}, {"column": "dangjian"}, {"unit": "bu"}, {"from": "2023-11-01", "to": "2099-01-01"},
        *({"state": state.value} for state in State),
    ],
)  # fmt: skip
def test_the_list_costs_a_dozen_queries_whatever_it_is_narrowed_to_and_however_long_it_is(client, editor, asked):
    place, campaign = make_place(slug="song-xian"), Campaign.objects.create(name="五星", slug="wuxing")
    unit, column = Unit.objects.create(name="部", slug="bu"), Column.objects.create(name="党建", slug="dangjian")

    def make():
        article = make_live_article(
            places=[place], campaigns=[campaign], credits=[("reporter", "王博")], genre="news", column=column
        )
        Affiliation.objects.get_or_create(contributor=Contributor.objects.get(), unit=unit)
        return article

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST, asked)
        return len(captured)

    make()
    trash.trash(make_article(), by=editor)
    one = queries()
    for _n in range(8):
        make()
    assert (queries() == one or "state" in asked, queries() <= 13) == (True, True)


# --- saved filters ---------------------------------------------------------------------------------------


def test_a_filter_is_saved_under_a_name_without_page_or_selection_and_opened_by_it(client, editor):
    place = make_place()
    piece = make_article(places=[place])
    make_article()
    query = f"region={place.slug}&p=3&before=9&o=1&_popup=1&kind=&q=标题"
    response = client.post(FILTERS, {"act": "save", "name": "嵩县", "query": query}, follow=True)
    saved = SavedFilter.objects.get()
    assert (saved.editor, saved.name, parse_qs(saved.query)) == (
        editor,
        "嵩县",
        {"q": ["标题"], "region": [place.slug]},
    )
    assert rows(response) == [piece]
    (link,) = response.context["cl"].saved
    assert (link[0], link[2], rows(client.get(link[1]))) == ("嵩县", True, [piece])


def test_a_filter_of_the_same_name_is_replaced_only_after_that_was_said(client, editor):
    data = {"act": "save", "name": "我的"}
    client.post(FILTERS, {**data, "query": "kind=story"})
    page = client.post(FILTERS, {**data, "query": "kind=brief"})
    assert page.context["form"].has_error("name", "taken")
    assert 'name="replace"' in page.content.decode()
    assert SavedFilter.objects.get().query == "kind=story"
    client.post(FILTERS, {**data, "query": "kind=brief", "replace": "1"})
    assert SavedFilter.objects.get().query == "kind=brief"
    client.post(FILTERS, {"act": "save", "name": "另一个", "query": "kind=photo"})
    assert SavedFilter.objects.count() == 2


def test_a_filter_without_a_name_or_without_a_condition_is_refused_in_words(client, editor):
    page = client.post(FILTERS, {"act": "save", "name": " ", "query": "kind=brief"})
    assert list(page.context["form"].errors) == ["name"]
    assert client.post(FILTERS, {"act": "save", "name": "x" * 51, "query": "kind=brief"}).status_code == 200
    for query in ("", "p=2&nonsense=1", "kind=", "q=" + "县" * 1001):
        assert len(said(client.post(FILTERS, {"act": "save", "name": "空", "query": query}, follow=True))) == 1
    assert SavedFilter.objects.count() == 0


def test_a_filter_is_renamed_and_deleted_by_whoever_saved_it_alone(client, editor):
    mine = SavedFilter.objects.create(editor=editor, name="甲", query="kind=brief")
    SavedFilter.objects.create(editor=editor, name="乙", query="kind=story")
    theirs = SavedFilter.objects.create(editor=make_editor(), name="甲", query="kind=brief")
    client.post(FILTERS, {"act": "rename", "filter": mine.pk, "name": "丙"})
    taken = client.post(FILTERS, {"act": "rename", "filter": mine.pk, "name": "乙"})
    assert any(form.errors for form in taken.context["forms"])
    for pk in (theirs.pk, "x", "", "²"):
        for act in ("rename", "delete"):
            assert client.post(FILTERS, {"act": act, "filter": pk, "name": "丁"}).status_code == 404
    assert sorted(SavedFilter.objects.values_list("name", flat=True)) == sorted(["丙", "乙", "甲"])
    client.post(FILTERS, {"act": "delete", "filter": mine.pk})
    assert sorted(SavedFilter.objects.values_list("name", flat=True)) == sorted(["乙", "甲"])


def test_a_saved_filter_of_a_place_that_is_gone_opens_with_a_sentence(client, editor):
    place = make_place()
    client.post(FILTERS, {"act": "save", "name": "嵩县", "query": f"region={place.slug}"})
    place.delete()
    response = client.get(client.get(LIST).context["cl"].saved[0][1])
    assert (response.status_code, len(response.context["cl"].problems)) == (200, 1)


# --- the recycle bin -------------------------------------------------------------------------------------


def test_the_recycle_bin_is_one_link_away_and_offers_to_restore_alone(client, editor):
    article, other = make_article(), make_article()
    trash.trash(article, by=editor)
    assert 'href="?state=trashed"' in client.get(LIST).content.decode()
    bin_ = client.get(LIST, {"state": "trashed"})
    assert rows(bin_) == [article]
    assert [name for name, _words in bin_.context["action_form"].fields["action"].choices if name] == [
        "restore_selected"
    ]
    assert "restore_selected" not in dict(client.get(LIST).context["action_form"].fields["action"].choices)
    response = client.post(f"{LIST}?state=trashed", select("restore_selected", article), follow=True)
    assert said(response) == ["已完成1篇。"]
    assert rows(client.get(LIST)) == [other, article]


# --- csv -------------------------------------------------------------------------------------------------


def downloaded(client, **asked):
    content = b"".join(client.get(EXPORT, asked).streaming_content).decode()
    assert content[0] == "\ufeff"
    return list(csv.reader(StringIO(content[1:])))


def test_the_csv_has_every_row_of_the_filter_newest_first(client, editor, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 2)
    place, campaign = make_place(), Campaign.objects.create(name="五星")
    made = [make_article(places=[place]) for _n in range(5)]
    make_article()
    at = begins(date(2023, 11, 23)) + timedelta(hours=7)
    outlet = Outlet.objects.create(name="示例县报")
    page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day=date(2023, 11, 24)), number=3)
    full = make_live_article(
        places=[place], campaigns=[campaign], published_at=at, headline="标题", printed_byline="（王博）",
        column=Column.objects.create(name="党建"), genre="news", body="正文十个字。",
    )  # fmt: skip
    Placement.objects.create(article=full, page=page, position=1)
    header, first, *others = downloaded(client, region=place.slug, kind="")
    assert [row[0] for row in others] == [piece.number for piece in made[::-1]]
    full.refresh_from_db()
    address = "http://testserver" + full.publication.get_absolute_url()
    assert first == [
        full.number, "标题", "文字稿", "消息", "党建", "已发布", "嵩县", "五星", "（王博）",
        str(full.versions.get().characters), "2023-11-23 07:00", "示例县报 2023-11-24 第3版", address,
    ]  # fmt: skip
    assert len(header) == len(first)


@pytest.mark.parametrize("headline", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_cell_that_excel_would_calculate_is_text(client, editor, headline):
    make_article(headline=headline)
    assert downloaded(client)[1][1] == f"'{headline}"


def test_the_csv_speaks_the_accounts_language_and_asks_the_same_of_every_batch(client, editor, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 2)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            downloaded(client)
        return len(captured)

    counts = []
    for _n in range(3):
        make_article(places=[make_place(f"地{_n}")])
        make_article()
        counts.append(queries())
    assert counts[2] - counts[1] == counts[1] - counts[0]
    client.force_login(make_editor("*", language="en"))
    header, first, *_others = downloaded(client)
    assert (header[1], first[5]) == ("headline", "draft")


def test_the_csv_needs_the_permission_to_see_pieces(client, db):
    client.force_login(make_editor("view_campaign"))
    assert client.get(EXPORT).status_code == 403
    client.force_login(make_editor("view_article"))
    assert client.get(EXPORT).status_code == 200


def test_the_csv_of_a_filter_that_is_gone_leads_to_the_list_that_says_so(client, editor):
    response = client.get(EXPORT, {"region": "long-gone"}, follow=True)
    assert len(response.context["cl"].problems) == 1


# --- acts on many ----------------------------------------------------------------------------------------


def test_pieces_are_filed_under_a_campaign_that_is_chosen_on_a_page_of_its_own(client, editor):
    campaign = Campaign.objects.create(name="五星")
    fresh, filed = make_live_article(), make_article(campaigns=[campaign])
    asked = client.post(LIST, select("add_campaign_selected", fresh, filed))
    assert [str(piece.pk) in asked.content.decode() for piece in (fresh, filed)] == [True, True]
    again = client.post(LIST, select("add_campaign_selected", fresh, confirmed="1", campaign="x"))
    assert list(again.context["form"].errors) == ["campaign"]
    done = select("add_campaign_selected", fresh, filed, confirmed="1", campaign=campaign.pk)
    response = client.post(LIST, done, follow=True)
    assert said(response) == [f"{filed.number} {filed.title}: 稿件已经在这个专题里。", "已完成1篇。"]
    assert list(CampaignTag.objects.values_list("content_object", flat=True).order_by("content_object")) == [
        fresh.pk,
        filed.pk,
    ]
    entry = fresh.history.first()
    assert (entry.act, entry.by, entry.note) == (Act.CLASSIFIED, editor, "+ 五星")
    assert read(client, campaign.get_absolute_url()).main.stories() == [fresh.pk]
    client.post(LIST, select("remove_campaign_selected", fresh, confirmed="1", campaign=campaign.pk))
    assert read(client, campaign.get_absolute_url()).main.stories() == []


def test_pieces_are_filed_under_a_place_and_taken_away_again(client, editor):
    place = make_place()
    about, named, bare = make_article(places=[place]), make_article(), make_article()
    LocalityTag.objects.create(content_object=named, tag=place, relation=PlaceRelation.MENTIONED)
    data = {"confirmed": "1", "place": place.pk, "relation": "about"}
    response = client.post(LIST, select("add_place_selected", about, named, bare, **data), follow=True)
    assert len(said(response)) == 2
    assert rows(client.get(LIST, {"region": place.slug})) == [bare, named, about]
    data = {"confirmed": "1", "place": place.pk}
    client.post(LIST, select("remove_place_selected", about, named, **data))
    assert rows(client.get(LIST, {"region": place.slug})) == [bare]


@pytest.fixture
def newspaper(db):
    edition = Edition.objects.create(outlet=Outlet.objects.create(name="示例县报"), day=date(2023, 11, 24))
    return [Page.objects.create(edition=edition, number=number) for number in (1, 2)]


def test_pieces_are_put_on_a_page_behind_what_stands_there_in_the_order_of_the_list(client, editor, newspaper):
    first, second = newspaper
    there, moved, new = make_article(), make_article(), make_article()
    Placement.objects.create(article=there, page=second, position=2)
    Placement.objects.create(article=there, page=first, position=4)
    Placement.objects.create(article=moved, page=second, position=1)
    data = {"confirmed": "1", "page": first.pk}
    response = client.post(LIST, select("move_to_page_selected", there, moved, new, **data), follow=True)
    assert said(response) == [f"{there.number} {there.title}: 稿件已经在这个版面上。", "已完成2篇。"]
    placed = first.placements.order_by("position").values_list("article", "position")
    assert (list(placed), second.placements.get().article) == ([(there.pk, 4), (new.pk, 5), (moved.pk, 6)], there)
    assert moved.history.first().note == f"− {second} 1\n+ {first} 6"


def test_a_form_that_was_open_while_its_piece_was_filed_is_stale(client, editor):
    campaign, article = Campaign.objects.create(name="五星"), make_article()
    mine = client.get(change(article))
    client.post(LIST, select("add_campaign_selected", article, confirmed="1", campaign=campaign.pk))
    assert client.post(change(article), filled(mine, body="我的正文。")).status_code == 409
    assert (Article.objects.get().body, list(article.campaigns.all())) == ("正文。", [campaign])


def test_long_lists_of_refusals_are_folded(client, editor):
    refused = [make_live_article(by=editor) for _n in range(bulk.REASONS_SHOWN + 2)]
    passed = make_article()
    response = client.post(LIST, select("trash_selected", passed, *refused), follow=True)
    messages = said(response)
    assert len(messages) == bulk.REASONS_SHOWN + 2
    assert messages[-2:] == ["另有 2 篇没有办成。", "已完成1篇。"]


def test_all_of_a_filter_are_acted_on_so_many_at_a_time_with_a_way_to_the_rest(client, editor, short, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 3)
    monkeypatch.setattr(bulk, "BATCH", 2)
    made = [make_approved_article(kind=Kind.BRIEF) for _n in range(5)]
    other = make_approved_article()
    everything = {**select("publish_selected", made[-1]), "select_across": "1", "index": "0"}
    response = client.post(f"{LIST}?kind=brief", everything, follow=True)
    assert [Article.objects.live().filter(pk=piece.pk).exists() for piece in (*made, other)] == [0, 0, 1, 1, 1, 0]
    assert said(response)[0] == "已完成3篇。"
    assert f'href="?kind=brief&amp;before={made[2].pk}"' in said(response)[1]
    client.post(f"{LIST}?kind=brief&before={made[2].pk}", {**everything, "_selected_action": [made[1].pk]})
    assert Article.objects.live().count() == 5


def confirmed(asked, **answers):
    """What the page that asks posts when its button is pressed."""
    posted = HtmlPage(asked.content.decode()).root.all("input")
    fields = {}
    for field in posted:
        if field.attrs.get("type") == "hidden" and field.attrs.get("name"):
            fields.setdefault(field.attrs["name"], []).append(field.attrs.get("value", ""))
    return {**fields, **answers}


def test_what_was_chosen_across_pages_is_done_as_it_was_asked(client, editor, short):
    campaign = Campaign.objects.create(name="五星")
    made = [make_article() for _n in range(4)]
    asked = client.post(LIST, {**select("add_campaign_selected", made[-1]), "select_across": "1", "index": "0"})
    make_article()  # somebody enters another meanwhile: it was not asked about
    client.post(LIST, confirmed(asked, campaign=campaign.pk))
    assert sorted(campaign.article_tags.values_list("content_object", flat=True)) == [piece.pk for piece in made]


def test_nothing_is_published_that_the_list_did_not_show(client, editor):
    article, other = make_approved_article(), make_approved_article()
    shown = confirmed(client.get(LIST))
    article.headline = "后来改的标题"
    article.save()
    save_version(article, by=editor)
    approve(article)
    posted = {"action": "publish_selected", "_selected_action": [article.pk, other.pk], "index": "0"}
    answer = client.post(LIST, {**shown, **posted}, follow=True)
    assert list(Article.objects.live()) == [other]
    assert "后来改的标题" in answer.content.decode()


def test_withdrawing_asks_once_more_and_restoring_brings_back(client, editor):
    article = make_live_article()
    assert "不能再发布" in client.post(LIST, select("withdraw_selected", article)).content.decode()
    client.post(
        LIST, select("withdraw_selected", article, confirmed="1", sure="on", notice="内容有误。", ordered_by="总编")
    )
    client.post(LIST, select("trash_selected", article))
    assert rows(client.get(LIST)) == []
    client.post(f"{LIST}?state=trashed", select("restore_selected", article))
    assert rows(client.get(LIST, {"state": "withdrawn"})) == [article]


@pytest.mark.parametrize("nonsense", ["x", "9" * 30, "-1", "²", ""])
def test_a_selection_that_cannot_be_meant_changes_nothing(client, editor, nonsense):
    make_article()
    response = client.post(LIST, {"action": "publish_selected", "_selected_action": [nonsense]}, follow=True)
    assert (response.status_code, Article.objects.live().count()) == (200, 0)


def test_each_act_needs_its_own_permission(client, db):
    article, campaign = make_article(), Campaign.objects.create(name="五星")
    offered = {}
    for permissions in (
        ("view_article",),
        ("view_article", "change_article"),
        ("view_article", "change_article", "add_campaigntag", "delete_localitytag"),
        ("view_article", "change_article", "publish_article"),
    ):
        client.force_login(make_editor(*permissions))
        form = client.get(LIST).context["action_form"]
        offered[permissions[-1]] = [name for name, _words in form.fields["action"].choices if name] if form else []
        client.post(LIST, select("remove_campaign_selected", article, confirmed="1", campaign=campaign.pk))
    assert offered == {
        "view_article": [],
        "change_article": ["trash_selected"],
        "delete_localitytag": ["add_campaign_selected", "remove_place_selected", "trash_selected"],
        "publish_article": ["publish_selected", "trash_selected"],
    }
    assert article.history.count() == 1


def test_publishing_many_names_what_each_refused_piece_lacks(client, editor):
    good = make_approved_article(headline="好稿")
    reprint = make_approved_article(headline="转载", genre="reprint")
    response = client.post(LIST, select("publish_selected", good, reprint), follow=True)
    assert [message.partition(":")[0] for message in said(response)] == [f"{reprint.number} 转载", "已完成1篇。"]
    assert conditions.unmet(good, by=editor) == []


def test_ids_that_cannot_be_are_nobody_s(client, editor):
    for typed in ("9" * 30, "9" * 5000, "²", "-1", ""):
        assert client.post(f"{LIST}filters/", {"act": "delete", "filter": typed}).status_code in (302, 404), typed[:9]
    article = make_article()
    posted = {**select("publish_selected", article), f"seen_{'9' * 300}": "9" * 5000}
    assert client.post(LIST, posted).status_code == 302
