"""Release: what each act changes for the public, what it leaves in the history, and who and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publish, trash
from articles.models import Article, Figure, HistoryEntry, ListEntry, Photo, Placement, Publication
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave, TooLate
from articles.versions import save_version
from articles.vocabulary import Act, Origin, Role, State

from .factories import (
    approve,
    make_approved_article,
    make_article,
    make_editor,
    make_live_article,
    make_page,
    make_publisher,
)

NOON = datetime(2023, 11, 23, 4, tzinfo=UTC)  # in Shanghai
HOUR = timedelta(hours=1)


class Clock:
    """The present moment, which a test moves by hand."""

    now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def hours_public(article):
    """The hours around noon, from -3 to 6, at which the public may read the piece."""
    return [hour for hour in range(-3, 7) if Article.objects.live(at=NOON + hour * HOUR).filter(pk=article.pk).exists()]


def recorded(article):
    """The acts on a piece after its entry, oldest first."""
    return list(article.history.exclude(act=Act.CREATED).order_by("pk").values_list("act", "by", "version__number"))


def revise(article, **fields):
    """A new version of the working copy."""
    for name, value in (fields or {"body": article.body + "又一段。"}).items():
        setattr(article, name, value)
    article.save()
    version = save_version(article, by=None)
    approve(article)
    return version


# --- each act --------------------------------------------------------------------------------------------


def test_a_draft_is_not_public_and_publishing_makes_it_so_from_now_on(db, clock):
    article, by = make_approved_article(), make_publisher()
    assert hours_public(article) == []
    publication = publish.publish(article, by=by)
    assert hours_public(article) == [0, 1, 2, 3, 4, 5, 6]
    assert recorded(article) == [(Act.PUBLISHED, by.pk, 1)]
    assert (publication.published_at, publication.first_published_at, publication.origin) == (NOON, NOON, Origin.DESK)


def test_a_piece_may_be_published_until_a_moment_which_is_no_longer_part_of_it(db, clock):
    article = make_approved_article()
    publish.publish(article, by=make_publisher(), expires_at=NOON + 2 * HOUR)
    assert hours_public(article) == [0, 1]


def test_scheduling_makes_a_piece_public_from_its_moment_on(db, clock):
    article, by = make_approved_article(), make_publisher()
    publish.schedule(article, by=by, at=NOON + 2 * HOUR, expires_at=NOON + 4 * HOUR)
    assert hours_public(article) == [2, 3]
    assert recorded(article) == [(Act.SCHEDULED, by.pk, 1)]


def test_a_scheduled_piece_may_be_scheduled_otherwise_or_published_at_once(db, clock):
    article, by = make_approved_article(), make_publisher()
    publish.schedule(article, by=by, at=NOON + 2 * HOUR)
    publish.schedule(article, by=by, at=NOON + 4 * HOUR)
    assert hours_public(article) == [4, 5, 6]
    clock.now = NOON + HOUR
    publication = publish.publish(article, by=by)
    assert hours_public(article) == [1, 2, 3, 4, 5, 6]
    assert publication.first_published_at == NOON + HOUR


def test_setting_the_end_and_taking_it_away_again(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.publish(article, by=by)
    publish.expire(publication, by=by, at=NOON + 3 * HOUR)
    assert hours_public(article) == [0, 1, 2]
    publish.expire(publication, by=by, at=None)
    assert hours_public(article) == [0, 1, 2, 3, 4, 5, 6]
    assert recorded(article)[1:] == [(Act.EXPIRY_SET, by.pk, 1)] * 2


def test_an_expired_piece_published_again_keeps_its_moment(db, clock):
    article, by = make_approved_article(), make_publisher()
    publish.publish(article, by=by, expires_at=NOON + HOUR)
    clock.now = NOON + 2 * HOUR
    publish.publish(article, by=by)
    assert hours_public(article) == [0, 1, 2, 3, 4, 5, 6]


def test_a_new_version_keeps_the_end_that_was_set(db, clock):
    article, by = make_approved_article(), make_publisher()
    publish.publish(article, by=by, expires_at=NOON + 3 * HOUR)
    clock.now = NOON + HOUR
    revise(article)
    publish.publish(article, by=by)
    assert hours_public(article) == [0, 1, 2]
    revise(article)
    publish.publish(article, by=by, expires_at=NOON + 5 * HOUR)
    assert hours_public(article) == [0, 1, 2, 3, 4]


def test_a_piece_is_not_scheduled_behind_the_end_it_has(db, clock):
    article, by = make_approved_article(), make_publisher()
    publish.schedule(article, by=by, at=NOON + HOUR, expires_at=NOON + 3 * HOUR)
    with pytest.raises(NotReady):
        publish.schedule(article, by=by, at=NOON + 3 * HOUR)
    publish.schedule(article, by=by, at=NOON + 2 * HOUR)
    assert hours_public(article) == [2]


def test_a_held_piece_is_not_public_until_it_is_released(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.publish(article, by=by)
    publish.hold(publication, by=by, note="核实中")
    assert hours_public(article) == []
    assert article.history.get(act=Act.HELD).note == "核实中"
    clock.now = NOON + HOUR
    publish.release(publication, by=by)
    assert hours_public(article) == [0, 1, 2, 3, 4, 5, 6]
    assert recorded(article)[1:] == [(Act.HELD, by.pk, 1), (Act.RELEASED, by.pk, 1)]


def test_a_scheduled_piece_held_and_released_before_its_moment_keeps_it(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + 2 * HOUR)
    publish.hold(publication, by=by)
    clock.now = NOON + HOUR
    publish.release(publication, by=by)
    assert hours_public(article) == [2, 3, 4, 5, 6]


def test_a_scheduled_piece_held_before_its_moment_and_released_after_it_begins_now(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + 2 * HOUR)
    publish.hold(publication, by=by)
    clock.now = NOON + 3 * HOUR
    assert publish.was_never_public(publication)
    publish.release(publication, by=by)
    assert hours_public(article) == [3, 4, 5, 6]
    assert publication.first_published_at == NOON + 3 * HOUR


def test_what_a_copy_of_the_publication_remembers_does_not_decide_when_a_stopped_piece_begins(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + 2 * HOUR)
    publish.hold(Publication.objects.get(), by=by)
    clock.now = NOON + 3 * HOUR
    publish.release(publication, by=by)
    assert hours_public(article) == [3, 4, 5, 6]


def test_a_piece_stopped_before_its_moment_cannot_be_released_after_its_end(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + HOUR, expires_at=NOON + 2 * HOUR)
    publish.hold(publication, by=by)
    clock.now = NOON + 3 * HOUR
    with pytest.raises(NotReady):
        publish.release(publication, by=by)
    publish.expire(publication, by=by, at=None)
    publish.release(publication, by=by)
    assert hours_public(article) == [3, 4, 5, 6]


def test_a_withdrawn_piece_is_gone_for_good(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.publish(article, by=by)
    clock.now = NOON + HOUR
    publish.withdraw(publication, by=by, notice="本稿已撤回。")
    assert (hours_public(article), publication.notice, publication.withdrawn_at) == ([], "本稿已撤回。", NOON + HOUR)
    assert recorded(article)[1:] == [(Act.WITHDRAWN, by.pk, 1)]
    assert article.history.get(act=Act.WITHDRAWN).note == "本稿已撤回。"


def test_an_archive_piece_is_public_from_its_printed_day_until_compared_with_a_notice(db, clock):
    article, by = printed(), make_publisher()
    publication = publish.publish_archive(article, at=NOON - 2 * HOUR, by=by)
    assert hours_public(article) == [-2, -1, 0, 1, 2, 3, 4, 5, 6]
    assert (publication.origin, publication.awaits_comparison) == (Origin.ARCHIVE, True)
    publish.confirm_print(publication, by=by)
    assert (publication.awaits_comparison, publication.compared_by, publication.compared_at) == (False, by, NOON)
    assert recorded(article) == [(Act.PUBLISHED, by.pk, 1), (Act.COMPARED, by.pk, 1)]


def test_an_import_may_have_nobody_who_published_it(db, clock):
    article = make_article()
    publish.publish_archive(article, at=NOON, recorded_at=NOON + HOUR)
    assert article.history.filter(act=Act.PUBLISHED).values_list("by", "at").get() == (None, NOON + HOUR)


def test_an_edited_archive_piece_that_is_published_has_left_print_behind(db, clock):
    article, by = make_article(), make_publisher()
    archived = publish.publish_archive(article, at=NOON - HOUR)
    revise(article)
    publication = publish.publish(article, by=by)
    assert (archived.origin, publication.origin) == (Origin.ARCHIVE, Origin.DESK)
    assert (publication.awaits_comparison, publication.from_print, publication.version.number) == (False, True, 2)
    assert publication.first_published_at == NOON - HOUR


def test_the_recycle_bin_takes_a_draft_and_gives_it_back(db, clock):
    article, by = make_article(), make_publisher()
    trash.trash(article, by=by)
    assert list(Article.objects.kept()) == []
    assert Article.objects.with_state().get().state == State.TRASHED
    trash.restore(article, by=by)
    assert list(Article.objects.kept()) == [article]
    assert recorded(article) == [(Act.TRASHED, by.pk, None), (Act.RESTORED, by.pk, None)]


def test_the_newest_version_is_released_also_from_an_older_copy_of_the_piece(db):
    article = make_approved_article()
    older = Article.objects.get()
    revise(article)
    assert publish.publish(older, by=make_publisher()).version.number == 2


def test_a_version_that_is_no_longer_the_newest_is_not_released_unread(db, clock):
    article, by = make_approved_article(), make_publisher()
    revise(article)
    for release in (publish.publish, lambda article, **seen: publish.schedule(article, at=NOON + HOUR, **seen)):
        with pytest.raises(StaleSave):
            release(article, by=by, version=1)
    assert (hours_public(article), recorded(article)) == ([], [(Act.EDITED, None, 2)])
    assert publish.publish(article, by=by, version=2).version.number == 2


# --- what never moves ------------------------------------------------------------------------------------


def test_the_first_moment_and_the_address_never_move_once_public(db, clock):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + HOUR)
    clock.now = NOON + 30 * HOUR
    acts = (
        lambda: revise(article),
        lambda: publish.publish(article, by=by),
        lambda: publish.hold(publication, by=by),
        lambda: publish.release(publication, by=by),
        lambda: revise(article),
        lambda: publish.publish(article, by=by, expires_at=NOON + 90 * HOUR),
        lambda: publish.expire(publication, by=by, at=None),
        lambda: publish.withdraw(publication, by=by),
    )
    for act in acts:
        clock.now += HOUR
        act()
        publication.refresh_from_db()
        assert (publication.first_published_at, publication.published_at) == (NOON + HOUR, NOON + HOUR)
        assert publication.get_absolute_url() == f"/2023/11/23/{article.pk}/"


def test_a_piece_published_after_midnight_in_shanghai_has_the_address_of_the_new_day(db, clock):
    clock.now = datetime(2023, 11, 23, 16, tzinfo=UTC)
    article = make_approved_article()
    assert publish.publish(article, by=make_publisher()).get_absolute_url() == f"/2023/11/24/{article.pk}/"


@pytest.mark.parametrize(("stop", "hours", "never"), [("hold", 0, True), ("hold", 2, False), ("withdraw", 0, True), ("withdraw", 2, False)])  # fmt: skip
def test_whether_a_stopped_piece_was_ever_public_depends_on_when_it_was_stopped(db, clock, stop, hours, never):
    article, by = make_approved_article(), make_publisher()
    publication = publish.schedule(article, by=by, at=NOON + HOUR)
    clock.now = NOON + hours * HOUR
    getattr(publish, stop)(publication, by=by)
    clock.now = NOON + 9 * HOUR
    assert publish.was_never_public(publication) is never


def test_a_story_stays_as_it_is_while_its_next_version_is_written(client, clock):
    article = make_approved_article(
        headline="旧标题", body="旧正文。", credits=[(Role.AUTHOR, "张三")], captions=["旧图说"]
    )
    by = make_publisher()
    address = publish.publish(article, by=by).get_absolute_url()
    before = client.get(address)
    assert (before.status_code, "旧标题" in before.content.decode()) == (200, True)

    article.headline, article.body, article.kicker, article.printed_byline = "新标题", "新正文。", "引题", "（李四）"
    article.save()
    article.bylines.all().delete()
    article.figures.update(caption="新图说", alt="描述")
    Figure.objects.create(article=article, photo=Photo.objects.create(), caption="又一张")
    assert client.get(address).content == before.content
    assert save_version(article, by=by).number == 2
    assert client.get(address).content == before.content

    approve(article)
    publish.publish(article, by=by)
    after = client.get(address).content.decode()
    assert [word in after for word in ("旧标题", "旧正文", "旧图说", "张三")] == [False] * 4
    assert [word in after for word in ("新标题", "新正文", "新图说", "又一张", "（李四）")] == [True] * 5


# --- refusals --------------------------------------------------------------------------------------------


def standing(article):
    """Everything that an act could have changed."""
    rows = (Publication, HistoryEntry, Article)
    return [list(model.objects.order_by("pk").values()) for model in rows] + [hours_public(article)]


def draft(by):
    return make_approved_article()


def transcribed(by):
    return printed()


def scheduled(by):
    article = make_approved_article()
    publish.schedule(article, by=by, at=NOON + HOUR)
    return article


def live(by):
    article = make_approved_article()
    publish.publish(article, by=by)
    return article


def revised(by):
    article = live(by)
    revise(article)
    return article


def held(by):
    article = live(by)
    publish.hold(article.publication, by=by)
    return article


def withdrawn(by):
    article = live(by)
    publish.withdraw(article.publication, by=by)
    return article


def printed():
    """A piece that ran in print before it was transcribed."""
    article = make_article()
    Placement.objects.create(article=article, page=make_page())
    return article


def archived(by):
    article = printed()
    publish.publish_archive(article, at=NOON, by=by)
    return article


def compared(by):
    article = archived(by)
    publish.confirm_print(article.publication, by=by)
    return article


def trashed(by):
    article = make_article()
    trash.trash(article, by=by)
    return article


ACTS = {
    "publish": lambda article, by: publish.publish(article, by=by),
    "publish, ended": lambda article, by: publish.publish(article, by=by, expires_at=NOON),
    "schedule": lambda article, by: publish.schedule(article, by=by, at=NOON + 3 * HOUR),
    "schedule for now": lambda article, by: publish.schedule(article, by=by, at=NOON),
    "schedule, ended": lambda article, by: publish.schedule(article, by=by, at=NOON + HOUR, expires_at=NOON + HOUR),
    "archive": lambda article, by: publish.publish_archive(article, by=by, at=NOON),
    "expire": lambda article, by: publish.expire(article.publication, by=by, at=NOON + 3 * HOUR),
    "expire before it begins": lambda article, by: publish.expire(article.publication, by=by, at=NOON),
    "hold": lambda article, by: publish.hold(article.publication, by=by),
    "release": lambda article, by: publish.release(article.publication, by=by),
    "withdraw": lambda article, by: publish.withdraw(article.publication, by=by),
    "confirm": lambda article, by: publish.confirm_print(article.publication, by=by),
    "trash": lambda article, by: trash.trash(article, by=by),
    "restore": lambda article, by: trash.restore(article, by=by),
}


@pytest.mark.parametrize(
    ("state", "act", "refusal"),
    [
        (draft, "publish, ended", NotReady),
        (draft, "schedule for now", TooLate),
        (draft, "schedule, ended", NotReady),
        (draft, "restore", AlreadyDone),
        (scheduled, "expire before it begins", NotReady),
        (scheduled, "trash", MoveRefused),
        (live, "publish", AlreadyDone),
        (live, "schedule", TooLate),
        (live, "expire before it begins", NotReady),
        (live, "release", AlreadyDone),
        (live, "confirm", AlreadyDone),
        (live, "archive", AlreadyDone),
        (live, "trash", MoveRefused),
        (held, "publish", AlreadyDone),
        (held, "schedule", AlreadyDone),
        (held, "hold", AlreadyDone),
        (held, "trash", MoveRefused),
        (withdrawn, "publish", AlreadyDone),
        (withdrawn, "schedule", AlreadyDone),
        (withdrawn, "archive", AlreadyDone),
        (withdrawn, "expire", AlreadyDone),
        (withdrawn, "hold", AlreadyDone),
        (withdrawn, "release", AlreadyDone),
        (withdrawn, "withdraw", AlreadyDone),
        (archived, "publish", AlreadyDone),
        (archived, "archive", AlreadyDone),
        (compared, "confirm", AlreadyDone),
        (trashed, "publish", NotReady),
        (trashed, "schedule", NotReady),
        (trashed, "archive", NotReady),
        (trashed, "trash", AlreadyDone),
    ],
)
def test_an_act_out_of_turn_is_refused_and_changes_nothing(db, clock, state, act, refusal):
    by = make_publisher()
    article = state(by)
    before = standing(article)
    with pytest.raises(MoveRefused) as refused:
        ACTS[act](article, by)
    assert type(refused.value) is refusal
    assert standing(article) == before


@pytest.mark.parametrize(
    ("state", "act", "needed"),
    [
        (draft, "publish", "publish_article"),
        (draft, "schedule", "publish_article"),
        (transcribed, "archive", "publish_article"),
        (revised, "publish", "publish_article"),
        (live, "expire", "publish_article"),
        (live, "hold", "publish_article"),
        (held, "release", "publish_article"),
        (archived, "confirm", "publish_article"),
        (live, "withdraw", "withdraw_article"),
    ],
)
def test_an_act_needs_its_own_permission(db, clock, state, act, needed):
    article = state(make_publisher())
    before = standing(article)
    (other,) = {"publish_article", "withdraw_article"} - {needed}
    with pytest.raises(MoveRefused):
        ACTS[act](article, make_editor(other))
    assert standing(article) == before
    ACTS[act](article, make_editor(needed))
    assert standing(article) != before


def test_the_recycle_bin_takes_a_withdrawn_piece_which_stays_withdrawn(db, clock):
    by = make_publisher()
    article = withdrawn(by)
    trash.trash(article, by=by)
    trash.restore(article, by=by)
    assert Article.objects.with_state().get().state == State.WITHDRAWN


def test_a_piece_that_somebody_else_put_into_the_recycle_bin_is_not_published_from_an_older_copy(db):
    article, by = make_article(), make_publisher()
    older = Article.objects.get()
    trash.trash(article, by=by)
    with pytest.raises(NotReady):
        publish.publish(older, by=by)
    assert Publication.objects.count() == 0


def test_a_reprint_is_not_released_before_it_names_its_source_author_and_headline(db, clock):
    by = make_publisher()
    article = make_approved_article(genre="reprint", source_name="洛阳日报", source_author="李四")
    with pytest.raises(NotReady):
        publish.publish(article, by=by)
    article.source_headline = "原题"
    article.save()
    save_version(article, by=by)
    approve(article)
    publish.publish(article, by=by)
    assert hours_public(article) == [0, 1, 2, 3, 4, 5, 6]


# --- states ----------------------------------------------------------------------------------------------

HOURS = st.integers(-3, 6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    published=HOURS,
    lasts=st.none() | st.integers(1, 5),
    held=st.booleans(),
    withdrawn=st.none() | HOURS,
    at=HOURS,
)
def test_the_state_says_published_exactly_when_the_public_may_read_it(db, published, lasts, held, withdrawn, at):
    article = Article.objects.first() or archived(make_publisher())
    begins = NOON + published * HOUR
    Publication.objects.update(
        first_published_at=begins,
        published_at=begins,
        expires_at=None if lasts is None else begins + lasts * HOUR,
        held=held,
        withdrawn_at=None if withdrawn is None else NOON + withdrawn * HOUR,
    )
    moment = NOON + at * HOUR
    state = Article.objects.with_state(at=moment).get().state
    assert (state == State.LIVE) is Article.objects.live(at=moment).filter(pk=article.pk).exists()
    if withdrawn is not None:
        assert state == State.WITHDRAWN
    elif held:
        assert state == State.HELD
    elif at < published:
        assert state == State.SCHEDULED
    elif lasts is not None and at >= published + lasts:
        assert state == State.EXPIRED
    else:
        assert state == State.LIVE


def test_a_piece_without_publication_is_a_draft(db):
    make_article()
    assert Article.objects.with_state().get().state == State.DRAFT


def test_the_address_of_a_story_is_named(db, clock):
    article = live(make_publisher())
    assert article.publication.get_absolute_url() == reverse("story", args=[2023, 11, 23, article.pk])


def test_a_scheduled_piece_can_be_taken_out_of_the_schedule_with_its_signatures_and_released_later(db):
    by, article = make_publisher(), make_approved_article()
    publication = publish.schedule(article, by=by, at=timezone.now() + HOUR)
    publish.unschedule(publication, by=by)
    article = Article.objects.with_state().get(pk=article.pk)
    assert (article.state, article.released, ListEntry.objects.count()) == (State.APPROVED, False, 0)
    assert article.history.first().act == Act.UNSCHEDULED
    publish.publish(article, by=by)
    assert article in Article.objects.live()


def test_what_is_public_is_not_taken_out_of_a_schedule(db):
    by = make_publisher()
    publication = make_live_article(by=by).publication
    with pytest.raises(TooLate):
        publish.unschedule(publication, by=by)
    with pytest.raises(MoveRefused):
        publish.unschedule(publish.schedule(make_approved_article(), by=by, at=timezone.now() + HOUR), by=make_editor())
    assert Publication.objects.count() == 2
