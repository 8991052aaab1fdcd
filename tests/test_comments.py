"""批注: short remarks on a piece, resolvable, and kept."""

import pytest

from articles import comments
from articles.models import Comment, HistoryEntry
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act
from tests.factories import make_article, make_editor


def make_remarker(**fields):
    return make_editor("view_article", "add_comment", "change_comment", **fields)


def test_a_comment_stands_on_the_newest_version_with_its_passage_and_an_entry(db):
    article, by = make_article(), make_remarker()
    made = comments.add(article, by=by, words=" 请核实\n职务 ", excerpt=" 县委书记 ")
    assert (made.text, made.excerpt, made.by, made.version.number) == ("请核实 职务", "县委书记", by, 1)
    entry = HistoryEntry.objects.get(act=Act.COMMENTED)
    assert (entry.article, entry.by, entry.version, entry.note) == (
        article,
        by,
        made.version,
        "「县委书记」请核实 职务",
    )
    assert comments.of(article) == ([made], [])


def test_a_resolved_comment_is_kept_with_who_resolved_it(db):
    article, by, other = make_article(), make_remarker(), make_remarker()
    first, second = (comments.add(article, by=by, words=words) for words in ("一", "二"))
    comments.resolve(first, by=other)
    assert comments.of(article) == ([second], [first])
    kept = Comment.objects.get(pk=first.pk)
    assert kept.resolved_by == other and kept.resolved_at is not None
    entry = HistoryEntry.objects.get(act=Act.COMMENT_RESOLVED)
    assert (entry.article, entry.by, entry.note) == (article, other, "一")


def test_a_comment_that_is_resolved_twice_is_told_so_and_stays_as_it_was(db):
    article, by, other = make_article(), make_remarker(), make_remarker()
    comment = comments.add(article, by=by, words="请核实。")
    stale = Comment.objects.get(pk=comment.pk)
    comments.resolve(comment, by=by)
    with pytest.raises(AlreadyDone):
        comments.resolve(stale, by=other)
    assert Comment.objects.get().resolved_by == by
    assert HistoryEntry.objects.filter(act=Act.COMMENT_RESOLVED).count() == 1


def test_a_comment_that_is_sent_twice_is_one(db):
    article, by = make_article(), make_remarker()
    comments.add(article, by=by, words="请核实。")
    with pytest.raises(AlreadyDone):
        comments.add(article, by=by, words="请核实。 ")
    comments.add(article, by=make_remarker(), words="请核实。")
    comments.add(article, by=by, words="请核实。", excerpt="三成")
    comments.resolve(Comment.objects.first(), by=by)
    comments.add(article, by=by, words="请核实。")  # once more, now that the first is dealt with
    assert Comment.objects.count() == 4


@pytest.mark.parametrize(
    ("words", "excerpt"), [("", ""), (" \u3000\u200b\n", "三成"), ("字" * 501, ""), ("请核实。", "字" * 201)]
)
def test_a_comment_that_says_nothing_or_too_much_is_refused_in_words(db, words, excerpt):
    article = make_article()
    with pytest.raises(MoveRefused, match=r"\w"):
        comments.add(article, by=make_remarker(), words=words, excerpt=excerpt)
    assert (Comment.objects.count(), HistoryEntry.objects.filter(act=Act.COMMENTED).count()) == (0, 0)


def test_a_comment_of_full_length_is_kept_whole(db):
    made = comments.add(make_article(), by=make_remarker(), words="字" * 500, excerpt="段" * 200)
    assert (len(Comment.objects.get().text), len(made.excerpt)) == (500, 200)


def test_whoever_may_not_remark_or_resolve_is_refused(db):
    article, by = make_article(), make_remarker()
    with pytest.raises(MoveRefused):
        comments.add(article, by=make_editor("view_article", "view_comment", "change_comment"), words="请核实。")
    comment = comments.add(article, by=by, words="请核实。")
    with pytest.raises(MoveRefused):
        comments.resolve(comment, by=make_editor("view_article", "add_comment"))
    assert comments.of(article) == ([comment], [])


def test_the_comments_of_a_piece_cost_one_query_however_many(db, django_assert_num_queries):
    article, by = make_article(), make_remarker()
    for words in ("一", "二", "三"):
        comments.add(article, by=by, words=words)
    with django_assert_num_queries(1):
        waiting, resolved = comments.of(article)
        assert [f"{one.by} {one.resolved_by} {one.version.number}" for one in waiting] == [f"{by} None 1"] * 3
