"""The seed page: a real newspaper page, character by character as tests/data/seed/truth.json has it."""

import importlib.util
import json
import shutil
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles import listing, text, versions
from articles.intake.proposals import desk_of_database, propose
from articles.models import (
    Article,
    Byline,
    Campaign,
    CampaignName,
    CampaignTag,
    Column,
    Contributor,
    Edition,
    HistoryEntry,
    ImportedPiece,
    ListEntry,
    Locality,
    LocalityTag,
    PageImport,
    Photo,
    Placement,
    Publication,
    Slot,
)
from articles.vocabulary import Kind, Medium, Origin, PlaceRelation, Role, Severity
from tests.factories import load_gazetteer, load_seed_page, make_article

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "tests/data/seed"
TRUTH = json.loads((SEED / "truth.json").read_text("utf-8"))
PIECES = [item for item in TRUTH if item["kind"] != "furniture"]
ROLES = {Role.AUTHOR: "作者", Role.REPORTER: "记者", Role.CORRESPONDENT: "通讯员", Role.PHOTO: "摄影"}
LEVELS = {"functional_zone": "zone", "community": "village"}


@pytest.fixture
def seed(db):
    """The twelve (item of truth.json, article) pairs in printed order."""
    load_seed_page()
    articles = Article.objects.filter(placements__page__isnull=False).order_by("placements__position")
    return list(zip(PIECES, articles, strict=True))


def rows_of(path):
    return json.loads(path.read_text("utf-8"))


def write_rows(path, rows):
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


@pytest.fixture
def fixtures(tmp_path, settings):
    """A folder with both fixtures, the gazetteer cut to the places that the page needs; load_seed reads this one."""
    page = json.loads((ROOT / "fixtures/seed_page.json").read_text("utf-8"))
    places = json.loads((ROOT / "fixtures/localities.json").read_text("utf-8"))
    named = {row["fields"]["tag"][0] for row in page if row["model"] == "articles.localitytag"}
    above = {row["fields"]["parent"][0] for row in page if row["model"] == "articles.locality"}
    paths = [row["fields"]["path"] for row in places if row["fields"]["slug"] in named | above]
    needed = [
        row
        for row in places
        if any(path.startswith(row["fields"]["path"]) for path in paths)
        or (row["fields"]["parent"] or [""])[0] in above
    ]
    folder = tmp_path / "fixtures"
    folder.mkdir()
    write_rows(folder / "localities.json", needed)
    shutil.copy(ROOT / "fixtures/seed_page.json", folder)
    settings.BASE_DIR = tmp_path
    return folder


# What the paper printed.


def test_every_piece_has_the_words_of_the_page(seed):
    assert [
        (article.kind, article.kicker, article.headline, article.subhead, article.printed_byline) for _, article in seed
    ] == [
        (item["kind"], item["kicker"] or "", item["headline"] or "", item["subhead"] or "", item["byline_text"])
        for item, _ in seed
    ]


def test_every_paragraph_is_the_page_s(seed):
    for item, article in seed:
        if item["kind"] == "photo":
            (figure,) = article.figures.all()
            assert (article.body, figure.medium) == ("", Medium.PICTURE)
            assert figure.caption.split("\n") == item["body_paragraphs"]
        else:
            assert article.body.split("\n") == item["body_paragraphs"]
            assert list(article.figures.all()) == []


def test_saving_a_piece_again_changes_no_character(seed):
    for _, article in seed:
        before = versions.snapshot(article)
        article.save()
        article.refresh_from_db()
        assert versions.snapshot(article) == before
        assert text.clean_body(article.body) == article.body


def test_a_photo_is_a_caption_and_a_credit_without_a_file(seed):
    for item, article in seed:
        if item["kind"] == "photo":
            (figure,) = article.figures.select_related("photo")
            photo = figure.photo
            assert (photo.caption, photo.credit) == (figure.caption, figure.credit)
            assert (figure.credit, figure.alt, photo.original.name, photo.web) == (item["byline_text"], "", "", "")
    assert Photo.objects.count() == 3


def test_every_credit_stands_in_its_role_and_order(seed):
    assert [
        [(ROLES[line.role], line.contributor.name) for line in article.bylines.order_by("position")]
        for _, article in seed
    ] == [[(byline["role"], byline["name"]) for byline in item["bylines"]] for item, _ in seed]
    assert [line.position for line in seed[3][1].bylines.all()] == [1]


def test_one_name_is_one_contributor_of_whom_nothing_else_is_claimed(seed):
    names = sorted({byline["name"] for item, _ in seed for byline in item["bylines"]})
    assert sorted(Contributor.objects.values_list("name", flat=True)) == names
    assert set(Contributor.objects.values_list("account", "note")) == {(None, "")}


def test_every_locality_has_its_whole_chain_with_its_codes_and_relation(seed):
    assert [
        [
            (
                tag.tag.name,
                [(step.name, step.level, step.code) for step in steps_of(tag.tag)],
                tag.relation,
            )
            for tag in article.locality_tags.order_by("position")
        ]
        for _, article in seed
    ] == [
        [
            (
                place["name"],
                [(step["name"], LEVELS.get(step["level"], step["level"]), step["code"]) for step in place["chain"]],
                PlaceRelation.ABOUT if place["primary"] else PlaceRelation.MENTIONED,
            )
            for place in item["localities"]
        ]
        for item, _ in seed
    ]


def steps_of(place):
    """The place's ancestors and itself, from the province down."""
    return Locality.objects.filter(slug__in=place.path.strip("/").split("/")).order_by("path")


def test_path_and_trail_of_the_places_made_for_the_page_are_those_of_their_parents(seed):
    made = Locality.objects.filter(article_tags__isnull=False).distinct()
    assert len(made) == 13
    for place in made:
        assert (place.path, place.trail) == (
            f"{place.parent.path}{place.slug}/" if place.parent else f"{place.slug}/",
            f"{place.parent.trail}/{place.name}" if place.parent else place.name,
        )


def test_every_piece_is_in_the_campaigns_that_its_text_names(seed):
    assert [[tag.tag.name for tag in article.campaign_tags.order_by("pk")] for _, article in seed] == [
        item["campaigns"] for item, _ in seed
    ]


def test_every_piece_stands_under_its_column(seed):
    assert [article.column and article.column.name for _, article in seed] == [item["column"] for item, _ in seed]
    assert set(Column.objects.values_list("name", flat=True)) == {"党建大家谈", "图片新闻"}


def test_every_piece_is_placed_where_it_was_printed_under_its_banner(seed):
    placed = Placement.objects.order_by("position")
    assert [(placement.article, placement.position, placement.section) for placement in placed] == [
        (article, position, item["section"] or "") for position, (item, article) in enumerate(seed, 1)
    ]
    banner = next(item for item in TRUTH if item.get("furniture_role") == "package_banner")
    assert [item["seq"] for item, _ in seed if item["section"] == banner["text"]] == banner["applies_to"]


# What the machine calls by another name than the page's truth.
SEEN_AS = {
    "duplicated_passage": "repeated_passage",
    "cut_off": "cut_off_paragraph",
    "name_inconsistency": "name_variant",
    "figure_mismatch": "product",
    "figure_style": "doubled_hedge",
}


def test_every_fault_of_the_page_is_a_flag_of_the_machine_or_of_a_person_that_nobody_has_cleared(seed):
    for item, article in seed:
        flags = list(article.flags.order_by("pk"))
        assert [flag.detail for flag in flags if not flag.detail or flag.cleared_at or flag.cleared_by_id] == []
        by_person = {(flag.check_code, flag.excerpt) for flag in flags if not flag.automatic}
        by_machine = {(flag.check_code, flag.excerpt) for flag in flags if flag.automatic}
        missed = [
            (fault["type"], fault["text"])
            for fault in item["flags"]
            if (fault["type"], fault["text"]) not in by_person
            and not any(
                check == SEEN_AS.get(fault["type"], fault["type"]) and alike(excerpt, fault["text"])
                for check, excerpt in by_machine
            )
        ]
        assert (item["seq"], missed) == (item["seq"], [])


def alike(excerpt, passage):
    """Whether two excerpts share five characters: the machine cuts its own."""
    return any(excerpt[n : n + 5] in passage for n in range(len(excerpt) - 4))


def test_the_machine_s_errors_are_those_of_the_page_and_no_others(seed):
    errors = [
        (item["seq"], flag.check_code, flag.paragraph)
        for item, article in seed
        for flag in article.flags.filter(automatic=True, severity=Severity.ERROR).order_by("pk")
    ]
    assert errors == [
        (10, "repeated_passage", 2),
        (10, "lost_text", 3),
        (11, "repeated_passage", 1),
        (11, "cut_off_paragraph", 1),
        (11, "unmatched_quote", 1),
    ]


def test_every_piece_waits_to_be_compared_with_the_page(seed):
    for _, article in seed:
        (flag,) = article.flags.filter(check_code="transcription")
        assert (flag.severity, flag.automatic) == (Severity.ERROR, False)


def test_nothing_of_the_page_is_lost_and_nothing_added(seed):
    articles = {item["seq"]: article for item, article in seed}
    words = []
    for item in TRUTH:
        if item["kind"] == "furniture":
            words.append(item["text"])
        else:
            article = articles[item["seq"]]
            captions = [figure.caption for figure in article.figures.all()]
            words += [article.kicker, article.headline, article.subhead, article.body, *captions]
            words.append(article.printed_byline)
    assert without_white_space("".join(words)) == without_white_space((SEED / "page.txt").read_text("utf-8"))


def without_white_space(text):
    return "".join(text.split())


# How it came to the public.


def test_every_piece_has_one_version_whose_hash_is_that_of_its_words(seed):
    for _, article in seed:
        (version,) = article.versions.all()
        assert version.content == versions.canonical(versions.snapshot(article))
        assert version.sha256 == versions.hash_of(version.content)
        assert (version.number, version.created_by, article.version_number) == (1, None, 1)
        assert list(version.writers.all()) == []
        shown = versions.card_of(article, versions.snapshot(article))
        assert {name: getattr(version, name) for name in shown} == shown


def test_every_publication_is_an_archive_s_that_awaits_comparison_and_has_no_person(seed):
    for _, article in seed:
        publication = article.publication
        assert publication.version == article.versions.get()
        assert (publication.origin, publication.awaits_comparison) == (Origin.ARCHIVE, True)
        assert (publication.published_by, publication.compared_by, publication.expires_at) == (None, None, None)
        assert [(entry.act, entry.by) for entry in article.history.order_by("pk")] == [
            ("created", None),
            ("imported", None),
            ("published", None),
        ]
    assert HistoryEntry.objects.count() == 36


def test_all_pieces_share_the_moment_at_which_the_day_of_the_paper_began(seed):
    moments = {(p.first_published_at, p.published_at) for p in Publication.objects.all()}
    ((first, published),) = moments
    assert (first, published.isoformat()) == (published, "2023-11-22T16:00:00+00:00")


def test_the_index_rows_are_those_that_listing_would_write(seed):
    assert ListEntry.objects.count() > 12
    assert [listing.refresh(article) for _, article in seed] == [0] * 12
    ListEntry.objects.all().delete()
    assert sum(listing.refresh(article) for _, article in seed) == len(
        [
            row
            for row in json.loads((ROOT / "fixtures/seed_page.json").read_text("utf-8"))
            if "listentry" in row["model"]
        ]
    )


def test_the_day_of_the_edition_is_inferred_and_says_why(seed):
    edition = Edition.objects.get()
    assert (edition.day, edition.inferred, edition.outlet.name) == (date(2023, 11, 23), True, "河南日报农村版")
    assert edition.reason.startswith("版面未印日期。") and "11月21日" in edition.reason
    page = edition.pages.get()
    assert (page.number, page.number_inferred, page.label) == (1, True, "党建版")


def test_loaddata_gives_a_public_page_and_run_again_resets_exactly_its_own_rows(client, fixtures, settings):
    call_command("loaddata", "localities", "seed_page", verbosity=0)
    live = Article.objects.live().order_by("placements__position")
    assert [article.headline for article in live] == [item["headline"] or "" for item in PIECES]
    for article in live:
        assert client.get(article.publication.get_absolute_url()).status_code == 200
    make_article(headline="本县自己的稿件", places=[Locality.objects.get(slug="songxian")])
    before = dumped(), dumped("--natural-foreign", "--natural-primary", "--exclude=articles.locality")
    Article.objects.filter(pk=live[0].pk).update(headline="编辑改过的标题")
    Locality.objects.filter(slug="songxian").update(name="嵩")
    settings.FIXTURE_DIRS = [fixtures]  # the same rows, of the gazetteer only what the page needs: it is long
    call_command("loaddata", "localities", "seed_page", verbosity=0)
    assert (dumped(), dumped("--natural-foreign", "--natural-primary", "--exclude=articles.locality")) == before


def dumped(*arguments):
    """The rows of the app as dumpdata writes them."""
    out = StringIO()
    call_command("dumpdata", "articles", "--exclude=articles.series", *arguments, stdout=out)
    return out.getvalue()


def test_a_piece_that_was_edited_and_loaded_again_can_be_edited_again(seed):
    _, article = seed[0]
    save_with(article, headline="第一次修改")
    call_command("loaddata", "seed_page", verbosity=0)
    article.refresh_from_db()
    assert (article.headline, article.version_number) == ("嵩县“联学联建”解民忧", 1)
    save_with(article, headline="第二次修改")
    assert [(version.number, version.title) for version in article.versions.order_by("number")] == [
        (1, "嵩县“联学联建”解民忧"),
        (2, "第一次修改"),
        (3, "第二次修改"),
    ]


def save_with(article, **changes):
    for name, value in changes.items():
        setattr(article, name, value)
    article.save()
    versions.save_version(article, by=None)


def test_the_script_that_made_the_fixture_makes_the_same_bytes_again(tmp_path, fixtures):
    for part in ("articles", "newsdesk", "script", "locale", "tests/data"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (fixtures / "seed_page.json").unlink()
    subprocess.run([sys.executable, tmp_path / "script/make_seed_page.py"], cwd=tmp_path, check=True)
    assert (fixtures / "seed_page.json").read_bytes() == (ROOT / "fixtures/seed_page.json").read_bytes()


# What a person decided.

DECIDED = json.loads((ROOT / "script/seed_page.json").read_text("utf-8"))


def decisions():
    """Every decision of script/seed_page.json."""
    for name, decided in DECIDED.items():
        if name != "_":
            yield from decided if isinstance(decided, list) else [decided]


def script():
    """script/make_seed_page.py as a module."""
    spec = importlib.util.spec_from_file_location("make_seed_page", ROOT / "script/make_seed_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def proposals(seed):
    """What the machine makes of the page on the desk of the page."""
    return propose((SEED / "page.txt").read_text("utf-8"), desk=desk_of_database(), day=date(2023, 11, 23))


def test_every_decision_says_why():
    found = list(decisions())
    assert len(found) > 50
    assert [decision for decision in found if not decision["reason"].strip()] == []


def test_a_piece_is_what_the_machine_makes_of_the_page_and_what_was_decided(seed, proposals):
    drafts = script().decide(proposals, DECIDED["pieces"])
    genres = {decision["item"]: decision["genre"] for decision in DECIDED["pieces"] if "genre" in decision}
    assert list(drafts) == [item["seq"] for item, _ in seed]
    for (item, article), draft in zip(seed, drafts.values(), strict=True):
        piece = article.imported_as.get()
        captions = tuple(figure.caption for figure in article.figures.all())
        assert (piece.number, piece.fingerprint, [piece.first_line, piece.last_line]) == (
            draft.number,
            draft.fingerprint,
            item["lines"],
        )
        assert (article.kind, article.kicker, article.headline, article.subhead, article.body, captions) == (
            draft.kind,
            draft.kicker,
            draft.headline,
            draft.subhead,
            draft.body,
            draft.captions,
        )
        assert (article.printed_byline, article.column.name if article.column else "") == (
            draft.printed_byline,
            draft.column,
        )
        assert article.genre == genres.get(item["seq"], "")
        assert [(tag.tag.slug, tag.relation) for tag in article.locality_tags.all()] == list(draft.places)
        assert [tag.tag.slug for tag in article.campaign_tags.all()] == list(draft.campaigns)
        assert article.placements.get().section == draft.section
        assert [
            (flag.check_code, flag.excerpt, flag.detail) for flag in article.flags.order_by("pk") if by_hand(flag)
        ] == [
            (flag["check"], flag["excerpt"], flag["reason"]) for flag in DECIDED["flags"] if flag["item"] == item["seq"]
        ]


def by_hand(flag):
    """Whether a person added it: no check, and not what every piece of a page has."""
    return not flag.automatic and flag.check_code != "transcription"


def test_every_decision_on_a_piece_changes_something(seed, proposals):
    decide, pieces = script().decide, [decision for decision in DECIDED["pieces"] if "genre" not in decision]
    whole = decide(proposals, pieces)
    assert [decision for decision in pieces if decide(proposals, [d for d in pieces if d != decision]) == whole] == []
    machine = {
        (n, finding.check, finding.excerpt)
        for n, proposal in enumerate(proposals.pieces, 1)
        for finding in proposal.findings
    }
    assert machine & {(flag["item"], flag["check"], flag["excerpt"]) for flag in DECIDED["flags"]} == set()


def test_what_the_desk_had_to_know_first_is_used_by_the_page(seed):
    used = set(LocalityTag.objects.values_list("tag__slug", "tag__parent__slug"))
    assert {place["slug"] for place in DECIDED["localities"]} <= {slug for pair in used for slug in pair}
    assert {row["slug"] for row in DECIDED["campaigns"]} == set(CampaignTag.objects.values_list("tag__slug", flat=True))
    assert {row["name"] for row in DECIDED["columns"]} == {article.column.name for _, article in seed if article.column}


# load_seed: what is absent, and nothing else.


def load_seed(capsys):
    """Run load_seed; the lines it prints."""
    call_command("load_seed")
    return capsys.readouterr().out.splitlines()


def test_load_seed_loads_the_page_into_an_empty_database(db, fixtures, capsys):
    places, rows = rows_of(fixtures / "localities.json"), rows_of(fixtures / "seed_page.json")
    assert load_seed(capsys) == [f"localities: {len(places)} rows loaded", f"seed_page: {len(rows)} rows loaded"]
    assert Article.objects.live().count() == 12
    assert [listing.refresh(article) for article in Article.objects.all()] == [0] * 12


def test_load_seed_a_second_time_loads_nothing_and_says_so(db, fixtures, capsys):
    load_seed(capsys)
    before = dumped()
    assert load_seed(capsys) == ["localities: all there", "seed_page: all there"]
    assert dumped() == before


def test_load_seed_loads_what_is_absent_beside_what_is_there(db, fixtures, capsys):
    load_gazetteer("songxian")
    Campaign.objects.create(name="“五星”支部创建（本县）", slug="wuxing")
    places, rows = rows_of(fixtures / "localities.json"), rows_of(fixtures / "seed_page.json")
    wording_of_wuxing = [row for row in rows if row["fields"].get("campaign") == ["wuxing"]]
    assert load_seed(capsys) == [
        f"localities: {len(places) - 3} rows loaded",
        f"seed_page: {len(rows) - 1 - len(wording_of_wuxing)} rows loaded",
    ]
    assert Campaign.objects.get(slug="wuxing").name == "“五星”支部创建（本县）"
    assert Article.objects.live().count() == 12


def test_load_seed_leaves_what_the_desk_changed_or_removed(db, fixtures, capsys):
    load_seed(capsys)
    first, second, *_ = Article.objects.order_by("placements__position")
    Article.objects.filter(pk=first.pk).update(headline="编辑改过的标题")
    LocalityTag.objects.filter(content_object=first).delete()
    CampaignTag.objects.filter(content_object=first).delete()
    Byline.objects.filter(article=second).delete()
    Placement.objects.filter(article=second).delete()
    Slot.objects.filter(article=first).delete()
    second.flags.all().delete()
    listing.refresh(first)
    Campaign.objects.filter(slug="wuxing").update(name="五星支部")
    Column.objects.filter(slug="tupian-xinwen").update(name="图片")
    Locality.objects.filter(slug="songxian").update(note="核对过")
    left = dumped()
    load_seed(capsys)
    assert dumped() == left


def test_load_seed_does_not_bring_back_a_wording_of_a_campaign_that_the_desk_changed(db, fixtures, capsys):
    load_seed(capsys)
    CampaignName.objects.filter(name="五星创建").update(name="创五星")
    CampaignName.objects.filter(name="五星支部").delete()
    names = sorted(CampaignName.objects.values_list("name", flat=True))
    load_seed(capsys)
    assert sorted(CampaignName.objects.values_list("name", flat=True)) == names


def test_load_seed_brings_back_no_index_row_of_a_piece_that_was_withdrawn(db, fixtures, capsys):
    load_seed(capsys)
    article = Article.objects.get(headline="嵩县“联学联建”解民忧")
    Publication.objects.filter(article=article).update(withdrawn_at="2026-01-01T00:00:00+08:00")
    assert listing.refresh(article) > 0
    load_seed(capsys)
    assert list(ListEntry.objects.filter(publication__article=article)) == []
    assert Article.objects.live().count() == 11


@pytest.mark.parametrize(
    ("model", "change", "key"),
    [
        ("articles.localitytag", {"tag": ["wu-ci-di"]}, lambda fields: f"{fields['content_object'][0]}/wu-ci-di"),
        ("articles.locality", {"code": "410325"}, lambda fields: fields["slug"]),
        ("articles.edition", {"day": "2023-02-30"}, lambda fields: "henan-ribao-nongcunban/2023-02-30"),
        ("articles.article", {"body": "", "kind": Kind.STORY}, lambda fields: fields["uuid"]),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_loaded(db, fixtures, model, change, key):
    rows = rows_of(fixtures / "seed_page.json")
    number = next(number for number, row in enumerate(rows, 1) if row["model"] == model)
    fields = rows[number - 1]["fields"]
    fields |= change
    write_rows(fixtures / "seed_page.json", rows)
    with pytest.raises(CommandError) as refused:
        call_command("load_seed", verbosity=0)
    said = str(refused.value)
    assert said.startswith(f"seed_page.json, row {number}: {model} {key(fields)} does not fit: ")
    assert said.endswith(" Nothing was loaded.")
    assert (Locality.objects.count(), Article.objects.count(), Column.objects.count()) == (0, 0, 0)


def test_load_seed_brings_to_an_older_desk_that_its_pieces_were_read_from_the_page(db, fixtures, capsys):
    load_seed(capsys)
    before = dumped()
    ImportedPiece.objects.all().delete()
    PageImport.objects.all().delete()
    Column.objects.filter(slug="tupian-xinwen").update(name="图片")
    load_seed(capsys)
    assert (PageImport.objects.count(), ImportedPiece.objects.count()) == (1, 12)
    Column.objects.filter(slug="tupian-xinwen").update(name="图片新闻")

    def others(text):
        return [{**row, "pk": None} for row in json.loads(text) if "import" not in row["model"]]

    assert others(dumped()) == others(before)
