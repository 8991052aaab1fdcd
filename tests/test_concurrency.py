"""What happens when several people press at once: real threads, real transactions, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from articles import listing, publish, review, search_index, trash
from articles.models import (
    Article,
    Campaign,
    CampaignTag,
    HistoryEntry,
    ListEntry,
    Publication,
    SearchText,
    SignOff,
    Version,
)
from articles.refusals import AlreadyDone, MoveRefused, StaleSave
from articles.search import search
from articles.versions import claim, save_version
from articles.vocabulary import Act, Stage

from .factories import (
    approve,
    make_approved_article,
    make_article,
    make_editor,
    make_live_article,
    make_publisher,
)

ROUNDS = 4  # how often two acts that might collide are tried


def at_once(*acts):
    """Do each act in a thread and with a connection of its own, all begun together: the results, a refusal as its type."""
    ready = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            ready.wait(timeout=20)
            return act()
        except MoveRefused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def count(act):
    return HistoryEntry.objects.filter(act=act).count()


def in_step(article):
    """Whether the lists show the piece exactly when it is public."""
    return (
        ListEntry.objects.filter(publication__article=article).exists()
        == Article.objects.live().filter(pk=article.pk).exists()
    )


def test_of_five_saves_from_one_base_exactly_one_wins(transactional_db):
    pk, by = make_article().pk, make_publisher()

    def save(headline):
        with transaction.atomic():
            claim(pk, 1)
            article = Article.objects.get(pk=pk)
            article.headline = headline
            article.save()
            return save_version(article, by=by).title

    outcomes = at_once(*(lambda n=n: save(f"第{n}稿") for n in range(5)))
    (winner,) = [outcome for outcome in outcomes if outcome is not StaleSave]
    article = Article.objects.get()
    assert outcomes.count(StaleSave) == 4
    assert (article.headline, article.version_number) == (winner, 2)
    assert list(Version.objects.order_by("number").values_list("number", "title"))[1:] == [(2, winner)]
    assert count(Act.EDITED) == 1


def test_of_five_snapshots_of_one_base_exactly_one_is_taken(transactional_db):
    make_article()
    copies = [Article.objects.get() for _ in range(5)]
    for n, copy in enumerate(copies):
        copy.headline = f"第{n}稿"
    outcomes = at_once(*(lambda copy=copy: save_version(copy, by=None).number for copy in copies))
    assert sorted(map(str, outcomes)) == ["2"] + [str(StaleSave)] * 4
    assert list(Version.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_twenty_pieces_entered_at_once_get_twenty_numbers_in_a_row(transactional_db):
    noon = datetime(2023, 11, 23, 4, tzinfo=UTC)
    numbers = at_once(*(lambda: make_article(created_at=noon).number for _ in range(20)))
    assert sorted(numbers) == [f"2023-1123-{n:03}" for n in range(1, 21)]


def test_two_who_publish_a_draft_at_once_leave_one_publication(transactional_db):
    by = make_publisher()
    for done in range(1, ROUNDS + 1):
        article = make_approved_article()
        copies = [Article.objects.get(pk=article.pk) for _ in range(2)]
        outcomes = at_once(*(lambda copy=copy: publish.publish(copy, by=by).pk for copy in copies))
        publication = Publication.objects.get(article=article)
        assert sorted(map(str, outcomes)) == sorted([str(publication.pk), str(AlreadyDone)])
        assert (count(Act.PUBLISHED), in_step(article)) == (done, True)


def test_two_who_bring_in_an_archive_piece_at_once_leave_one_publication(transactional_db):
    noon = datetime(2023, 11, 23, 4, tzinfo=UTC)
    for done in range(1, ROUNDS + 1):
        article = make_article()
        copies = [Article.objects.get(pk=article.pk) for _ in range(2)]
        outcomes = at_once(*(lambda copy=copy: publish.publish_archive(copy, at=noon).article_id for copy in copies))
        assert sorted(map(str, outcomes)) == sorted([str(article.pk), str(AlreadyDone)])
        assert (count(Act.PUBLISHED), in_step(article)) == (done, True)


@pytest.mark.parametrize(("act", "word"), [(publish.hold, Act.HELD), (publish.withdraw, Act.WITHDRAWN)])
def test_of_two_who_press_the_same_button_one_is_told_that_it_is_done(transactional_db, act, word):
    by = make_publisher()
    for done in range(1, ROUNDS + 1):
        article = make_live_article()
        copies = [Publication.objects.get(article=article) for _ in range(2)]
        outcomes = at_once(*(lambda copy=copy: act(copy, by=by) for copy in copies))
        assert sorted(map(str, outcomes)) == sorted([str(None), str(AlreadyDone)])
        assert (count(word), ListEntry.objects.count(), in_step(article)) == (done, 0, True)


def test_publishing_and_withdrawing_at_once_end_withdrawn(transactional_db):
    by = make_publisher()
    for done in range(1, ROUNDS + 1):
        article = make_live_article()
        article.headline = "新标题"
        article.save()
        save_version(article, by=by)
        approve(article)
        published = count(Act.PUBLISHED)
        publication = Publication.objects.get(article=article)
        outcomes = at_once(
            lambda article=article: publish.publish(article, by=by).version.number,
            lambda publication=publication: publish.withdraw(publication, by=by),
        )
        assert outcomes in ([2, None], [AlreadyDone, None])
        publication.refresh_from_db()
        assert publication.withdrawn_at is not None
        assert publication.version.number == (2 if outcomes[0] == 2 else 1)
        assert (count(Act.PUBLISHED) - published, count(Act.WITHDRAWN)) == (outcomes[0] == 2, done)
        assert (ListEntry.objects.count(), in_step(article)) == (0, True)


def test_a_piece_is_either_in_review_or_in_the_recycle_bin(transactional_db):
    by = make_editor("*")
    for _ in range(ROUNDS):
        article = make_article()
        copies = [Article.objects.get(pk=article.pk) for _ in range(2)]
        outcomes = at_once(
            lambda copies=copies: review.submit(copies[0], by=by).article_id,
            lambda copies=copies: trash.trash(copies[1], by=by),
        )
        assert outcomes in ([article.pk, MoveRefused], [MoveRefused, None])
        assert article.reviews.open().exists() is (outcomes[0] == article.pk)


def test_a_piece_held_while_somebody_files_it_is_in_no_list(transactional_db):
    article, by = make_live_article(), make_publisher()
    campaign, held, asked = Campaign.objects.create(name="五星"), Event(), Event()

    def hold():
        with transaction.atomic():
            publish.hold(Publication.objects.get(), by=by)
            held.set()
            asked.wait(timeout=20)

    def file_under():
        held.wait(timeout=20)
        with connection.execute_wrapper(note_question):
            listing.refresh(article)

    def note_question(execute, sql, params, many, context):
        if "articles_publication" in sql and "FOR UPDATE" in sql or connection.vendor == "sqlite":
            asked.set()  # the question is about to wait for the other's transaction
        return execute(sql, params, many, context)

    CampaignTag.objects.create(content_object=article, tag=campaign)
    at_once(hold, file_under)
    assert (ListEntry.objects.count(), in_step(article)) == (0, True)


# --- reviews ---------------------------------------------------------------------------------------------


def in_first_review():
    """A piece in review, and the hash of its text."""
    article = make_article()
    review.submit(article, by=make_editor("change_article"))
    return article, article.versions.get().sha256


def signing(article, by, digest, stage=Stage.FIRST_REVIEW):
    copy = Article.objects.get(pk=article.pk)
    return lambda: review.sign(copy, by=by, stage=stage, sha256=digest).by.pk


def test_a_double_tap_on_a_signature_signs_once(transactional_db):
    by = make_editor("sign_first_review")
    for _ in range(ROUNDS):
        article, digest = in_first_review()
        outcomes = at_once(signing(article, by, digest), signing(article, by, digest))
        assert sorted(map(str, outcomes)) == sorted([str(by.pk), str(AlreadyDone)])
        assert SignOff.objects.filter(review__article=article).count() == 1
        assert article.history.filter(act=Act.SIGNED).count() == 1


def test_of_two_who_sign_one_stage_at_once_one_does(transactional_db):
    people = [make_editor("sign_first_review") for _ in range(2)]
    for _ in range(ROUNDS):
        article, digest = in_first_review()
        outcomes = at_once(*(signing(article, by, digest) for by in people))
        assert outcomes.count(MoveRefused) == 1
        assert SignOff.objects.get(review__article=article).by_id in outcomes


def test_a_save_and_a_signature_at_once_leave_no_signature_on_a_text_that_was_not_read(transactional_db):
    by = make_editor("sign_first_review")
    for _ in range(ROUNDS):
        article, digest = in_first_review()
        copy = Article.objects.get(pk=article.pk)

        def save(copy=copy):
            with transaction.atomic():
                claim(copy.pk, copy.revision)
                copy.body = "改过的正文。"
                copy.save()
                return save_version(copy, by=by).number

        saved, signed = at_once(save, signing(article, by, digest))
        assert (saved, signed in (by.pk, StaleSave)) == (2, True)
        assert [sign_off.version.sha256 for sign_off in SignOff.objects.filter(review__article=article)] in (
            [digest],
            [],
        )
        article.refresh_from_db()
        assert review.course_of(article).complete is False


def test_a_signature_with_release_tapped_twice_releases_once(transactional_db):
    chief = make_editor("sign_final_review", "publish_article")
    for _ in range(ROUNDS):
        article, digest = in_first_review()
        for stage, name in ((Stage.FIRST_REVIEW, "sign_first_review"), (Stage.SECOND_REVIEW, "sign_second_review")):
            review.sign(article, by=make_editor(name), stage=stage, sha256=digest)
        copies = [Article.objects.get(pk=article.pk) for _ in range(2)]
        outcomes = at_once(
            *(
                lambda copy=copy, digest=digest: publish.sign_and_release(copy, by=chief, sha256=digest).stage
                for copy in copies
            )
        )
        assert sorted(map(str, outcomes)) == sorted([str(Stage.FINAL_REVIEW), str(AlreadyDone)])
        assert (count_of(article, Act.PUBLISHED), in_step(article), article.reviews.open().exists()) == (1, True, False)


def test_a_signature_and_a_return_at_once_leave_one_consistent_round(transactional_db):
    first, second = make_editor("sign_first_review"), make_editor("sign_first_review")
    for _ in range(ROUNDS):
        article, digest = in_first_review()
        decided = {"by": second, "stage": Stage.FIRST_REVIEW, "sha256": digest, "opinion": "请改。"}
        copy = Article.objects.get(pk=article.pk)
        outcomes = at_once(
            signing(article, first, digest),
            lambda copy=copy, decided=decided: review.send_back(copy, **decided).by.pk,
        )
        assert outcomes in ([first.pk, second.pk], [AlreadyDone, second.pk])
        assert article.reviews.get().outcome == "returned"


def test_two_who_submit_at_once_open_one_round(transactional_db):
    by = make_editor("change_article")
    for _ in range(ROUNDS):
        article = make_article()
        copies = [Article.objects.get(pk=article.pk) for _ in range(2)]
        outcomes = at_once(*(lambda copy=copy: review.submit(copy, by=by).article_id for copy in copies))
        assert sorted(map(str, outcomes)) == sorted([str(article.pk), str(AlreadyDone)])


@pytest.mark.parametrize("meanwhile", ["submit", "recall"])
def test_a_withdrawal_is_never_refused_by_a_round_that_begins_or_ends_meanwhile(transactional_db, meanwhile):
    by = make_editor("*")
    for _ in range(ROUNDS):
        article = make_live_article()
        article.headline = "新标题"
        article.save()
        save_version(article, by=by)
        if meanwhile == "recall":
            review.submit(article, by=by)
        copy, publication = Article.objects.get(pk=article.pk), Publication.objects.get(article=article)
        at_once(
            lambda copy=copy: getattr(review, meanwhile)(copy, by=by),
            lambda publication=publication: publish.withdraw(publication, by=by),
        )
        publication.refresh_from_db()
        assert (publication.withdrawn_at is None, article.reviews.open().exists(), in_step(article)) == (
            False,
            False,
            True,
        )


def count_of(article, act):
    return article.history.filter(act=act).count()


def test_search_finds_what_is_public_whoever_saves_holds_and_rebuilds_at_once(transactional_db):
    by, everybody = make_publisher(), make_editor("*")
    for number in range(ROUNDS):
        article = make_live_article(by=by, body=f"第{number}回说的是葡萄。")

        def save(pk=article.pk):
            with transaction.atomic():
                found = Article.objects.get(pk=pk)
                found.body = "新稿说的是石榴。"
                found.save()
                return save_version(found, by=by)

        def hold(pk=article.publication.pk):
            publish.hold(Publication.objects.get(pk=pk), by=everybody)

        at_once(save, hold, lambda pk=article.pk: search_index.index_all([pk], anew=True))
        rows = SearchText.objects.filter(article=article)
        assert [(row.newest, row.published_at) for row in rows] == [(True, None)]
        assert (set(search(Article.objects.live(), "葡萄")), rows.get().text.count("石榴")) == (set(), 1)
