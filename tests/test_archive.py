"""The invented archive: what make_archive writes in batches is what saving and releasing each piece would leave."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from articles import archive, listing, triggers, versions
from articles.management.commands import make_archive as command
from articles.models import (
    Affiliation,
    Article,
    Contributor,
    Edition,
    HistoryEntry,
    ListEntry,
    LocalityTag,
    Outlet,
    Photo,
    Placement,
    Publication,
    Version,
)
from articles.text import count_characters
from articles.vocabulary import Act, Kind, Origin, PlaceRelation
from tests.factories import load_gazetteer

FACTS = ("article__uuid", "article__number", "sha256", "title", "lead", "byline", "characters", "caption", "created_at")


@pytest.fixture
def places(db, settings):
    settings.DEBUG = True
    return load_gazetteer("wangzhuangzhai", "wuyang-wenfeng", "pingdian", "shantoudian", "haidian", "nanyang")


def make(stories, **options):
    said = StringIO()
    call_command("make_archive", stories=stories, stdout=said, stderr=StringIO(), **options)
    return said.getvalue()


def facts():
    """Everything that the same N, seed and gazetteer settle, whatever numbers the database gave."""
    return (
        list(Version.objects.order_by("article__number").values_list(*FACTS)),
        sorted(Publication.objects.values_list("article__uuid", "published_at", "expires_at")),
        sorted(ListEntry.objects.values_list("publication__article__uuid", "region", "campaign", "facet", "published_at", "printed_order")),
        sorted(Placement.objects.values_list("uuid", "page__edition__day", "page__number", "position")),
        sorted(LocalityTag.objects.values_list("content_object__uuid", "tag__slug", "relation", "position")),
        sorted(HistoryEntry.objects.values_list("uuid", "act", "at")),
        sorted(Photo.objects.values_list("uuid", "caption", "uploaded_at")),
    )  # fmt: skip


def remove_all():
    triggers.remove(connection)
    for model in (HistoryEntry, ListEntry, Publication, Version, Placement, Article, Photo):
        model.objects.all().delete()
    triggers.install(connection, apps)


def test_each_row_is_what_saving_and_releasing_the_piece_would_leave(places):
    make(60)
    articles = list(Article.objects.order_by("number"))
    assert len(articles) == 60
    assert {article.kind for article in articles} == {Kind.STORY, Kind.PHOTO, Kind.BRIEF}
    for article in articles:
        version = article.versions.get()
        seen = versions.snapshot(article)
        assert versions.canonical(seen) == version.content
        assert versions.hash_of(version.content) == version.sha256
        card = versions.card_of(article, seen)
        assert {name: getattr(version, name) for name in card} == card
        assert (article.listed_title, article.version_number, article.revision) == (article.title, 1, 1)
        assert listing.refresh(article) == 0
        assert versions.save_version(article, by=None) is None
        kept = Article.objects.filter(pk=article.pk).values()
        before = kept.get()
        article.save()
        assert kept.get() == before


def test_the_pieces_are_public_but_for_drafts_and_those_that_have_ended(places):
    make(200)
    publications = Publication.objects.all()
    assert set(publications.values_list("origin", "published_by", "from_print", "held")) == {
        (Origin.ARCHIVE, None, False, False)
    }
    drafts = Article.objects.filter(publication=None)
    ended = publications.exclude(expires_at=None)
    for publication in ended:
        assert timedelta(days=1) <= publication.expires_at - publication.published_at <= timedelta(days=14)
    assert (1 <= drafts.count() <= 6, 1 <= ended.count() <= 10) == (True, True)
    later = timezone.make_aware(timezone.datetime(2026, 12, 1))
    assert Article.objects.live(at=later).count() == 200 - drafts.count() - ended.count()
    acts = Counter(HistoryEntry.objects.values_list("act", flat=True))
    assert acts == {Act.PUBLISHED: publications.count(), Act.CREATED: drafts.count()}


def test_lengths_kinds_places_and_days_are_a_papers(places):
    make(200)
    lengths = {
        kind: [count_characters(body) for body in Article.objects.filter(kind=kind).values_list("body", flat=True)]
        for kind in (Kind.BRIEF, Kind.STORY)
    }
    assert (min(lengths[Kind.BRIEF]) >= 100, max(lengths[Kind.BRIEF]) <= 300) == (True, True)
    assert min(lengths[Kind.STORY]) >= 400
    assert sum(length <= 2500 for length in lengths[Kind.STORY]) >= 0.9 * len(lengths[Kind.STORY])
    assert 12 <= Article.objects.filter(kind=Kind.PHOTO, figures__photo__original="").count() <= 38
    about = LocalityTag.objects.filter(relation=PlaceRelation.ABOUT)
    assert about.count() == 200
    assert 140 <= about.filter(tag__path__startswith="henan/").count() <= 180
    days = {timezone.localdate(at) for at in Publication.objects.values_list("published_at", flat=True)}
    assert date(2016, 11, 1) <= min(days) < date(2018, 1, 1) < date(2025, 1, 1) < max(days) <= date(2026, 10, 31)
    credited = Article.objects.annotate(credits=Count("bylines")).values_list("credits", flat=True)
    assert set(credited) == {1, 2, 3}
    assert Contributor.objects.count() == Affiliation.objects.count() == 400


def test_an_edition_has_its_pieces_on_its_pages_at_one_moment(places):
    make(120)
    editions = list(Edition.objects.filter(outlet__name="示例县报").order_by("pk"))
    whole = [edition for edition in editions if Placement.objects.filter(page__edition=edition).count() >= 8]
    assert len(whole) >= 3
    for edition in editions:
        placed = Placement.objects.filter(page__edition=edition)
        moments = {timezone.localtime(p.article.publication.published_at) for p in placed}
        assert [f"{moment:%Y-%m-%d %H:%M}" for moment in moments] == [f"{edition.day} 07:00"]
        assert placed.count() <= 20
        assert {page.number for page in edition.pages.all()} <= set(range(1, 9))
    alone = Publication.objects.filter(article__placements=None)
    assert {timezone.localtime(p.published_at).minute % 2 for p in alone} == {1}


def test_the_plan_prints_one_edition_a_day_of_8_to_20_pieces():
    spots = command.spots(1)
    printed = Counter(spot.day for spot in (next(spots) for _ in range(5000)) if spot.printed)
    assert set(list(printed.values())[:-1]) <= set(range(8, 21))
    assert 0.55 < sum(printed.values()) / 5000 < 0.75


def test_run_again_it_changes_nothing_and_a_larger_number_adds_what_is_missing(places):
    make(30)
    first = facts()
    assert make(30) == "0 pieces made, 0 a second; 30 were there.\n"
    assert facts() == first
    assert make(45).startswith("15 pieces made, ")
    grown = facts()
    assert grown[0][:30] == first[0]
    remove_all()
    make(45)
    assert facts() == grown


def test_stopped_in_the_middle_it_keeps_whole_batches_and_goes_on_from_there(places, monkeypatch):
    make(35)
    whole = facts()
    remove_all()
    monkeypatch.setattr(command, "BATCH", 10)
    write, calls = archive.write, []

    def stopped_in_the_third(pieces, *, outlet):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(write(pieces, outlet=outlet))

    monkeypatch.setattr(archive, "write", stopped_in_the_third)
    with pytest.raises(CommandError, match="Stopped; 20 pieces were added. Run it again to go on."):
        make(35)
    monkeypatch.setattr(archive, "write", write)
    assert Article.objects.count() == 20
    make(35)
    assert facts() == whole


# The facts as each database came to them, in the order of the runs.
OF_EITHER_DATABASE = []


def test_both_databases_hold_the_same_archive(places):
    make(40)
    found = facts()
    OF_EITHER_DATABASE.append(found)
    assert found == OF_EITHER_DATABASE[0]


def test_another_seed_makes_another_archive_but_not_beside_the_first(places):
    make(3)
    titles = list(Article.objects.values_list("headline", "body"))
    with pytest.raises(CommandError, match="The piece A000001 here is not of seed 2"):
        make(3, seed=2)
    remove_all()
    make(3, seed=2)
    assert not set(titles) & set(Article.objects.values_list("headline", "body"))


@pytest.mark.parametrize("stories", ["0", "-3", "many", "1.5", "²", ""])
def test_a_number_that_is_none_is_refused_in_a_sentence(stories):
    with pytest.raises(CommandError, match=f"“{stories}” is not a number of pieces; give a whole number from 1 on."):
        make(stories)


def test_it_refuses_to_run_when_debug_is_off(places, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        make(3)
    assert (Article.objects.count(), Outlet.objects.count()) == (0, 0)


def test_without_the_gazetteer_it_says_what_to_load(db, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="manage.py load_seed"):
        make(3)


def test_the_progress_is_shown_on_a_terminal_alone(places):
    class Terminal(StringIO):
        def isatty(self):
            return True

    terminal, file = Terminal(), StringIO()
    call_command("make_archive", stories=2, stdout=StringIO(), stderr=terminal)
    call_command("make_archive", stories=2, stdout=StringIO(), stderr=file)
    assert terminal.getvalue().startswith(f"\r[{'#' * 40}] 100% ")
    assert file.getvalue() == ""
