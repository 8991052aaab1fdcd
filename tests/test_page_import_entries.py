"""整版导入: the entries of a review by themselves, as they are merged, split, posted and marked on the page."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from articles.admin.page_import import work
from articles.admin.page_import.characters import Squeezed, losses
from articles.admin.page_import.entries import (
    Caption,
    Entry,
    Offered,
    Stretch,
    appended,
    as_piece,
    divided,
    form_of,
    merged,
    posted,
    spelled,
    spelled_stretches,
)
from articles.admin.page_import.marks import Mark, lines_of
from articles.models import PageImport
from articles.vocabulary import Kind, PlaceRelation

ENTRY = st.builds(
    Entry,
    kind=st.sampled_from([Kind.STORY, Kind.PHOTO, Kind.BRIEF]),
    kicker=st.text("甲乙丙", max_size=3),
    headline=st.text("丁戊己庚", max_size=4),
    subhead=st.text("辛壬", max_size=3),
    body=st.lists(st.text("天地玄黄。", max_size=5), max_size=4).map("\n".join),
    captions=st.lists(st.builds(Caption, st.text("宇宙洪荒", min_size=1, max_size=5), st.just("")), max_size=2).map(
        tuple
    ),
    printed_byline=st.text("日月盈昃", max_size=4),
)


def letters(entry):
    return sorted(letter for passage in entry.words() for letter in passage if letter.isalnum())


@given(ENTRY, ENTRY)
def test_merging_drops_no_letter(first, second):
    assert letters(merged(first, second)) == sorted(letters(first) + letters(second))


@given(ENTRY, st.integers(-1, 6))
def test_splitting_drops_no_letter(entry, place):
    parts = divided(entry, place, "")
    if parts is None:
        assert not 2 <= place <= max(len(entry.paragraphs), 0 if entry.paragraphs else len(entry.captions))
        return
    both = sorted(letters(parts[0]) + letters(parts[1]))
    assert both == sorted(letters(entry) + [letter for letter in entry.column + entry.section])


@given(ENTRY, st.sampled_from(["kicker", "headline", "subhead", "first", "last"]))
def test_putting_furniture_into_a_piece_drops_no_letter(entry, part):
    furniture = Entry("furniture", (Stretch(0, 2, "text"),), body="图片")
    assert letters(appended(entry, furniture, part)) == sorted([*letters(entry), *"图片"])
    assert letters(as_piece(furniture)) == sorted("图片")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50), st.sampled_from(["body", "mark"])), max_size=5))
def test_stretches_come_back_as_they_were_spelled(spans):
    stretches = tuple(Stretch(start, start + length, name) for start, length, name in spans)
    assert spelled_stretches(spelled(stretches), 200) == stretches


def test_stretches_outside_the_page_or_spoiled_are_left_out():
    assert spelled_stretches("0-5-body,5-5-body,3-11-body,x,1-2-BODY,-1-2-body,2-4-mark", 10) == (
        Stretch(0, 5, "body"),
        Stretch(2, 4, "mark"),
    )


def test_a_form_without_anything_is_no_entry():
    assert posted({"total": "x"}, 10) == []


def test_a_sentence_is_lost_when_it_was_taken_out_and_not_when_it_was_mended_or_moved():
    page = "甲乙丙丁戊己庚辛壬癸。子丑寅卯辰巳午未申酉。天地玄黄宇宙洪荒日月。"
    whole = (Stretch(0, len(page), "body"),)
    mended = Entry(Kind.STORY, whole, body="甲乙丙丁戊己庚辛壬鬼。\n天地玄黄宇宙洪荒日月。")
    moved = Entry(Kind.BRIEF, body="子丑寅卯辰巳午未申酉。")
    assert losses(page, [mended, moved]) == []
    assert [loss.words for loss in losses(page, [mended])] == ["子丑寅卯辰巳午未申酉。"]
    assert losses(page, [Entry(Kind.STORY, whole, skipped=True)]) == []
    assert [loss.words for loss in losses(page, [])] == [page]


def test_what_is_nobodys_stretch_is_lost():
    page = "甲乙丙丁。\n\n戊己庚辛。"
    assert [
        (loss.start, loss.words)
        for loss in losses(page, [Entry(Kind.STORY, (Stretch(0, 5, "body"),), body="甲乙丙丁。")])
    ] == [(7, "戊己庚辛。")]


def test_words_are_found_across_the_lines_of_a_column():
    page = "他们来\n\n自各地，后来"
    squeezed = Squeezed(page, (Stretch(0, len(page), "body"),))
    assert squeezed.find("来 自各") == (2, 6)
    assert squeezed.find("没有") is None and squeezed.find("") is None


def test_marks_that_overlap_are_shown_with_the_worse_one_and_both_sentences():
    page = "甲乙丙丁戊"
    entry = Entry(Kind.STORY, (Stretch(0, 5, "body"),))
    (line,) = lines_of(page, [entry], [Mark(1, 4, "note", "甲", "a"), Mark(2, 3, "error", "乙", "b")], ["1"])
    assert [(segment.text, segment.severity, segment.sentence, segment.name) for segment in line.segments] == [
        ("甲", "", "", ""),
        ("乙", "note", "甲", "a"),
        ("丙", "error", "甲\n乙", "b"),
        ("丁", "note", "甲", ""),
        ("戊", "", "", ""),
    ]


def test_of_a_continued_piece_the_head_keeps_where_it_comes_from():
    entry = Entry(Kind.STORY, body="甲。\n乙。", jump="上接第1版")
    assert [part.jump for part in divided(entry, 2, "")] == ["上接第1版", ""]
    entry = Entry(Kind.STORY, body="甲。\n乙。", jump="下转第2版")
    assert [part.jump for part in divided(entry, 2, "")] == ["", "下转第2版"]


def test_offered_rows_know_whether_they_are_certain():
    data = FakePost(
        {
            "total": "1",
            "p0-kind": "story",
            "p0-place_offered": ["a", "?b"],
            "p0-place": ["b"],
            "p0-place_relation-b": "mentioned",
        }
    )
    assert posted(data, 10)[0].places == (Offered("a", False), Offered("b", True, False, "mentioned"))


@given(st.data())
def test_a_form_is_read_as_the_entries_it_was_made_of(data):
    rows = st.lists(
        st.builds(Offered, st.sampled_from("abc"), st.booleans(), st.booleans(), st.sampled_from(PlaceRelation.values)),
        max_size=3,
        unique_by=lambda row: row.slug,
    ).map(tuple)
    entries = [
        replace(
            data.draw(ENTRY),
            places=data.draw(rows),
            skipped=data.draw(st.booleans()),
            stretches=(Stretch(0, 5, "body"),),
        )
        for _n in range(data.draw(st.integers(0, 3)))
    ]
    kept = work.kept(
        PageImport(work={"form": form_of(entries), "count": 1, "by": 1, "who": "", "at": "2024-06-07T00:00Z"})
    )
    assert posted(kept.form, 10) == entries


def test_a_byline_under_the_headline_stays_with_the_first_half():
    page = "标题一\n记者 甲某\n甲甲甲。\n乙乙乙。\n（丙某）"
    head, foot = Stretch(4, 9, "byline_text"), Stretch(20, 24, "byline_text")
    text = (Stretch(0, 3, "headline"), Stretch(10, 14, "body"), Stretch(15, 19, "body"))

    def bylines(printed, *stretches, body="甲甲甲。\n乙乙乙。"):
        entry = Entry(
            Kind.STORY, tuple(sorted((*text, *stretches))), headline="标题一", body=body, printed_byline=printed
        )
        return [part.printed_byline for part in divided(entry, 2, page)]

    assert bylines("记者 甲某", head) == ["记者 甲某", ""]
    assert bylines("（丙某）", foot) == ["", "（丙某）"]
    assert bylines("记者 甲某 （丙某）", head, foot) == ["记者 甲某", "（丙某）"]
    assert bylines("另写的", head, foot) == ["", "另写的"]
    assert bylines("记者 甲某", head, body="甲甲甲。\n别的话。") == ["记者 甲某", ""]
    assert bylines("（丙某）", foot, body="甲甲甲。\n别的话。") == ["", "（丙某）"]
    assert bylines("打上的") == ["", "打上的"]


class FakePost(dict):
    def getlist(self, name):
        return self.get(name, [])
