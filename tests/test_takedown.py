"""临时下线 and 撤稿: gone from every page at that moment, kept pages included; and which text readers could read when."""

from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

import pytest
from django.utils import timezone

from articles import public_texts, publish, review
from articles.corrections import correct
from articles.models import Campaign, Column, Contributor, HistoryEntry, Publication, Shift, Slot
from articles.refusals import AlreadyDone, MoveRefused
from articles.versions import save_version
from articles.vocabulary import Act, CorrectionKind, Kind, Level, Outcome, Post, SlotSection, State
from tests.factories import (
    approve,
    make_approved_article,
    make_editor,
    make_live_article,
    make_page,
    make_place,
)
from tests.page import read

NOON = timezone.make_aware(datetime(2023, 11, 23, 12))
HEADLINE = "要撤下的标题"
LISTS = (
    "/", "/regions/songxian/", "/regions/luoyang/", "/regions/chengguan/", "/regions/songxian/2023/11/",
    "/regions/songxian/?campaign=wuxing", "/campaigns/wuxing/", "/campaigns/wuxing/?region=songxian", "/columns/dangjian/", "/photos/",
    "/archive/2023/11/", "/archive/2023/11/23/", "/editions/2023-11-23/", "/editions/2023-11-23/1/", "/corrections/",
)  # fmt: skip
TREES = (
    "/regions/",
    "/campaigns/",
    "/archive/",
    "/archive/2023/",
    "/editions/",
)  # which lead to lists that have pieces


@pytest.fixture
def chief(db):
    return make_editor("publish_article", "withdraw_article", "add_correction")


@pytest.fixture
def piece(chief):
    """A piece that stands in every list there is, corrected, on the front page and beside a neighbour in print."""
    city = make_place("洛阳市", slug="luoyang", level=Level.CITY)
    county = make_place(slug="songxian", parent=city)
    town = make_place("城关镇", slug="chengguan", parent=county, level=Level.TOWN)
    article = make_live_article(
        by=chief, headline=HEADLINE, kind=Kind.PHOTO, captions=["要撤下的图说。"], published_at=NOON, places=[town],
        campaigns=[Campaign.objects.create(name="五星", slug="wuxing")], credits=[("photo", "张三")],
        column=Column.objects.create(name="党建", slug="dangjian"),
    )  # fmt: skip
    neighbour = make_live_article(by=chief, published_at=NOON - timedelta(days=400))
    page = make_page()
    for position, placed in enumerate((article, neighbour), 1):
        page.placements.create(article=placed, position=position)
    for section in SlotSection:
        Slot.objects.create(article=article, section=section)
    correct(article, by=chief, kind=CorrectionKind.CORRECTION, text="要撤下的更正。")
    article.everywhere = (
        *LISTS, Contributor.objects.get().get_absolute_url(), neighbour.publication.get_absolute_url(),
    )  # fmt: skip
    return article


def texts(client, addresses):
    return {address: client.get(address) for address in addresses}


def names(answer, article):
    """Whether a page shows the piece or leads to it."""
    text = answer.content.decode()
    return article.publication.get_absolute_url() in text or "要撤下" in text


def hold(article, by):
    publish.hold(article.publication, by=by)


def withdraw(article, by):
    publish.withdraw(article.publication, by=by, notice="内容失实。", ordered_by="县委宣传部电话")


@pytest.mark.parametrize(("take", "status"), [(hold, 503), (withdraw, 410)])
def test_what_is_taken_down_is_gone_from_every_page_at_that_moment(client, piece, chief, take, status):
    address = piece.publication.get_absolute_url()
    before = texts(client, piece.everywhere)
    assert [where for where, answer in before.items() if not names(answer, piece)] == []
    assert [where for where, answer in before.items() if not answer.has_header("ETag")] == []  # each was kept
    trees = texts(client, TREES)
    etag = client.get(address)["ETag"]
    take(piece, chief)
    for where, answer in texts(client, piece.everywhere).items():
        assert not names(answer, piece), where
        assert answer.status_code in (200, 404), where
    for where, answer in texts(client, TREES).items():
        assert (answer.status_code, answer.content != trees[where].content) == (200, True), where  # they count it
    for answer in (client.get(address), client.get(address, headers={"If-None-Match": etag}), client.head(address)):
        assert answer.status_code == status
        assert not answer.has_header("ETag") and HEADLINE not in answer.content.decode()
    for where, etag in ((where, answer["ETag"]) for where, answer in before.items()):
        assert client.get(where, headers={"If-None-Match": etag}).status_code != 304, where


def test_what_was_taken_offline_comes_back_to_every_page_at_the_same_address(client, piece, chief):
    address = piece.publication.get_absolute_url()
    before = texts(client, (*piece.everywhere, address))
    hold(piece, chief)
    texts(client, (*piece.everywhere, address))
    publish.release(piece.publication, by=chief)
    after = texts(client, (*piece.everywhere, address))
    assert {where: answer.content for where, answer in after.items()} == {
        where: answer.content for where, answer in before.items()
    }


def test_a_newly_signed_text_brings_it_back_too_at_the_same_address_and_place(client, piece, chief):
    address = piece.publication.get_absolute_url()
    hold(piece, chief)
    piece.body = "核实后的文字。"
    piece.save()
    save_version(piece, by=chief)
    with pytest.raises(MoveRefused):
        publish.publish(piece, by=chief)
    assert client.get(address).status_code == 503
    publish.publish(approve(piece), by=chief)
    assert "核实后的文字。" in read(client, address).main.text
    assert read(client, "/archive/2023/11/23/").main.stories() == [piece.pk]


def test_a_piece_offline_says_that_it_is_being_checked_and_when_to_ask_again(client, piece, chief):
    hold(piece, chief)
    answer = client.get(piece.publication.get_absolute_url())
    assert (answer.status_code, answer["Retry-After"].isdigit()) == (503, True)
    page = read(client, piece.publication.get_absolute_url(), status=503)
    assert page.main.one("h1").text == "本稿正在核实更正，请稍后再看"


@pytest.mark.parametrize("notice", ["", "内容失实。\n谨致歉意。"])
def test_a_withdrawn_piece_says_so_with_the_notice_and_never_by_whose_order(client, piece, chief, notice):
    publish.withdraw(piece.publication, by=chief, notice=notice, ordered_by="县委宣传部电话")
    page = read(client, piece.publication.get_absolute_url(), status=410)
    assert page.main.one("h1").text == "您访问的稿件已撤下"
    assert all(line in page.main.text for line in notice.split("\n"))
    assert "宣传部" not in page.root.text


def test_who_withdrew_it_and_by_whose_order_is_recorded_for_ever(piece, chief):
    withdraw(piece, chief)
    publication = Publication.objects.get(article=piece)
    assert (publication.withdrawn_by, publication.ordered_by) == (chief, "县委宣传部电话")
    entry = HistoryEntry.objects.get(act=Act.WITHDRAWN)
    assert entry.by == chief and "县委宣传部电话" in entry.note and "内容失实。" in entry.note


def test_what_is_withdrawn_stays_so_whatever_is_tried(client, piece, chief):
    withdraw(piece, chief)
    for act in (
        lambda: publish.release(piece.publication, by=chief),
        lambda: publish.publish(piece, by=chief),
        lambda: publish.withdraw(piece.publication, by=chief, ordered_by="另一个人"),
        lambda: correct(piece, by=chief, kind=CorrectionKind.CORRECTION, text="再更正。"),
        lambda: review.submit(piece, by=make_editor("change_article")),
    ):
        with pytest.raises(MoveRefused):
            act()
    assert client.get(piece.publication.get_absolute_url()).status_code == 410
    assert Publication.objects.get(article=piece).ordered_by == "县委宣传部电话"


def test_a_withdrawal_ends_the_review_of_a_new_text(piece, chief):
    piece.body = "新文。"
    piece.save()
    save_version(piece, by=chief)
    review.submit(piece, by=make_editor("change_article"))
    withdraw(piece, chief)
    last = piece.reviews.first()
    assert (last.outcome, last.closed_by, type(piece).objects.with_state().get(pk=piece.pk).state) == (
        Outcome.RECALLED, chief, State.WITHDRAWN,
    )  # fmt: skip


def test_what_is_public_is_taken_offline_by_the_chief_and_by_whoever_is_on_duty_alone(piece):
    editor, on_duty = make_editor("hold_article"), make_editor()
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=on_duty)
    Shift.objects.create(day=timezone.localdate() - timedelta(days=1), post=Post.HEAD, editor=editor)
    for account in (editor, make_editor(), make_editor("change_article", "withdraw_article")):
        with pytest.raises(MoveRefused):
            hold(piece, account)
    hold(piece, on_duty)
    with pytest.raises(AlreadyDone):
        hold(piece, on_duty)
    with pytest.raises(MoveRefused):
        publish.release(piece.publication, by=on_duty)
    assert Publication.objects.get(article=piece).held


# --- every text that readers could read ------------------------------------------------------------------


def spans(article, at):
    return [(text.version.number, text.since, text.until) for text in public_texts.of(article, at)]


def clock(moment):
    return patch.object(timezone, "now", lambda: moment)


def new_text(article, words):
    article.refresh_from_db()
    article.body = words
    article.save()
    save_version(article, by=None)
    return approve(article)


def test_each_text_is_told_with_the_time_in_which_it_was_public(chief):
    def at(minutes):
        return NOON + timedelta(minutes=minutes)

    article = make_approved_article(body="第一稿。")
    with clock(at(0)):
        publish.schedule(article, by=chief, at=at(10))
    assert spans(article, at(9)) == []
    assert spans(article, at(11)) == [(1, at(10), None)]
    with clock(at(20)):
        publish.publish(new_text(article, "第二稿。"), by=chief)
    with clock(at(30)):
        publish.hold(article.publication, by=chief)
    with clock(at(40)):
        publish.release(article.publication, by=chief)
    with clock(at(45)):
        publish.expire(Publication.objects.get(), by=chief, at=at(50))
    with clock(at(60)):
        publish.publish(article, by=chief)
    with clock(at(70)):
        publish.withdraw(Publication.objects.get(), by=chief)
    assert spans(article, at(99)) == [
        (2, at(60), at(70)), (2, at(40), at(50)), (2, at(20), at(30)), (1, at(10), at(20)),
    ]  # fmt: skip


@pytest.mark.parametrize(("let_out", "begins"), [(20, 30), (40, 40)])
def test_a_piece_stopped_before_its_moment_is_told_from_when_it_came_out(chief, let_out, begins):
    def at(minutes):
        return NOON + timedelta(minutes=minutes)

    article = make_approved_article()
    with clock(at(0)):
        publish.schedule(article, by=chief, at=at(30))
    with clock(at(10)):
        publish.hold(article.publication, by=chief)
    assert spans(article, at(99)) == []
    with clock(at(let_out)):
        publish.release(article.publication, by=chief)
    assert spans(article, at(99)) == [(1, at(begins), None)]


def seen_at(article, moment):
    """(moment, the number of the version that readers find then, as things stand now)."""
    live = Publication.objects.filter(type(article).objects.live_at("article", moment)).select_related("version")
    return moment, [publication.version.number for publication in live]


@pytest.mark.parametrize("seed", (0, 1, 3, 4, 5, 6))
def test_over_random_acts_the_history_tells_what_readers_saw(chief, seed):
    random, at, second = Random(seed), NOON + timedelta(seconds=30), timedelta(seconds=1)
    article, seen, made, done = make_approved_article(body="第1稿。"), [], 1, set()
    for _ in range(30):
        at += timedelta(minutes=random.choice((1, 7, 30)))
        seen.append(seen_at(article, at - second))
        later = at.replace(second=0) + timedelta(minutes=random.choice((5, 40)))
        publication = Publication.objects.filter(article=article).first()
        acts = {
            "schedule": lambda later=later: publish.schedule(article, by=chief, at=later),
            "publish": lambda: publish.publish(article, by=chief),
            "publish until": lambda later=later: publish.publish(article, by=chief, expires_at=later),
        }
        if publication:
            acts |= {
                "hold": lambda p=publication: publish.hold(p, by=chief),
                "release": lambda p=publication: publish.release(p, by=chief),
                "unschedule": lambda p=publication: publish.unschedule(p, by=chief),
                "end": lambda p=publication, later=later: publish.expire(p, by=chief, at=later),
                "no end": lambda p=publication: publish.expire(p, by=chief, at=None),
            }
        with clock(at):
            if random.random() < 0.3 and not article.reviews.open().exists():
                made += 1
                new_text(article, f"第{made}稿。")
            name = random.choice(sorted(acts))
            try:
                acts[name]()
                done.add(name)
            except MoveRefused:
                pass
        article.refresh_from_db()
        seen.append(seen_at(article, at + second))
    told = spans(article, at + timedelta(days=1))
    for moment, numbers in seen:
        found = [number for number, since, until in told if since <= moment and (until is None or moment < until)]
        assert found == numbers, (moment, told)
    assert len(done) >= 4 and len({tuple(numbers) for _moment, numbers in seen}) >= 3
