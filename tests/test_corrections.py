"""更正与说明: who may put a notice on which piece, where readers find it, and that it stays."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import corrections, freshness, publish
from articles.corrections import correct
from articles.models import Correction, HistoryEntry
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.vocabulary import Act, CorrectionKind, Kind
from tests.factories import make_article, make_editor, make_live_article, make_publisher
from tests.page import follow, read
from tests.public import queries

ALL = "/corrections/"


@pytest.fixture
def by(db):
    return make_editor("add_correction")


def address_of(article):
    return article.publication.get_absolute_url()


def notices(page):
    """[(kind and moment, text)] of the notices of a page, in order."""
    found = [strong.parent.parent for strong in page.main.all("strong") if strong.parent.all("time")]
    return [(note.all("p")[0].text, " ".join(p.text for p in note.all("p")[1:])) for note in found]


def at(moment, article, *, by, text="更正。", kind=CorrectionKind.CORRECTION, monkeypatch):
    """A notice made at a moment of the Beijing clock."""
    moment = timezone.make_aware(datetime.fromisoformat(moment))
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: moment)
        return correct(article, by=by, kind=kind, text=text)


# --- made ------------------------------------------------------------------------------------------------


def test_a_notice_is_kept_with_the_text_that_readers_saw_who_made_it_and_an_entry_of_the_history(by):
    article = make_live_article()
    correction = correct(article, by=by, kind=CorrectionKind.APOLOGY, text="　“布署”应为“部署”。\r\n\r\n谨致歉意。 ")
    assert (correction.text, correction.version, correction.made_by) == (
        "“布署”应为“部署”。\n谨致歉意。", article.publication.version, by,
    )  # fmt: skip
    entry = HistoryEntry.objects.filter(article=article, act=Act.CORRECTED).get()
    assert (entry.by, entry.version, entry.at) == (by, correction.version, correction.made_at)
    assert correction.text in entry.note and correction.get_kind_display() in entry.note


def test_only_who_may_correct_does(db):
    article = make_live_article()
    with pytest.raises(MoveRefused):
        correct(article, by=make_publisher(), kind=CorrectionKind.CORRECTION, text="更正。")
    assert not Correction.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n　\n", "\u200b", "字" * 2001])
def test_a_notice_says_something_and_not_too_much(by, text):
    article = make_live_article()
    with pytest.raises(NotReady):
        correct(article, by=by, kind=CorrectionKind.CORRECTION, text=text)
    assert correct(article, by=by, kind=CorrectionKind.CORRECTION, text="字" * 2000)


def test_only_what_readers_have_seen_and_was_not_withdrawn_is_corrected(by):
    publisher, later = make_publisher(), timezone.now() + timedelta(hours=1)
    page = make_live_article(kind=Kind.PAGE, address="about", headline="关于我们")
    withdrawn, stopped = make_live_article(), make_live_article(published_at=later)
    publish.withdraw(withdrawn.publication, by=publisher)
    publish.hold(stopped.publication, by=publisher)
    for article in (make_article(), make_live_article(published_at=later), stopped, withdrawn, page):
        with pytest.raises(MoveRefused):
            correct(article, by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    held, ended = make_live_article(), make_live_article(expires_at=later)
    publish.expire(ended.publication, by=publisher, at=ended.publication.published_at + timedelta(microseconds=1))
    publish.hold(held.publication, by=publisher)
    for article in (held, ended, make_live_article()):
        correct(article, by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    assert Correction.objects.count() == 3


def test_the_same_notice_pressed_twice_stands_once(by):
    article = make_live_article()
    correct(article, by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    with pytest.raises(AlreadyDone):
        correct(article, by=by, kind=CorrectionKind.CORRECTION, text=" 更正。 ")
    correct(article, by=by, kind=CorrectionKind.APOLOGY, text="更正。")
    assert Correction.objects.count() == HistoryEntry.objects.filter(act=Act.CORRECTED).count() == 2


def test_what_readers_were_told_is_never_changed_nor_taken_away(by):
    correction = correct(make_live_article(), by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    for act in (lambda: Correction.objects.update(text="没有这回事。"), correction.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert Correction.objects.get().text == "更正。"


# --- on the story ----------------------------------------------------------------------------------------


def test_the_notices_stand_above_the_text_newest_first_with_day_and_hour_in_beijing(client, by, monkeypatch):
    article = make_live_article(body="正文第一段。", published_at=timezone.make_aware(datetime(2024, 5, 20, 8)))
    kinds = (CorrectionKind.CORRECTION, CorrectionKind.ADDITION, CorrectionKind.APOLOGY, CorrectionKind.CLARIFICATION)
    for day, kind in enumerate(kinds, 20):
        at(
            f"2024-05-{day}T23:05",
            article,
            by=by,
            kind=kind,
            text=f"第{day}日 <说>。\n第二段。",
            monkeypatch=monkeypatch,
        )
    page = read(client, address_of(article))
    assert notices(page) == [
        ("说明 2024年5月23日 23:05", "第23日 <说>。 第二段。"),
        ("致歉 2024年5月22日 23:05", "第22日 <说>。 第二段。"),
        ("补正 2024年5月21日 23:05", "第21日 <说>。 第二段。"),
        ("更正 2024年5月20日 23:05", "第20日 <说>。 第二段。"),
    ]
    text = page.main.text
    assert text.index(article.headline) < text.index("第23日") < text.index("第20日") < text.index("正文第一段。")


def test_a_story_without_notices_shows_none_and_costs_no_more(client, by):
    other = make_live_article()
    plain, carried = make_live_article(), make_live_article()
    for number in range(3):
        correct(carried, by=by, kind=CorrectionKind.CORRECTION, text=f"更正{number}。")
    assert notices(read(client, address_of(plain))) == []
    before = queries(client, address_of(other))
    assert (queries(client, address_of(plain)), queries(client, address_of(carried))) == (before, before + 1)
    assert before <= 5


def test_the_notice_stays_when_a_new_text_goes_out(client, by):
    article = make_live_article(body="布署。")
    correct(article, by=by, kind=CorrectionKind.CORRECTION, text="“布署”应为“部署”。")
    assert "“布署”应为“部署”。" in read(client, address_of(article)).main.text


def test_a_kept_page_shows_the_notice_the_moment_it_is_made(client, by, monkeypatch):
    article = make_live_article()
    monkeypatch.setattr(freshness, "READ_EVERY", 0)
    etag = client.get(address_of(article))["ETag"]
    assert notices(read(client, ALL)) == []
    correct(article, by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    assert client.get(address_of(article), headers={"If-None-Match": etag}).status_code == 200
    for address in (address_of(article), ALL):
        assert [said for _when, said in notices(read(client, address))] == ["更正。"]


# --- the list --------------------------------------------------------------------------------------------


def test_all_notices_stand_in_one_list_with_the_way_to_their_pieces(client, by, monkeypatch):
    articles = [make_live_article(published_at=timezone.make_aware(datetime(2024, 5, 1))) for _ in range(3)]
    for day, article in enumerate((*articles, articles[0]), 20):
        at(f"2024-05-{day}T08:00", article, by=by, text=f"第{day}日。", monkeypatch=monkeypatch)
    page = read(client, ALL)
    assert [said for _when, said in notices(page)] == ["第23日。", "第22日。", "第21日。", "第20日。"]
    links = [card.one("h2").links() for card in page.main.all("article")]
    assert links == [
        [(address_of(article), article.headline)] for article in (*articles[:1], *articles[:0:-1], articles[0])
    ]
    assert (ALL, "更正与说明") in read(client, "/").root.one("footer").links()


def test_a_notice_on_what_readers_may_not_read_is_not_listed(client, by):
    publisher, now = make_publisher(), timezone.now()
    held, withdrawn, ended = (
        make_live_article(),
        make_live_article(),
        make_live_article(expires_at=now + timedelta(seconds=9)),
    )
    for article in (held, withdrawn, ended):
        correct(article, by=by, kind=CorrectionKind.CORRECTION, text=f"{article.headline}。")
    assert len(notices(read(client, ALL))) == 3
    publish.hold(held.publication, by=publisher)
    publish.withdraw(withdrawn.publication, by=publisher)
    assert [said for _when, said in notices(read(client, ALL))] == [f"{ended.headline}。"]
    assert corrections.page(at=now + timedelta(seconds=9)).publications == []


def test_the_list_is_read_page_by_page_each_notice_once_also_of_one_moment(client, by, monkeypatch):
    article = make_live_article(published_at=timezone.make_aware(datetime(2024, 5, 1)))
    for number in range(45):
        at(f"2024-05-20T08:{number // 4:02}", article, by=by, text=f"第{number}条。", monkeypatch=monkeypatch)
    newest_first = [f"第{number}条。" for number in reversed(range(45))]
    down = list(follow(client, ALL, "next"))
    assert [len(notices(page)) for page in down] == [20, 20, 5]
    assert [said for page in down for _when, said in notices(page)] == newest_first
    up = list(follow(client, ALL + down[1].main.rel("next").removeprefix(ALL), "prev"))
    assert [said for page in reversed(up) for _when, said in notices(page)] == newest_first
    for address in (ALL + "?after=nichts", ALL + "?before=1-2"):
        read(client, address, status=404)


def test_the_list_costs_one_query_however_long_it_is(client, by):
    for number in range(2):
        correct(make_live_article(), by=by, kind=CorrectionKind.CORRECTION, text=f"更正{number}。")
    few = queries(client, ALL)
    for number in range(20):
        correct(make_live_article(), by=by, kind=CorrectionKind.CORRECTION, text=f"再更正{number}。")
    assert (queries(client, ALL), few) == (1, 1)


def test_a_page_in_the_depth_of_the_list_is_asked_with_the_bound_that_gives_a_range_of_its_index(by):
    correct(make_live_article(), by=by, kind=CorrectionKind.CORRECTION, text="更正。")
    cursor = corrections._cursor(Correction.objects.get())
    with CaptureQueriesContext(connection) as asked:
        corrections.page(after=cursor)
    assert '"made_at" <= ' in asked[0]["sql"] and "LIMIT" in asked[0]["sql"]
