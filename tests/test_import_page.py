"""import_page: a newspaper page becomes drafts, once, and what cannot be read is refused with a sentence."""

import hashlib
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles import flags, versions
from articles.intake import load
from articles.intake.drafts import Draft, drafts_of, fingerprint_of, proofed
from articles.intake.load import Source, load_page
from articles.intake.proposals import desk_of_database, propose
from articles.management.commands.import_page import Command
from articles.models import (
    Article,
    Byline,
    Column,
    Contributor,
    Coverage,
    Edition,
    Figure,
    Flag,
    HistoryEntry,
    ImportedPiece,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    PageImport,
    Photo,
    Placement,
    Publication,
    Version,
)
from articles.photos import read_picture
from articles.refusals import MoveRefused
from articles.vocabulary import Act, Kind, PlaceRelation, Severity
from tests.factories import load_gazetteer, load_seed_page, make_editor
from tests.test_concurrency import at_once
from tests.test_documents import archive, docx, picture
from tests.test_photos import half_red, upload

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "tests/data/seed/page.txt"
TRUTH = json.loads((ROOT / "tests/data/seed/truth.json").read_text("utf-8"))
DAY = date(2023, 11, 23)
PLACES = (
    "songxian", "luohe", "wangzhuangzhai", "jianan", "xuchang-yanling-anling", "boai", "haidian", "wuyang-wenfeng", "nanyang",
    "shantoudian", "dancheng-xincheng", "pingdian",
)  # fmt: skip
WRITTEN = (
    Article, Byline, Contributor, Edition, Figure, Flag, HistoryEntry, ImportedPiece, LocalityTag, Outlet, Page, PageImport,
    Photo, Placement, Version, Coverage,
)  # fmt: skip
PAGE = """嵩县 春管春种正当时

连日来，嵩县各乡镇抢抓农时，组织群众下田浇水施肥，田间地头一派繁忙景象。县农技人员进村入户，送去技术和良种。

11月19日，在嵩县的小麦示范田里，种粮大户正忙着查看苗情，他说今年的墒情比往年都要好一些。(本报记者 张三丰 通讯员 李四光)

11月20日，嵩县的果农在采摘苹果，近年来该县大力发展林果业，带动群众增收致富。 王立志 摄
"""


@pytest.fixture
def desk(db):
    """A desk that knows the places of the seed page's counties, and nothing else."""
    load_gazetteer(*PLACES)
    return desk_of_database()


@pytest.fixture
def page(tmp_path):
    """A file with two pieces: a story and a photo."""
    return written(tmp_path / "page.txt", PAGE)


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def run(file, *options, day="2023-11-23"):
    """Run the command; what it prints on standard output."""
    out = StringIO()
    call_command("import_page", str(file), "--edition-date", day, *options, stdout=out)
    return out.getvalue()


def found(file, *options, **named):
    """The items that --json --dry-run prints."""
    return json.loads(run(file, "--json", "--dry-run", *options, **named))["items"]


def counts():
    return {model.__name__: model.objects.count() for model in WRITTEN}


def refused(file, *options, **named):
    """The sentence with which the command refuses; nothing is written."""
    with pytest.raises(CommandError) as error:
        run(file, *options, **named)
    assert not connection.in_atomic_block or counts() == dict.fromkeys(counts(), 0)
    return str(error.value)


# What cannot be read.


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "page.txt: This file is empty."),
        (b" \n\xe3\x80\x80\r\n ", "page.txt: This file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "page.txt: This is not a text file."),
        (bytes(range(256)) * 8, "page.txt: This is not a text file."),
        (
            "嵩縣春耕忙，農民下田。鄉鎮幹部進村入戶。".encode("big5"),
            "page.txt: The encoding of this text was not recognised.",
        ),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence_and_nothing_is_written(desk, tmp_path, content, sentence):
    file = tmp_path / "page.txt"
    file.write_bytes(content)
    said = refused(file)
    assert said.startswith(sentence)
    assert said.endswith(" Nothing was written.")


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(desk, tmp_path):
    assert refused(tmp_path / "none.txt") == f"There is no file {tmp_path / 'none.txt'}."
    assert refused(tmp_path) == f"{tmp_path} is a folder; give one file, the .txt or .docx of a page."
    assert refused("a\0b").startswith("a\0b cannot be read: ")


def test_a_file_of_50_megabytes_is_refused_without_being_read_whole(desk, tmp_path):
    file = tmp_path / "page.txt"
    with file.open("wb") as stream:
        stream.write(b"a" * 100)
        stream.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    assert refused(file).startswith("page.txt: This text is larger than 5 MB")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


@pytest.mark.parametrize(
    "day", ["2023-11-31", "23-11-2023", "20231123", "2023-W47-4", "０2023-11-23", "0001-01-01", "heute", ""]
)
def test_what_is_no_day_is_refused(desk, page, day):
    assert refused(page, day=day) == f"“{day}” is not a day; give one like 2023-11-23."


@pytest.mark.parametrize("number", ["0", "-1", "1000", "２", "1.5", "eins", ""])
def test_what_is_no_page_number_is_refused(desk, page, number):
    assert refused(page, f"--page={number}") == f"“{number}” is not the number of a page; give 1 to 999."


@pytest.mark.parametrize("paper", ["", "　", "报" * 101])
def test_what_is_no_name_of_a_paper_is_refused(desk, page, paper):
    assert refused(page, f"--paper={paper}").startswith("The name of the paper has ")


@pytest.mark.parametrize("text", ["图片新闻 NEWS\n", "* * *\n", "12345\n"])
def test_a_text_without_any_piece_is_refused(desk, tmp_path, text):
    file = written(tmp_path / "page.txt", text)
    sentence = "page.txt: no piece was found in this text. Nothing was written."
    assert [refused(file), refused(file, "--json"), refused(file, "--dry-run")] == [sentence] * 3


def test_a_refusal_ends_with_exit_status_1_and_says_why_on_standard_error(capsys, tmp_path):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "import_page", str(tmp_path), "--edition-date", "2023-11-23", "--json"])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert said.err == f"CommandError: {tmp_path} is a folder; give one file, the .txt or .docx of a page.\n"


def test_more_pieces_than_a_newspaper_has_are_not_entered(desk, page, monkeypatch):
    monkeypatch.setattr(load, "MOST_PIECES", 1)
    monkeypatch.setattr("articles.management.commands.import_page.MOST_PIECES", 1)
    assert refused(page) == "page.txt: 2 pieces are no newspaper. Nothing was written."
    assert len(found(page)) == 2
    with pytest.raises(MoveRefused):
        loaded(draft(1), draft(2))


# What is read.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_is_read_in_any_encoding_of_the_country(desk, tmp_path, encoding):
    file = written(tmp_path / "page.txt", PAGE, encoding)
    shown = json.loads(run(file, "--json", "--dry-run"))
    assert shown["source_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert [item["headline"] for item in shown["items"]] == ["春管春种正当时", None]
    assert rebuilt(PAGE, shown["items"]) == "".join(PAGE.split())


def test_a_page_in_a_word_document_is_read_with_its_captions_where_their_pictures_stand(desk, tmp_path):
    parts = [line for line in PAGE.split("\n") if line]
    parts.insert(3, picture("red"))
    parts[4] = f"图1：{parts[4]}"
    file = tmp_path / "page.docx"
    file.write_bytes(docx(*parts, "漯河西城区创建五星支部", "近日，西城区召开会议，部署森林防火工作。(记者 王博)"))
    items = found(file)
    assert [(item["kind"], item["byline_text"]) for item in items] == [
        ("story", "(本报记者 张三丰 通讯员 李四光)"), ("photo", "王立志 摄"), ("story", "(记者 王博)"),
    ]  # fmt: skip
    said = run(file)
    assert "1 picture not taken over" in said
    assert Article.objects.count() == 3
    assert "present: 3" in run(file)


def test_another_archive_or_a_broken_word_document_is_refused_with_what_is_taken(desk, tmp_path):
    file = tmp_path / "page.docx"
    file.write_bytes(archive(**{"a.txt": b"x"}))
    assert refused(file) == "page.docx: This is not a Word document. Possible are .txt and .docx. Nothing was written."
    file.write_bytes(docx("标题", "正文。")[:300])
    assert refused(file).startswith("page.docx: This file cannot be read as a Word document")


def test_a_page_may_come_by_standard_input(desk, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    assert run("-", "--dry-run").startswith("standard input, 2023-11-23: 1 story, 1 photo; sha256 ")


def test_a_dry_run_writes_nothing_and_says_what_it_found(desk, page):
    before = counts()
    said = run(page, "--dry-run", "--paper", "新县报")
    assert counts() == before
    assert [line for line in said.splitlines() if line.startswith((" 1 ", " 2 ", "new", "dry"))] == [
        " 1  lines 1–5, story: 嵩县 春管春种正当时",
        " 2  line 7, photo: 11月20日，嵩县的果农在采摘苹果，近年来该县大力发展林果业，带动群众增收致富。",
        "new paper: 新县报",
        "dry run: nothing was written",
    ]
    assert "      byline    (本报记者 张三丰 通讯员 李四光) = 记者 张三丰；通讯员 李四光" in said.splitlines()
    assert "      about     河南省/洛阳市/嵩县" in said.splitlines()


def test_json_is_all_that_is_printed_and_has_the_shape_that_was_promised(desk, page):
    dry = run(page, "--json", "--dry-run", "--paper", "新县报")
    assert run(page, "--json", "--paper", "新县报") == dry
    assert dry == json.dumps(json.loads(dry), ensure_ascii=False, indent=1) + "\n"
    story, photo = json.loads(dry)["items"]
    assert list(json.loads(dry)) == ["items", "source_sha256"]
    assert list(story) == [
        "kind", "column", "kicker", "headline", "subhead", "body", "text", "byline_text", "bylines", "localities",
        "campaigns", "event_dates", "flags", "lines", "spans",
    ]  # fmt: skip
    assert {name: story[name] for name in ("kind", "column", "kicker", "headline", "subhead", "text", "lines")} == {
        "kind": "story", "column": None, "kicker": "嵩县", "headline": "春管春种正当时", "subhead": None, "text": None,
        "lines": [1, 5],
    }  # fmt: skip
    assert (len(story["body"]), story["byline_text"]) == (2, "(本报记者 张三丰 通讯员 李四光)")
    assert story["bylines"] == [{"role": "记者", "name": "张三丰"}, {"role": "通讯员", "name": "李四光"}]
    assert story["localities"] == [{"name": "嵩县", "code": "410325", "level": "county"}]
    assert (story["campaigns"], story["event_dates"]) == ([], ["2023-11-19"])
    assert (photo["kind"], photo["byline_text"], photo["lines"]) == ("photo", "王立志 摄", [7, 7])
    assert photo["body"] == ["11月20日，嵩县的果农在采摘苹果，近年来该县大力发展林果业，带动群众增收致富。"]
    assert photo["bylines"] == [{"role": "摄影", "name": "王立志"}]


def rebuilt(text, items):
    """The page's characters that are not white space, from the spans alone."""
    spans = sorted(tuple(span) for item in items for span in item["spans"])
    assert all(end <= start for (_, end, _), (start, _, _) in zip(spans, spans[1:], strict=False))
    return "".join("".join(text[start:end].split()) for start, end, _ in spans)


# What is written.


def test_the_pieces_become_drafts_with_everything_that_hangs_on_them(desk, page):
    Column.objects.create(name="图片新闻")
    said = run(page, "--paper", "新县报", "--page", "3")
    story, photo = Article.objects.order_by("pk")
    assert (story.kind, story.kicker, story.headline, story.body.count("\n")) == (
        Kind.STORY,
        "嵩县",
        "春管春种正当时",
        1,
    )
    assert [(line.role, line.contributor.name) for line in story.bylines.all()] == [
        ("reporter", "张三丰"),
        ("correspondent", "李四光"),
    ]
    assert [(tag.tag.slug, tag.relation, tag.position) for tag in story.locality_tags.all()] == [
        ("songxian", PlaceRelation.ABOUT, 1)
    ]
    (figure,) = photo.figures.all()
    assert (photo.kind, photo.headline, photo.body, photo.printed_byline) == (Kind.PHOTO, "", "", "王立志 摄")
    assert (figure.caption[:6], figure.credit, figure.photo.caption) == ("11月20日", "王立志 摄", figure.caption)
    assert [(p.article, str(p.page), p.position) for p in Placement.objects.order_by("position")] == [
        (story, "新县报 2023-11-23 第3版", 1),
        (photo, "新县报 2023-11-23 第3版", 2),
    ]
    for article in (story, photo):
        (version,) = article.versions.all()
        assert version.content == versions.canonical(versions.snapshot(article))
        assert [entry.act for entry in article.history.order_by("pk")] == [Act.CREATED, Act.IMPORTED]
        assert (article.created_by, article.coverage.count(), article.released) == (None, 3, False)
    assert Publication.objects.count() == 0
    assert said.splitlines()[-3:] == [
        "new paper: 新县报",
        f"created: 2 ({story.number}, {photo.number})",
        "present: 0",
    ]


def test_the_import_remembers_the_page_its_checksum_and_the_days_that_the_pieces_name(desk, page):
    run(page, "--paper", "新县报", "--page", "3")
    kept = PageImport.objects.get()
    assert (kept.text, kept.file_name, kept.day, kept.page_number) == (PAGE, "page.txt", DAY, 3)
    assert (kept.sha256, kept.outlet.name) == (hashlib.sha256(PAGE.encode()).hexdigest(), "新县报")
    assert (kept.created_by, kept.confirmed_by, kept.confirmed_at) == (None, None, None)
    assert [(p.number, p.kind, p.first_line, p.last_line, p.event_days) for p in kept.pieces.order_by("number")] == [
        (1, "story", 1, 5, [{"day": "2023-11-19", "words": "11月19日"}]),
        (2, "photo", 7, 7, [{"day": "2023-11-20", "words": "11月20日"}]),
    ]
    entry = HistoryEntry.objects.filter(act=Act.IMPORTED).order_by("pk").first()
    assert "page.txt" in entry.note and kept.sha256 in entry.note and "第1—5行" in entry.note


def test_every_piece_waits_for_somebody_to_compare_it_with_the_page(desk, page):
    run(page)
    for article in Article.objects.all():
        flag = article.flags.get(check_code=flags.TRANSCRIPTION)
        assert (flag.severity, flag.automatic, flag.cleared_at) == (Severity.ERROR, False, None)


def test_run_again_it_makes_nothing_new_and_says_so(desk, page):
    run(page, "--paper", "新县报")
    before = counts()
    numbers = ", ".join(Article.objects.order_by("pk").values_list("number", flat=True))
    assert run(page, "--paper", "新县报").splitlines()[-2:] == ["created: 0", f"present: 2 ({numbers})"]
    assert run(page, "--paper", "另一报").splitlines()[-2:] == ["created: 0", f"present: 2 ({numbers})"]
    assert counts() == before


def test_the_same_words_with_other_line_ends_and_blanks_are_the_same_pieces(desk, page, tmp_path):
    run(page)
    before = counts()
    other = written(
        tmp_path / "other.txt",
        "\ufeff\r\n" + PAGE.replace("\n", "\r\n").replace("\r\n连日来", "\r\n　　连日来"),
        "gb18030",
    )
    assert run(other).splitlines()[-2].startswith("created: 0")
    assert counts() == before


def test_the_same_words_on_another_day_are_other_pieces(desk, page):
    run(page)
    assert run(page, day="2023-11-24").splitlines()[-2].startswith("created: 2 (")
    assert (Article.objects.count(), PageImport.objects.count()) == (4, 2)


def test_what_an_editor_changed_or_removed_stays_so(desk, page):
    run(page, "--paper", "新县报")
    story = Article.objects.order_by("pk").first()
    story.headline = "编辑改过的标题"
    story.save()
    versions.save_version(story, by=make_editor())
    story.locality_tags.all().delete()
    story.placements.all().delete()
    story.flags.all().delete()
    before = counts()
    run(page, "--paper", "新县报")
    story.refresh_from_db()
    assert (story.headline, story.version_number) == ("编辑改过的标题", 2)
    assert counts() == before


def test_of_a_page_that_grew_only_the_new_piece_is_made(desk, page, tmp_path):
    run(page, "--paper", "新县报")
    more = (
        PAGE
        + "\n嵩县 秋收已近尾声\n\n进入十一月，嵩县各地的秋收工作已经接近尾声，群众忙着晾晒归仓，一派丰收景象。(张三丰)\n"
    )
    said = run(written(tmp_path / "more.txt", more), "--paper", "新县报")
    assert said.splitlines()[-2].startswith("created: 1 (")
    assert Article.objects.count() == 3
    assert Contributor.objects.filter(name="张三丰").count() == 1
    assert list(Placement.objects.order_by("page", "position").values_list("page__number", "position")) == [
        (1, 1), (1, 2), (2, 3),
    ]  # fmt: skip


def test_a_page_without_a_number_comes_behind_the_others_of_its_edition(desk, page):
    outlet = Outlet.objects.create(name="新县报")
    Page.objects.create(edition=Edition.objects.create(outlet=outlet, day=DAY), number=4)
    assert "new paper" not in run(page, "--paper", "新县报")
    made = Page.objects.get(number=5)
    assert (made.number_inferred, made.edition.outlet, made.placements.count()) == (True, outlet, 2)


def test_without_a_paper_the_pieces_stand_on_no_page(desk, page):
    run(page)
    assert (Placement.objects.count(), Edition.objects.count(), Outlet.objects.count()) == (0, 0, 0)


def test_a_load_that_fails_half_way_leaves_nothing(desk, page, monkeypatch):
    before, done = counts(), []

    def save(article, **named):
        done.append(article)
        if len(done) == 2:
            raise RuntimeError("the power went")
        return versions.save_version(article, **named)

    monkeypatch.setattr(load, "save_version", save)
    with pytest.raises(RuntimeError):
        run(page, "--paper", "新县报")
    assert (len(done), counts()) == (2, before)
    monkeypatch.undo()
    run(page, "--paper", "新县报")
    assert Article.objects.count() == 2


def test_two_who_bring_in_one_page_at_once_make_each_piece_once(transactional_db, tmp_path):
    for n in range(3):
        day = f"2023-11-2{n}"
        file = written(tmp_path / f"{n}.txt", PAGE)
        more = written(
            tmp_path / f"{n}-more.txt",
            PAGE + "\n秋收\n\n进入十一月，各地的秋收工作已经接近尾声，群众忙着晾晒归仓。(王五一)\n",
        )
        at_once(*(lambda file=file, day=day: run(file, "--paper", "新县报", day=day) for file in (file, more, file)))
        assert ImportedPiece.objects.filter(day=day).count() == 3
        assert Article.objects.count() == 3 * (n + 1)
        assert Placement.objects.filter(page__edition__day=day).count() == 3
    assert Outlet.objects.count() == 1


# What does not fit.


def loaded(*drafts, by=None, **named):
    source = Source(**{"text": PAGE, "file_name": "page.txt", "outlet": None, "day": DAY, **named})
    return load_page(drafts, source, by=by)


def draft(number=1, **fields):
    words = "".join(map(str, fields.values()))
    fields = {"kind": Kind.STORY, "headline": "标题", "body": "正文。", "first_line": 1, "last_line": 2, **fields}
    return Draft(number=number, **{"fingerprint": fingerprint_of(words), **fields})


def test_a_line_too_long_for_its_column_stands_whole_in_the_text_and_is_flagged(db):
    long = "长" * 201
    ((_, article),) = loaded(draft(headline=long, printed_byline="（本报记者 张三）" * 40)).created
    assert article.headline == "长" * 199 + "…"
    assert article.body == f"{long}\n正文。\n{'（本报记者 张三）' * 40}"
    assert article.printed_byline == ""
    assert article.flags.filter(check_code="too_long", severity=Severity.ERROR).count() == 2


def test_a_correction_without_a_headline_is_called_correction_and_a_brief_needs_none(db):
    made = loaded(draft(1, kind=Kind.CORRECTION, headline=""), draft(2, kind=Kind.BRIEF, headline="")).created
    assert [article.headline for _, article in made] == ["更正", ""]
    assert Flag.objects.exclude(check_code=flags.TRANSCRIPTION).filter(severity=Severity.ERROR).count() == 0


def test_the_beginning_of_the_text_stands_in_for_a_headline_that_is_not_there_and_an_error_says_so(db):
    ((_, article),) = loaded(draft(headline="", body="连日来，嵩县大旱。群众抗旱。")).created
    assert article.headline == "连日来，嵩县大旱"
    assert article.flags.get(check_code="headline_missing").severity == Severity.ERROR


def test_a_piece_of_a_headline_alone_is_kept_and_flagged(db):
    ((_, article),) = loaded(draft(headline="导读", body="", jump="下转第3版")).created
    assert (article.headline, article.body) == ("导读", "导读 下转第3版")
    assert article.flags.get(check_code="text_missing").severity == Severity.ERROR


def test_a_place_or_a_column_that_the_desk_does_not_have_is_left_out(db):
    load_gazetteer("songxian")
    places = (("wu-ci-di", "about"), ("songxian", "mentioned"))
    ((_, article),) = loaded(draft(column="无此栏", places=places, campaigns=("wu-ci",))).created
    assert article.column is None
    assert [(tag.tag.slug, tag.relation) for tag in article.locality_tags.all()] == [("songxian", "mentioned")]


def test_pictures_are_stored_with_their_captions_and_go_again_when_the_load_fails(db, settings, monkeypatch):
    picture = read_picture(upload(half_red()))
    piece = draft(
        kind=Kind.PHOTO,
        headline="",
        body="",
        captions=("一。", "二。"),
        pictures=(picture, None),
        printed_byline="王立志 摄",
    )
    ((_, article),) = loaded(piece).created
    one, two = article.figures.all()
    assert (one.caption, one.photo.sha256 != "", one.credit) == ("一。", True, "王立志 摄")
    assert (two.caption, two.photo.original.name) == ("二。", "")
    files = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert len(files) == 5  # the original, the one width of a picture so small as three sorts of file, and one to share

    def fail(*args, **named):
        raise RuntimeError("the power went")

    monkeypatch.setattr(load, "save_version", fail)
    with pytest.raises(RuntimeError):
        loaded(piece, day=date(2023, 11, 24))
    assert {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == files


def test_a_page_that_lies_there_to_be_confirmed_is_confirmed_by_whoever_loads_it(db):
    by = make_editor("add_contributor")
    waiting = PageImport.objects.create(text=PAGE, sha256=hashlib.sha256(PAGE.encode()).hexdigest(), day=DAY)
    assert loaded(draft(1), by=by).page_import == waiting
    waiting.refresh_from_db()
    assert (waiting.confirmed_by, PageImport.objects.count()) == (by, 1)
    again = loaded(draft(1, headline="另一篇"), by=make_editor())
    assert [piece.number for piece in waiting.pieces.order_by("number")] == [1, 2]
    assert again.page_import.confirmed_by == by


def test_who_may_not_add_contributors_is_told_of_a_name_that_is_new(db):
    done = loaded(draft(printed_byline="（本报记者 张三丰）"), by=make_editor())
    assert (Contributor.objects.count(), [number for number, _ in done.said]) == (0, [1])


def test_a_draft_that_was_edited_is_proofed_again(desk):
    (piece,) = drafts_of(propose(PAGE.split("11月20日")[0], desk=desk, day=DAY))
    changed = proofed(Draft(**{**vars(piece), "body": "1月5日，嵩县开会。（" + "讨论" * 30}), desk=desk, day=DAY)
    assert [found.day.isoformat() for found in changed.event_days] == ["2023-01-05"]
    assert changed.findings != piece.findings
    assert proofed(piece, desk=desk, day=DAY).findings == piece.findings


# The seed page.

PIECES = [item for item in TRUTH if item["kind"] != "furniture"]
LEVELS = {"functional_zone": "zone", "community": "village"}
DISPLACED = 2  # the item whose column is printed below it; a person told it where it belongs


@pytest.fixture
def seeded(db):
    """A desk with the seed page, and so with the places and campaigns that came with it."""
    load_seed_page()


def test_the_items_of_the_seed_page_are_told_apart_with_every_paragraph_and_byline(seeded):
    items = found(SEED)
    words = ("kind", "lines", "kicker", "headline", "subhead")
    assert [tuple(item[name] for name in words) for item in items] == [
        tuple(item.get(name) for name in words) for item in TRUTH
    ]
    assert [(item["body"], item["byline_text"], item["bylines"], item["text"]) for item in items] == [
        (item.get("body_paragraphs", []), item.get("byline_text"), item.get("bylines", []), item.get("text"))
        for item in TRUTH
    ]
    assert [item["column"] for item in items] == [
        None if item["seq"] == DISPLACED else item.get("column") for item in TRUTH
    ]
    text = SEED.read_text("utf-8")
    assert rebuilt(text, items) == "".join(text.split())


def test_the_places_campaigns_and_days_of_the_seed_page_are_those_of_its_truth(seeded):
    items = [item for item in found(SEED) if item["kind"] != "furniture"]
    assert [item["localities"] for item in items] == [
        [
            {
                "name": place["name"],
                "code": place["chain"][-1]["code"],
                "level": LEVELS.get(place["chain"][-1]["level"], place["chain"][-1]["level"]),
            }
            for place in item["localities"]
        ]
        for item in PIECES
    ]
    assert [item["campaigns"] for item in items] == [item["campaigns"] for item in PIECES]
    assert [item["event_dates"] for item in items] == [
        [day["iso_inferred"] for day in item["event_dates"]] for item in PIECES
    ]


def test_the_faults_of_the_seed_page_are_flagged_and_no_error_is_false(seeded):
    flags = [(n, flag) for n, item in enumerate(found(SEED), 1) for flag in item["flags"]]
    assert [(n, flag["check"], flag["paragraph"]) for n, flag in flags if flag["severity"] == "error"] == [
        (10, "repeated_passage", 2),
        (10, "lost_text", 3),  # behind the seam that stays unjoined
        (11, "repeated_passage", 1),
        (11, "cut_off_paragraph", 1),
        (11, "unmatched_quote", 1),
    ]
    assert [(n, flag["paragraph"]) for n, flag in flags if "新街街道" in flag["excerpt"]] == [(14, 0), (14, 1)]


def test_a_desk_that_knows_no_more_than_the_gazetteer_reads_the_seed_page_as_well(desk):
    items = found(SEED)
    assert [(item["kind"], item["lines"], item["kicker"], item["headline"], item["body"]) for item in items] == [
        (item["kind"], item["lines"], item.get("kicker"), item.get("headline"), item.get("body_paragraphs", []))
        for item in TRUTH
    ]
    known = set(desk_of_database_codes())
    assert [item["localities"][0]["code"] if item["localities"] else None for item in items] == [
        most_specific_known(item, known) for item in TRUTH
    ]
    assert [n for n, item in enumerate(items, 1) if any("新街街道" in flag["excerpt"] for flag in item["flags"])] == [
        14
    ]


def desk_of_database_codes():
    return Locality.objects.filter(code__isnull=False).values_list("code", flat=True)


def most_specific_known(item, known):
    """The code of the lowest place of the item's first chain that the gazetteer has."""
    chains = [place["chain"] for place in item.get("localities", []) if place["primary"]]
    codes = [step["code"] for step in chains[0] if step["code"] in known] if chains else []
    return codes[-1] if codes else None


def test_the_seed_page_brought_to_a_desk_that_has_it_makes_nothing_new(seeded):
    before = counts()
    said = run(SEED, "--paper", "河南日报农村版")
    assert said.splitlines()[-2:] == [
        "created: 0",
        f"present: 12 ({', '.join(f'2023-1123-{n:03}' for n in range(1, 13))})",
    ]
    assert counts() == before


def test_what_a_person_merged_or_left_out_is_not_made_anew_by_reading_the_page_again(desk, page):
    proposals = propose(PAGE, desk=desk, day=DAY)
    story, _photo = drafts_of(proposals)  # the photo is left out
    source = load.Source(PAGE, "page.txt", None, DAY)
    load.load_page([replace(story, fingerprint="m" * 64)], source, by=make_editor("*"))
    before = counts()
    assert "present: 1" in run(page)
    assert counts() == before
