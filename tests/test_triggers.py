"""What the triggers of the database refuse, whoever asks: changed records, unsigned releases, reviews by writers."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from articles import publish, triggers
from articles.models import (
    Correction,
    HistoryEntry,
    Publication,
    Review,
    SignOff,
    StagesInForce,
    Version,
    Writer,
)
from articles.versions import save_version
from articles.vocabulary import CorrectionKind, Decision, Origin, Stage

from .factories import approve, make_approved_article, make_article, make_editor, make_live_article, make_reviewers


def refused(name):
    """The statement inside is refused by that trigger."""
    return _Refused(name)


class _Refused:
    def __init__(self, name):
        self.name, self.raises, self.atomic = name, pytest.raises(IntegrityError), transaction.atomic()

    def __enter__(self):
        self.caught = self.raises.__enter__()
        self.atomic.__enter__()

    def __exit__(self, *error):
        self.atomic.__exit__(*error)
        assert self.raises.__exit__(*error), self.name
        assert f"desk_{self.name}" in str(self.caught.value)
        return True


def a_row_of_each():
    """One row of every table that is only added to, with a column to change."""
    article = make_live_article(own_work_of=make_editor())
    version = article.versions.get()
    correction = Correction.objects.create(
        article=article, version=version, kind=CorrectionKind.APOLOGY, text="致歉。", made_by=make_editor()
    )
    return {
        "Version": (version, {"content": "{}"}),
        "Writer": (Writer.objects.get(), {"editor": make_editor()}),
        "HistoryEntry": (article.history.first(), {"note": "改过"}),
        "SignOff": (SignOff.objects.first(), {"opinion": "改过"}),
        "StagesInForce": (StagesInForce.objects.create(reviews=3, set_by=make_editor()), {"reviews": 1}),
        "Correction": (correction, {"text": "改过。"}),
    }


@pytest.mark.parametrize("name", triggers.APPEND_ONLY)
def test_a_row_that_is_only_added_is_neither_changed_nor_deleted(db, name):
    row, change = a_row_of_each()[name]
    rows = type(row).objects.filter(pk=row.pk)
    before = list(rows.values())
    with refused(f"{name.lower()}_is_only_added_update"):
        rows.update(**change)
    with refused(f"{name.lower()}_is_only_added_delete"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}")
    assert list(rows.values()) == before
    row.save()  # as it is: a fixture that is loaded twice does so


def test_postgresql_does_not_empty_a_table_that_is_only_added_to(db):
    if connection.vendor == "sqlite":  # it knows no TRUNCATE: a DELETE without a condition is one for each row
        make_article()
        with refused("historyentry_is_only_added_delete"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_historyentry")
        return
    with refused("historyentry_is_only_added_delete"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_historyentry")


def sign_off_of(article, **fields):
    version = article.versions.get(number=article.version_number)
    review = article.reviews.first() or Review.objects.create(article=article, version=version, opened_by=make_editor())
    return SignOff.objects.create(
        **{
            "review": review,
            "version": version,
            "sha256": version.sha256,
            "stage": Stage.FIRST_REVIEW,
            "decision": Decision.PASSED,
            "by": make_editor(),
        }
        | fields
    )


def test_a_sign_off_has_the_hash_of_its_version(db):
    with refused("sign_off_of_this_text_insert"):
        sign_off_of(make_article(), sha256="0" * 64)


def test_a_sign_off_is_on_a_version_of_the_piece_in_review(db):
    other = make_article().versions.get()
    with refused("sign_off_of_this_text_insert"):
        sign_off_of(make_article(), version=other, sha256=other.sha256)


def test_a_round_that_has_ended_takes_no_more_sign_offs(db):
    article = make_article()
    sign_off_of(article)
    Review.objects.update(closed_at=timezone.now(), closed_by=make_editor(), outcome="recalled")
    with refused("sign_off_of_this_text_insert"):
        sign_off_of(article, stage=Stage.SECOND_REVIEW)


def test_a_writer_signs_no_review_but_may_read_proof(db):
    writer = make_editor()
    article = make_article(own_work_of=writer)
    with refused("sign_off_not_by_a_writer_insert"):
        sign_off_of(article, by=writer)
    sign_off_of(article, by=writer, stage=Stage.FIRST_PROOF)
    sign_off_of(article, by=writer, decision=Decision.RETURNED, opinion="重写。")


def test_nobody_becomes_the_writer_of_a_version_that_they_signed(db):
    article, by = make_article(), make_editor()
    sign_off_of(article, by=by)
    with refused("writer_before_the_sign_offs_insert"):
        Writer.objects.create(version=article.versions.get(), editor=by)


# --- releases --------------------------------------------------------------------------------------------


def publication_of(article, **fields):
    version = article.versions.get(number=article.version_number)
    now = timezone.now()
    return Publication(
        **{
            "article": article,
            "version": version,
            "review": article.reviews.first(),
            "first_published_at": now,
            "published_at": now,
            "published_by": make_editor(),
        }
        | fields
    )


def test_a_version_that_lacks_a_signature_is_not_released(db):
    article = make_article()
    with refused("publication_of_signed_text_insert"):
        publication_of(article).save()
    first, second, final = make_reviewers()
    sign_off_of(article, by=first)
    sign_off_of(article, by=second, stage=Stage.SECOND_REVIEW)
    with refused("publication_of_signed_text_insert"):
        publication_of(article).save()
    sign_off_of(article, by=final, stage=Stage.FINAL_REVIEW)
    publication_of(article).save()


def test_the_signatures_of_another_round_do_not_count(db):
    article = make_approved_article()
    Review.objects.update(closed_at=timezone.now(), closed_by=make_editor(), outcome="recalled")
    again = Review.objects.create(article=article, version=article.versions.get(), opened_by=make_editor())
    with refused("publication_of_signed_text_insert"):
        publication_of(article, review=again).save()


def test_the_stages_in_force_say_how_many_signatures_are_needed(db):
    article = make_approved_article()
    StagesInForce.objects.create(reviews=3, proofs=1, set_by=make_editor())
    with refused("publication_of_signed_text_insert"):
        publication_of(article).save()
    sign_off_of(article, stage=Stage.FIRST_PROOF)
    publication_of(article).save()
    shorter = make_article()
    StagesInForce.objects.create(reviews=1, set_by=make_editor())
    sign_off_of(shorter, stage=Stage.FINAL_REVIEW)
    publication_of(shorter).save()


def test_what_readers_see_is_not_exchanged_for_an_unsigned_text(db):
    article = make_live_article()
    article.body = "另一段。"
    article.save()
    version = save_version(article, by=None)
    with refused("publication_of_signed_text_update"):
        Publication.objects.update(version=version)
    with refused("publication_of_signed_text_update"):
        Publication.objects.update(version=version, origin=Origin.ARCHIVE)
    approve(article)
    Publication.objects.update(version=version, review=article.reviews.first())


def test_a_piece_is_not_released_with_the_text_of_another(db):
    other = make_approved_article()
    with refused("publication_of_signed_text_insert"):
        publication_of(make_approved_article(), version=other.versions.get(), review=other.reviews.get()).save()


def test_neither_the_round_nor_the_piece_of_a_release_is_exchanged(db):
    article, other = make_live_article(), make_article()
    other_round = Review.objects.create(article=other, version=other.versions.get(), opened_by=make_editor())
    for change in ({"review": other_round}, {"review": None}, {"article": other}, {"origin": Origin.ARCHIVE}):
        with refused("publication_of_signed_text_update"):
            Publication.objects.filter(article=article).update(**change)


def test_a_round_that_ended_against_the_text_lets_nothing_out(db):
    article = make_approved_article()
    sign_off_of(article, decision=Decision.RETURNED, opinion="请改。")
    with refused("publication_of_signed_text_insert"):
        publication_of(article).save()


def test_two_reviews_are_the_first_and_the_final_one(db):
    StagesInForce.objects.create(reviews=2, set_by=make_editor())
    article = make_article()
    sign_off_of(article)
    sign_off_of(article, stage=Stage.SECOND_REVIEW)
    with refused("publication_of_signed_text_insert"):
        publication_of(article).save()


def test_an_archive_piece_needs_no_signatures_and_an_edited_one_does(db):
    article = make_article()
    publish.publish_archive(article, at=timezone.now())
    article.body = "改过的正文。"
    article.save()
    version = save_version(article, by=None)
    with refused("publication_of_signed_text_update"):
        Publication.objects.update(version=version, published_by=make_editor())
    with refused("publication_of_signed_text_update"):
        Publication.objects.update(version=version, origin=Origin.DESK, published_by=make_editor())


def test_what_changes_no_text_needs_no_signatures(db):
    make_live_article()
    StagesInForce.objects.create(reviews=3, proofs=3, set_by=make_editor())
    assert Publication.objects.update(held=True) == 1


# --- that they are there ---------------------------------------------------------------------------------


def test_a_lost_trigger_is_told_and_put_back(db, capsys):
    assert run_checks(databases=["default"], tags=["database"]) == []
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else " ON articles_version"
        (name,) = [name for name, _table in triggers.installed(cursor) if "version_is_only_added_update" in name]
        cursor.execute(f"DROP TRIGGER {name}{table}")
    (problem,) = run_checks(databases=["default"], tags=["database"])
    assert (problem.id, "desk_version_is_only_added_update" in problem.msg) == ("articles.E001", True)
    call_command("repair_triggers")
    assert "desk_version_is_only_added_update" in capsys.readouterr().out
    assert run_checks(databases=["default"], tags=["database"]) == []
    with refused("version_is_only_added_update"):
        make_article().versions.update(title="改过")


def test_triggers_are_taken_away_and_put_in_place_as_migrations_do_it(db):
    triggers.remove(connection)
    assert len(triggers.missing(connection)) >= len(triggers.TRIGGERS)
    make_article().versions.update(title="改过")
    triggers.install(connection, apps)
    assert triggers.missing(connection) == []


def test_every_model_of_a_record_is_guarded():
    assert {model.__name__ for model in (Correction, HistoryEntry, SignOff, StagesInForce, Version, Writer)} == set(
        triggers.APPEND_ONLY
    )
