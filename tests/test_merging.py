"""One person in two rows: merged for good, and everything that named either leads to the row that stays."""

from datetime import date
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import freshness, listing, merging, publish, versions
from articles.classify import classification, settle
from articles.models import (
    Affiliation,
    Article,
    Byline,
    ContactDetails,
    Contributor,
    HistoryEntry,
    ListEntry,
    Publication,
    Unit,
    Version,
)
from articles.refusals import AlreadyDone, MoveRefused, StaleSave
from articles.versions import save_version
from articles.vocabulary import Act, Role
from tests.factories import approve, make_article, make_editor, make_publisher
from tests.page import read
from tests.test_concurrency import ROUNDS, at_once

LIST = "/admin/articles/contributor/"
MERGE = "/admin/articles/contributor/merge/"


def make_contributor(name="张三", **fields):
    return Contributor.objects.create(name=name, **fields)


def make_uncleaned(name="张　三", **fields):
    """A row from before names were cleaned."""
    contributor = make_contributor(**fields)
    Contributor.objects.filter(pk=contributor.pk).update(name=name)
    contributor.refresh_from_db()
    return contributor


def credits_of(article):
    return [(line.position, line.role, line.contributor) for line in article.bylines.all()]


def make_credited(*credits, live=True, **fields):
    """A piece credited to these (role, contributor), published unless `live` is false."""
    article = make_article(**fields)
    for position, (role, contributor) in enumerate(credits, 1):
        Byline.objects.create(article=article, position=position, role=role, contributor=contributor)
    by = make_publisher()
    save_version(article, by=by)
    if live:
        publish.publish(approve(article), by=by)
    return article


# --- names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张　三", "张三"),
        ("　张 三　", "张三"),
        ("张\u200b三", "张三"),
        ("John   Smith", "John Smith"),
        ("买买提 · 阿不都", "买买提·阿不都"),
        ("李 Anna", "李 Anna"),
        ("ＡＢ", "ＡＢ"),
    ],
)
def test_a_name_is_kept_without_blanks_where_it_is_chinese(db, typed, kept):
    contributor = make_contributor(typed)
    contributor.save()
    assert Contributor.objects.get().name == kept


@pytest.mark.parametrize(
    "words",
    ["张三", "张　三", "张 三", "zhangsan", "zhang san", "Zhang San", "zs", "三", "宣传部", "张三 宣传部", "摄影"],
)
def test_a_contributor_is_found_by_name_letters_unit_and_note(db, words):
    contributor = make_uncleaned(note="摄影")
    make_contributor("李四", note="文字")
    Affiliation.objects.create(contributor=contributor, unit=Unit.objects.create(name="嵩县县委宣传部"))
    assert list(Contributor.objects.called(words)) == [contributor]


def test_a_name_in_latin_letters_is_found_in_any_width_and_case(db):
    wide, narrow = make_contributor("ＡＢＣ公司"), make_contributor("abc公司")
    for words in ("ABC公司", "ａｂｃ公司", "abc"):
        assert set(Contributor.objects.called(words)) == {wide, narrow}


def test_the_name_itself_stands_before_its_beginnings_and_those_before_the_rest(db):
    rest, beginning, itself = (make_contributor(name) for name in ("小张三", "张三丰", "张三"))
    assert list(Contributor.objects.called("张三")) == [itself, beginning, rest]


def test_the_present_unit_is_the_one_whose_days_hold(db):
    contributor, today = make_contributor(), date(2023, 11, 23)
    old, new, coming = (Unit.objects.create(name=name) for name in ("旧单位", "新单位", "将来单位"))
    days = (
        (old, date(2001, 1, 1), date(2019, 12, 31)),
        (new, date(2020, 1, 1), None),
        (coming, date(2024, 1, 1), None),
    )
    for unit, first, last in days:
        Affiliation.objects.create(contributor=contributor, unit=unit, from_day=first, to_day=last)
    assert [affiliation.unit for affiliation in contributor.affiliations.current(today)] == [new]
    assert [affiliation.unit for affiliation in contributor.affiliations.current(date(2019, 12, 31))] == [old]


# --- what a merge moves ----------------------------------------------------------------------------------


def test_credits_move_to_the_row_that_stays_and_one_remains_of_two_in_a_role(db):
    stays, gone, other = make_contributor(), make_uncleaned(), make_contributor("李四")
    reporter, photo = Role.REPORTER, Role.PHOTO
    before = make_credited((reporter, gone), (reporter, other), (reporter, stays))
    behind = make_credited((reporter, stays), (reporter, other), (reporter, gone))
    roles = make_credited((reporter, gone), (photo, stays))
    merging.merge(stays, [gone], by=make_editor())
    assert credits_of(before) == [(1, reporter, stays), (2, reporter, other)]
    assert credits_of(behind) == [(1, reporter, stays), (2, reporter, other)]
    assert credits_of(roles) == [(1, reporter, stays), (2, photo, stays)]


def test_several_rows_are_merged_at_once_also_where_one_piece_credits_them_all(db):
    stays, first, second = make_contributor(), make_uncleaned(), make_uncleaned("张 三")
    article = make_credited((Role.AUTHOR, second), (Role.AUTHOR, first), (Role.AUTHOR, stays))
    merging.merge(stays, [first, second], by=make_editor())
    assert credits_of(article) == [(1, Role.AUTHOR, stays)]
    assert set(stays.merged.all()) == {first, second}


def test_what_was_merged_before_leads_to_the_row_that_stays_now(db):
    first, second, third = (make_contributor() for _ in range(3))
    by = make_editor()
    merging.merge(second, [first], by=by)
    merging.merge(third, [second], by=by)
    assert set(Contributor.objects.values_list("pk", "merged_into")) == {
        (first.pk, third.pk),
        (second.pk, third.pk),
        (third.pk, None),
    }


def test_affiliations_move_and_none_stands_twice(db):
    stays, gone, unit = make_contributor(), make_contributor(), Unit.objects.create(name="县委宣传部")
    begun = date(2020, 1, 1)
    for contributor, first in ((stays, begun), (gone, begun), (gone, None)):
        Affiliation.objects.create(contributor=contributor, unit=unit, from_day=first)
    merging.merge(stays, [gone], by=make_editor())
    assert set(Affiliation.objects.values_list("contributor", "from_day")) == {(stays.pk, begun), (stays.pk, None)}
    assert Affiliation.objects.count() == 2


def test_an_account_moves_and_two_are_refused_in_words(db):
    account = make_editor(username="zhangsan")
    stays, gone, third = (
        make_contributor(),
        make_contributor(account=account),
        make_contributor(account=make_editor(username="zs")),
    )
    merging.merge(stays, [gone], by=account)
    stays.refresh_from_db()
    assert (stays.account, Contributor.objects.get(pk=gone.pk).account) == (account, None)
    with pytest.raises(MoveRefused, match="zhangsan.*zs"):
        merging.merge(stays, [third], by=account)
    assert Contributor.objects.get(pk=third.pk).merged_into is None


def test_contact_data_move_to_a_row_without_any_and_are_never_thrown_away(db):
    stays, gone, third = make_contributor(), make_contributor(), make_contributor()
    ContactDetails.objects.create(contributor=gone, phone="13800000001")
    merging.merge(stays, [gone], by=make_editor())
    assert stays.contact.phone == "13800000001"
    ContactDetails.objects.create(contributor=third, phone="13800000002")
    with pytest.raises(MoveRefused):
        merging.merge(stays, [third], by=make_editor())
    assert set(ContactDetails.objects.values_list("contributor", "phone")) == {
        (stays.pk, "13800000001"),
        (third.pk, "13800000002"),
    }


def test_a_merge_is_recorded_with_both_rows_and_renews_the_public_pages(db):
    stays, gone, by = make_contributor(), make_uncleaned(), make_editor()
    freshness.forget()
    before = freshness.key()
    merging.merge(stays, [gone], by=by)
    entry = HistoryEntry.objects.get(act=Act.MERGED)
    assert (entry.article, entry.by) == (None, by)
    assert entry.note == f"张　三 #{gone.pk} → 张三 #{stays.pk}"
    assert [merging.merges_of(row) for row in (stays, gone)] == [[entry], [entry]]
    freshness.forget()
    assert freshness.key() != before


def test_the_merges_of_a_contributor_are_those_that_name_its_whole_number(db):
    HistoryEntry.objects.record(None, Act.MERGED, by=None, note="张　三 #112 → 张三 #21")
    found = {pk: len(merging.merges_of(Contributor(pk=pk))) for pk in (1, 11, 12, 112, 2, 21)}
    assert found == {1: 0, 11: 0, 12: 0, 112: 1, 2: 0, 21: 1}


def test_versions_are_left_as_they_are_and_no_new_one_is_taken(db):
    stays, gone = make_contributor(), make_uncleaned()
    make_credited((Role.REPORTER, gone))
    before = list(Version.objects.values_list("pk", "content", "sha256"))
    merging.merge(stays, [gone], by=make_editor())
    assert list(Version.objects.values_list("pk", "content", "sha256")) == before


def test_a_form_that_was_open_meanwhile_is_stale(db):
    stays, gone = make_contributor(), make_uncleaned()
    credited, other = make_credited((Role.REPORTER, gone)), make_credited((Role.REPORTER, stays))
    seen = {article.pk: Article.objects.get(pk=article.pk).revision for article in (credited, other)}
    merging.merge(stays, [gone], by=make_editor())
    moved = {pk: Article.objects.get(pk=pk).revision - revision for pk, revision in seen.items()}
    assert moved == {credited.pk: 1, other.pk: 0}


@pytest.mark.parametrize("wrong", ["nobody", "itself", "only itself", "merged", "into a merged one", "deleted"])
def test_a_merge_that_cannot_be_meant_is_refused_and_changes_nothing(db, wrong):
    stays, gone, third = (make_contributor() for _ in range(3))
    by, unsaved = make_editor(), Contributor(pk=10**9)
    merging.merge(third, [gone], by=by)
    others = {
        "nobody": (stays, []), "itself": (stays, [stays, third]), "only itself": (stays, [stays]), "merged": (stays, [gone]),
        "into a merged one": (gone, [stays]), "deleted": (stays, [unsaved]),
    }  # fmt: skip
    before = list(Contributor.objects.order_by("pk").values())
    with pytest.raises(MoveRefused):
        merging.merge(*others[wrong], by=by)
    assert list(Contributor.objects.order_by("pk").values()) == before
    assert HistoryEntry.objects.filter(act=Act.MERGED).count() == 1


# --- what readers see ------------------------------------------------------------------------------------


def test_readers_are_led_to_the_row_that_stays_by_old_versions_lists_and_addresses(client, db):
    stays, gone = make_contributor(), make_uncleaned()
    old = make_credited((Role.REPORTER, gone), printed_byline="（记者 张　三）", headline="旧稿")
    new = make_credited((Role.REPORTER, stays), printed_byline="（记者 张三）", headline="新稿")
    merging.merge(stays, [gone], by=make_editor())
    story = read(client, Publication.objects.get(article=old).get_absolute_url()).main
    assert (stays.get_absolute_url(), "张　三") in story.links()
    assert read(client, stays.get_absolute_url()).main.stories() == [new.pk, old.pk]
    response = client.get(gone.get_absolute_url())
    assert (response.status_code, response["Location"]) == (301, stays.get_absolute_url())


def test_the_lists_are_those_that_refreshing_each_piece_would_write(db):
    stays, gone, second = make_contributor(), make_uncleaned(), make_uncleaned("张 三")
    pieces = [
        make_credited((Role.REPORTER, gone)), make_credited((Role.REPORTER, stays)), make_credited((Role.AUTHOR, second)),
        make_credited((Role.REPORTER, gone), (Role.PHOTO, stays), (Role.TEXT, second)), make_credited((Role.REPORTER, gone)),
    ]  # fmt: skip
    publish.hold(pieces[-1].publication, by=make_publisher())
    pieces[0].bylines.all().delete()  # the working copy has moved on; readers see the version
    merging.merge(stays, [gone, second], by=make_editor())
    assert [listing.refresh(piece) for piece in pieces] == [0] * 5
    assert ListEntry.objects.filter(facet__startswith="contributor:").count() == 4
    publish.release(pieces[-1].publication, by=make_publisher())
    facets = ListEntry.objects.filter(facet__startswith="contributor:").values_list("facet", flat=True)
    assert list(facets) == [f"contributor:{stays.uuid}"] * 5


def test_a_merge_asks_the_same_of_one_piece_and_of_many(db):
    def queries(pieces):
        stays, gone = make_contributor(), make_contributor()
        for _ in range(pieces):
            make_credited((Role.REPORTER, gone), (Role.REPORTER, stays))
        with CaptureQueriesContext(connection) as captured:
            merging.merge(stays, [gone], by=by)
        return len(captured)

    by = make_editor()
    assert queries(1) == queries(4)


# --- at once ---------------------------------------------------------------------------------------------


def save_with(article, contributor, by):
    """What the form of a piece does, crediting one more contributor."""
    with transaction.atomic():
        versions.claim(article.pk, Article.objects.get(pk=article.pk).revision)
        before = classification(article)
        Byline.objects.create(article=article, position=2, role=Role.PHOTO, contributor=contributor)
        merging.follow(article)
        save_version(article, by=by)
        versions.settle_revision(article)
        settle(article, before, by=by)


def on_merged_rows():
    return Byline.objects.filter(contributor__merged_into__isnull=False).count()


def test_two_merges_at_once_leave_one_row_that_everything_leads_to(transactional_db):
    by = make_editor()
    for _ in range(ROUNDS):
        one, two, three = (make_contributor() for _ in range(3))
        article = make_credited((Role.REPORTER, one), (Role.PHOTO, two), (Role.TEXT, three))
        outcomes = at_once(
            lambda one=one, two=two: merging.merge(one, [two], by=by),
            lambda one=one, two=two: merging.merge(two, [one], by=by),
            lambda two=two, three=three: merging.merge(three, [two], by=by),
        )
        assert outcomes.count(AlreadyDone) in (1, 2)
        assert on_merged_rows() == 0
        assert not Contributor.objects.filter(merged_into__merged_into__isnull=False).exists()
        assert listing.refresh(article) == 0


def test_a_save_and_a_merge_at_once_leave_no_credit_on_the_row_that_goes(transactional_db):
    by = make_publisher()
    for _ in range(ROUNDS):
        stays, gone = make_contributor(), make_contributor()
        article = make_credited((Role.REPORTER, gone))
        saved, _merged = at_once(
            lambda article=article, gone=gone: save_with(article, gone, by),
            lambda stays=stays, gone=gone: merging.merge(stays, [gone], by=by),
        )
        assert [line.contributor for line in article.bylines.all()] == [stays] * (1 if saved is StaleSave else 2)
        assert listing.refresh(article) == 0


def one_waits_for_the_other(first, second, table, lock):
    """Do `second` while the transaction of `first` is open; that one ends when the second asks for its lock on the table."""
    done, asked = Event(), Event()

    def note_question(execute, sql, params, many, context):
        if table in sql and sql.endswith(lock):
            asked.set()
        return execute(sql, params, many, context)

    def begin():
        with transaction.atomic():
            first()
            done.set()
            asked.wait(timeout=20)

    def follow():
        done.wait(timeout=20)
        if connection.vendor == "sqlite":
            asked.set()  # it waits with its first word
        with connection.execute_wrapper(note_question):
            second()

    return at_once(begin, follow)


def test_a_credit_that_waits_for_a_merge_goes_to_the_row_that_stays(transactional_db):
    stays, gone, by, article = make_contributor(), make_contributor(), make_publisher(), make_article()
    one_waits_for_the_other(
        lambda: merging.merge(stays, [gone], by=by),
        lambda: save_with(article, gone, by),
        "articles_contributor",
        "FOR NO KEY UPDATE",
    )
    assert credits_of(article) == [(2, Role.PHOTO, stays)]
    assert [credit["contributor"] for credit in article.versions.first().story["credits"]] == [str(stays.uuid)]


def test_a_merge_that_waits_for_a_save_finds_its_credit(transactional_db):
    stays, gone, by, article = make_contributor(), make_contributor(), make_publisher(), make_article()
    one_waits_for_the_other(
        lambda: save_with(article, gone, by),
        lambda: merging.merge(stays, [gone], by=by),
        "articles_contributor",
        "FOR UPDATE",
    )
    assert credits_of(article) == [(2, Role.PHOTO, stays)]


def test_of_two_opposite_merges_the_one_that_waits_is_refused(transactional_db):
    one, two, by = make_contributor(), make_contributor(), make_editor()
    outcomes = one_waits_for_the_other(
        lambda: merging.merge(one, [two], by=by),
        lambda: merging.merge(two, [one], by=by),
        "articles_contributor",
        "FOR UPDATE",
    )
    assert outcomes == [None, AlreadyDone]
    assert dict(Contributor.objects.values_list("pk", "merged_into")) == {one.pk: None, two.pk: one.pk}


def test_a_piece_that_is_released_during_a_merge_is_listed_under_the_row_that_stays(transactional_db):
    stays, gone, by = make_contributor(), make_contributor(), make_publisher()
    publication = make_credited((Role.REPORTER, gone)).publication
    publish.hold(publication, by=by)
    one_waits_for_the_other(
        lambda: publish.release(publication, by=by),
        lambda: merging.merge(stays, [gone], by=by),
        "articles_publication",
        "FOR UPDATE",
    )
    listed = ListEntry.objects.filter(facet__startswith="contributor:")
    assert [entry.facet for entry in listed] == [f"contributor:{stays.uuid}"]
