"""The front page on one screen: arranging, adding, taking away; what is refused; who did what."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import freshness, publish, roles
from articles.admin.front_screen import carried
from articles.front_page import Place, arrange, spelled
from articles.models import HistoryEntry, Slot
from articles.refusals import StaleSave
from articles.vocabulary import Act, Kind, SlotSection
from tests.factories import approve, make_article, make_editor, make_live_article, make_publisher
from tests.page import Page, read
from tests.test_concurrency import at_once

SCREEN = "/admin/articles/slot/"
LEAD, NEWS, PICTURES = SlotSection.values


@pytest.fixture
def editor(client):
    editor = make_editor(display_name="李静")
    roles.assign(editor, ["责任编辑"])
    client.force_login(editor)
    return editor


@pytest.fixture
def pieces(db):
    """Five public pieces, 甲 乙 丙 丁 戊; the first three stand in 要闻 in this order."""
    by = make_publisher()
    found = {name: make_live_article(by=by, headline=name) for name in "甲乙丙丁戊"}
    for order, name in enumerate("甲乙丙", 1):
        Slot.objects.create(section=NEWS, order=order, article=found[name])
    return found


def asked(response):
    """The fields of the screen as a browser would post them."""
    data = {}
    for form in response.context["sections"]:
        for row in [*form.rows, *([form.another] if form.another else [])]:
            for name, field in row.fields.items():
                value = row[name].value()
                if value not in (None, "", False):
                    shown = field.widget.format_value(value)
                    data[row.add_prefix(name)] = shown[0] if isinstance(shown, list) else shown
    return {**data, "base": response.context["base"]}


def save(client, changes=(), without=()):
    data = {**asked(client.get(SCREEN)), **dict(changes)}
    return client.post(SCREEN, {name: value for name, value in data.items() if name not in without}, follow=True)


def errors_of(response):
    return {
        row.add_prefix(name): " ".join(errors)
        for section in response.context["sections"]
        for row in [*section.rows, *filter(None, [section.another])]
        for name, errors in row.errors.items()
    }


def standing(section=NEWS):
    return [slot.article.headline for slot in Slot.objects.filter(section=section)]


def log():
    """(piece, note) of every arrangement since the test began."""
    return [
        (entry.article.headline, entry.note) for entry in HistoryEntry.objects.filter(act=Act.ARRANGED).order_by("pk")
    ]


def row(article, name, section=NEWS):
    return f"{section}-{article.pk}-{name}"


# --- arranging -------------------------------------------------------------------------------------------


def test_the_screen_shows_the_three_sections_each_in_its_order(client, editor, pieces):
    Slot.objects.create(section=LEAD, article=pieces["丁"], headline="首页标题")
    sections = client.get(SCREEN).context["sections"]
    assert [(section.code, [row.slot.title for row in section.rows]) for section in sections] == [
        (LEAD, ["丁"]), (NEWS, ["甲", "乙", "丙"]), (PICTURES, []),
    ]  # fmt: skip


def test_new_numbers_are_the_order_that_readers_see(client, editor, pieces):
    response = save(
        client, {row(pieces["丙"], "order"): 1, row(pieces["甲"], "order"): 2, row(pieces["乙"], "order"): 3}
    )
    assert "首页已排好，改动1篇。" in response.content.decode()
    assert read(client, "/").main.stories()[:3] == [pieces[name].pk for name in "丙甲乙"]
    assert [slot.order for slot in Slot.objects.filter(section=NEWS)] == [1, 2, 3]


def test_of_two_of_one_number_the_one_that_was_given_it_stands_first(client, editor, pieces):
    save(client, {row(pieces["丙"], "order"): 1})
    assert standing() == ["丙", "甲", "乙"]
    save(client, {row(pieces["丙"], "order"): ""})
    assert standing() == ["甲", "乙", "丙"]


def test_the_history_names_the_piece_that_moved_and_not_those_that_made_way(client, editor, pieces):
    save(client, {row(pieces["丙"], "order"): 1})
    assert log() == [("丙", "要闻 3 → 要闻 1")]
    entry = HistoryEntry.objects.get(act=Act.ARRANGED)
    assert (entry.by, entry.article) == (editor, pieces["丙"])
    page = client.get(SCREEN)
    assert [(entry.by, entry.article) for entry in page.context["arrangements"]] == [(editor, pieces["丙"])]


def test_what_was_not_changed_is_not_recorded_and_renews_nothing(client, editor, pieces):
    before = list(Slot.objects.values())
    freshness.changed()
    freshness.forget()
    key = freshness.key()
    response = save(client)
    freshness.forget()
    assert "没有改动" in response.content.decode()
    assert (list(Slot.objects.values()), log(), freshness.key()) == (before, [], key)


def test_an_arrangement_renews_the_public_pages(client, editor, pieces):
    freshness.changed()
    freshness.forget()
    key = freshness.key()
    save(client, {row(pieces["丙"], "order"): 1})
    freshness.forget()
    assert freshness.key() != key


def test_a_headline_of_its_own_is_what_readers_see(client, editor, pieces):
    save(client, {row(pieces["乙"], "headline"): "　首页上的\u200b标题 "})
    assert ("首页上的标题",) == tuple(
        text for href, text in read(client, "/").main.links() if href.endswith(f"/{pieces['乙'].pk}/")
    )
    assert log() == [("乙", "要闻 2 → 要闻 2 首页上的标题")]


def test_a_slot_ends_by_itself_at_its_moment(client, editor, pieces, monkeypatch):
    save(client, {row(pieces["甲"], "ends_at"): f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"})
    assert read(client, "/").main.stories()[0] == pieces["甲"].pk
    later = timezone.now() + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    freshness.forget()
    main = read(client, "/").main
    news = [href for href, _text in main.links()]
    assert news.index(pieces["乙"].publication.get_absolute_url()) < news.index(
        pieces["丙"].publication.get_absolute_url()
    )
    assert main.stories()[0] == pieces["乙"].pk


def test_an_end_that_has_passed_is_refused_in_words_and_all_that_was_typed_is_kept(client, editor, pieces):
    typed = {row(pieces["甲"], "ends_at"): "2001-01-01T07:00", row(pieces["乙"], "headline"): "打好的标题"}
    response = save(client, typed)
    assert errors_of(response) == {row(pieces["甲"], "ends_at"): "这个时间已经过去。"}
    page = response.content.decode()
    assert ('value="2001-01-01T07:00"' in page, 'value="打好的标题"' in page) == (True, True)
    assert (Slot.objects.exclude(headline="").count(), log()) == (0, [])


def test_an_end_that_passed_long_ago_does_not_stand_in_the_way_of_another_change(client, editor, pieces):
    moment = timezone.now() - timedelta(days=1, seconds=7)
    Slot.objects.filter(article=pieces["甲"]).update(ends_at=moment)
    save(client, {row(pieces["丙"], "order"): 1})
    assert (log(), Slot.objects.get(article=pieces["甲"]).ends_at) == ([("丙", "要闻 3 → 要闻 1")], moment)


# --- adding, taking away, moving over --------------------------------------------------------------------


def test_a_piece_is_added_at_its_number_and_taken_away(client, editor, pieces):
    save(client, {"another-news-article": pieces["丁"].pk, "another-news-order": 2, "another-news-headline": "新来的"})
    assert standing() == ["甲", "丁", "乙", "丙"]
    save(client, {"another-news-article": pieces["戊"].pk, row(pieces["甲"], "remove"): "on"})
    assert standing() == ["丁", "乙", "丙", "戊"]
    assert log() == [("丁", "+ 要闻 2 新来的"), ("甲", "− 要闻 1"), ("戊", "+ 要闻 4")]


def test_a_piece_moves_to_another_section_in_one_act(client, editor, pieces):
    save(client, {row(pieces["乙"], "section"): LEAD, row(pieces["乙"], "headline"): "头条标题"})
    assert (standing(LEAD), standing()) == (["乙"], ["甲", "丙"])
    assert log() == [("乙", "− 要闻 2\n+ 头条 1 头条标题")]
    assert read(client, "/").main.stories()[0] == pieces["乙"].pk


def test_two_sections_may_change_places(client, editor, pieces):
    Slot.objects.create(section=LEAD, order=1, article=pieces["甲"], headline="头")
    save(client, {row(pieces["甲"], "section"): LEAD, row(pieces["甲"], "section", LEAD): NEWS})
    assert [(slot.section, slot.headline) for slot in Slot.objects.filter(article=pieces["甲"])] == [
        (LEAD, ""),
        (NEWS, "头"),
    ]


def test_a_piece_stands_once_in_a_section(client, editor, pieces):
    response = save(client, {"another-news-article": pieces["甲"].pk})
    assert errors_of(response) == {"another-news-article": "这个位置里已有本稿。"}
    Slot.objects.create(section=LEAD, article=pieces["甲"])
    response = save(client, {row(pieces["甲"], "section", LEAD): NEWS})
    assert list(errors_of(response).values()) == ["这个位置里已有本稿。"]
    assert standing(LEAD) == ["甲"]


def test_only_what_is_published_or_scheduled_is_added(client, editor, pieces):
    publisher, held = make_publisher(), make_live_article()
    publish.hold(held.publication, by=publisher)
    page = make_live_article(kind=Kind.PAGE, address="about")
    said = "只有已发布或定时待发的稿件才能放上首页。"
    for article in (make_article(), held):
        assert errors_of(save(client, {"another-lead-article": article.pk})) == {"another-lead-article": said}
    assert list(errors_of(save(client, {"another-lead-article": page.pk}))) == ["another-lead-article"]
    scheduled = make_article()
    publish.schedule(approve(scheduled), by=publisher, at=timezone.now() + timedelta(days=1))
    save(client, {"another-lead-article": scheduled.pk})
    assert standing(LEAD) == [scheduled.headline]


def test_without_a_script_a_piece_is_added_by_its_number(client, editor, pieces):
    save(client, {"another-lead-number": pieces["丁"].number})
    assert standing(LEAD) == ["丁"]
    response = save(client, {"another-lead-number": "2001-0101-001", "another-lead-headline": "打好的标题"})
    assert errors_of(response)["another-lead-number"] == "没有这个稿号的稿件。"
    assert 'value="打好的标题"' in response.content.decode()


@pytest.mark.parametrize("nonsense", ["abc", "9" * 30, "-1", "²", "1.5"])
def test_what_cannot_be_meant_is_refused_in_words(client, editor, pieces, nonsense):
    fields = {
        row(pieces["甲"], "order"): nonsense, row(pieces["甲"], "ends_at"): nonsense, row(pieces["甲"], "section"): nonsense,
        row(pieces["乙"], "headline"): "字" * 201, "another-lead-article": nonsense, "another-lead-order": nonsense,
    }  # fmt: skip
    assert set(errors_of(save(client, fields))) == set(fields)


def test_a_post_that_leaves_rows_out_changes_nothing(client, editor, pieces):
    before = list(Slot.objects.values())
    save(client, without={row(pieces["甲"], "section")})
    client.post(SCREEN, {"base": carried(Slot.objects.all())})
    client.post(SCREEN, {"base": spelled(Slot.objects.all())})
    client.post(SCREEN, {})
    assert (list(Slot.objects.values()), log()) == (before, [])


# --- somebody else meanwhile -----------------------------------------------------------------------------


def test_a_refused_page_keeps_its_rows_where_they_were_put(client, editor, pieces):
    typed = {row(pieces["丙"], "order"): 1, row(pieces["甲"], "order"): 2, row(pieces["乙"], "section"): LEAD}
    response = save(client, typed | {"another-lead-number": "2001-0101-001"})
    shown = {section.code: [line.slot.title for line in section.rows] for section in response.context["sections"]}
    assert shown == {LEAD: ["乙"], NEWS: ["丙", "甲"], PICTURES: []}


def test_a_stale_arrangement_is_refused_and_what_was_typed_is_kept(client, editor, pieces):
    mine = {
        **asked(client.get(SCREEN)),
        row(pieces["乙"], "headline"): "我打的标题",
        row(pieces["丙"], "headline"): "丙的标题",
    }
    save(client, {row(pieces["丙"], "remove"): "on", "another-news-article": pieces["丁"].pk, "another-news-order": 1})
    before = list(Slot.objects.values())
    response = client.post(SCREEN, mine)
    page = response.content.decode()
    assert (response.status_code, "您安排期间，有人动过首页" in page) == (409, True)
    assert [words in page for words in ('value="我打的标题"', "丙的标题", "刚加进来的")] == [True] * 3
    assert list(Slot.objects.values()) == before
    again = asked(response)
    client.post(SCREEN, again)
    assert (standing(), Slot.objects.get(article=pieces["乙"]).headline) == (["丁", "甲", "乙"], "我打的标题")


def test_the_verb_itself_refuses_what_was_arranged_meanwhile(editor, pieces):
    seen = spelled(Slot.objects.all())
    places = [Place(pieces[name].pk, "", None) for name in "丙乙甲"]
    arrange({LEAD: [], NEWS: places, PICTURES: []}, by=editor, base=seen)
    with pytest.raises(StaleSave):
        arrange({LEAD: [], NEWS: places[:1], PICTURES: []}, by=editor, base=seen)
    assert standing() == ["丙", "乙", "甲"]


def test_of_arrangements_at_once_exactly_one_wins(transactional_db):
    by = make_publisher()
    articles = [make_live_article(by=by) for _ in range(3)]
    seen = spelled([])

    def lead_with(article):
        return arrange({LEAD: [Place(article.pk, "", None)], NEWS: [], PICTURES: []}, by=by, base=seen)

    outcomes = at_once(*(lambda article=article: lead_with(article) for article in articles))
    assert (outcomes.count(StaleSave), Slot.objects.count(), len(log())) == (2, 1, 1)


# --- what the screen says --------------------------------------------------------------------------------


def test_what_readers_do_not_see_is_shown_with_its_reason(client, editor, pieces):
    publisher = make_publisher()
    publish.hold(pieces["甲"].publication, by=publisher)
    Slot.objects.filter(article=pieces["乙"]).update(ends_at=timezone.now() - timedelta(days=1))
    scheduled = make_article(headline="明天的")
    publish.schedule(approve(scheduled), by=publisher, at=timezone.now() + timedelta(days=1))
    Slot.objects.create(section=LEAD, article=scheduled)
    page = Page(client.get(SCREEN).content.decode())
    reasons = {
        re.sub(r"\s+", "", line.all("a")[0].text): line.all("strong")[0].text
        for line in page.root.all("tr")
        if line.attrs.get("class") == "hidden-from-readers"
    }
    assert {name: reason[:2] for name, reason in reasons.items()} == {"甲": "不公", "乙": "已于", "明天的": "定时"}
    assert "丙" not in reasons


def test_the_search_offers_what_is_public_or_scheduled_newest_first_by_number_or_headline(client, editor):
    publisher, hour = make_publisher(), timedelta(hours=1)
    old = make_live_article(by=publisher, headline="麦收 旧", published_at=timezone.now() - 2 * hour)
    new = make_live_article(by=publisher, headline="麦收 新", published_at=timezone.now() - hour)
    scheduled = make_article(by=publisher, headline="麦收 明天")
    publish.schedule(approve(scheduled), by=publisher, at=timezone.now() + hour)
    make_article(headline="麦收 草稿")
    make_live_article(by=publisher, headline="麦收 站点", kind=Kind.PAGE, address="about")
    gone = make_live_article(by=publisher, headline="麦收 撤")
    publish.withdraw(gone.publication, by=publisher)
    make_live_article(
        by=publisher, headline="麦收 过期", published_at=timezone.now() - 2 * hour, expires_at=timezone.now() - hour
    )

    def found(term):
        return [int(result["id"]) for result in client.get(f"{SCREEN}pieces/", {"term": term}).json()["results"]]

    assert found("麦收") == found("") == [scheduled.pk, new.pk, old.pk]
    assert found(old.number) == [old.pk]
    assert (found("没有"), found("麦收\0 新")) == ([], [new.pk])


def test_the_search_is_the_desk_s_alone(client, db):
    assert client.get(f"{SCREEN}pieces/").status_code == 302
    client.force_login(make_editor())
    assert client.get(f"{SCREEN}pieces/").status_code == 403


def test_who_may_only_look_sees_the_front_page_and_changes_nothing(client, pieces):
    writer = make_editor()
    roles.assign(writer, ["记者"])
    client.force_login(writer)
    page = client.get(SCREEN)
    assert (page.status_code, 'type="submit" class="default"' in page.content.decode()) == (200, False)
    assert client.post(SCREEN, asked(page)).status_code == 403
    client.force_login(make_editor())
    assert client.get(SCREEN).status_code == 403


def test_adding_and_taking_away_need_their_permissions(client, pieces):
    client.force_login(make_editor("view_slot", "change_slot"))
    save(
        client,
        {"another-lead-article": pieces["丁"].pk, row(pieces["甲"], "remove"): "on", row(pieces["丙"], "order"): 1},
    )
    assert (standing(LEAD), standing()) == ([], ["丙", "甲", "乙"])


def test_the_screen_costs_the_same_for_three_slots_and_for_thirty(client, editor, pieces):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(SCREEN)
        return len(captured)

    few = queries()
    by = make_publisher()
    for order in range(30):
        Slot.objects.create(section=LEAD, order=order, article=make_live_article(by=by))
    assert (queries(), few <= 12) == (few, True)


def test_a_slot_is_changed_on_the_screen_alone_where_a_stale_arrangement_is_refused(client, editor, pieces):
    slot = Slot.objects.get(article=pieces["甲"])
    answer = client.post(f"{SCREEN}{slot.pk}/change/", {"section": NEWS, "order": 1, "headline": "新标题"})
    assert (answer.status_code, answer["Location"], log()) == (302, SCREEN, [])
    assert Slot.objects.get(pk=slot.pk).headline == slot.headline
