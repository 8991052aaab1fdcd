"""The printed byline and its credits: each follows the other, nothing is guessed, and doing it twice changes nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import bylines
from articles.bylines import Standing, follow, in_step, open_credits, read, standing
from articles.intake.bylines import compose_byline
from articles.models import Affiliation, Byline, Contributor, Unit
from articles.vocabulary import Role
from tests.factories import make_article

NEW = Standing("", ())


def credit(article, *credits):
    """Let these (role, name) pairs be the piece's only credits."""
    article.bylines.all().delete()
    for position, (role, name) in enumerate(credits, 1):
        contributor = Contributor.objects.filter(name=name).first() or Contributor.objects.create(name=name)
        Byline.objects.create(article=article, position=position, role=role, contributor=contributor)


def sentences(article, before, **kwargs):
    return [said.sentence for said in follow(article, before, **kwargs)]


# --- one follows the other -------------------------------------------------------------------------------


def test_a_typed_line_makes_the_rows_of_a_new_piece(db):
    known = Contributor.objects.create(name="王博")
    article = make_article(printed_byline="（本报记者 王博 通讯员 赵小明）")
    follow(article, NEW)
    assert standing(article).credits == ((Role.REPORTER, "王博"), (Role.CORRESPONDENT, "赵小明"))
    assert article.bylines.first().contributor == known
    assert Contributor.objects.count() == 2


def test_rows_make_the_line_of_a_new_piece(db):
    article = make_article()
    credit(article, (Role.REPORTER, "王博"), (Role.CORRESPONDENT, "赵小明"))
    follow(article, NEW)
    article.refresh_from_db()
    assert article.printed_byline == "（本报记者 王博 通讯员 赵小明）"


@pytest.mark.parametrize("line", ["（本报记者 王博 李阳）", "（通讯员 王博）", "（本报记者 李阳 王博）", "李阳"])
def test_rows_in_step_follow_a_line_that_was_changed(db, line):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    before = standing(article)
    kept = article.bylines.get().contributor
    article.printed_byline = line
    article.save()
    follow(article, before)
    assert in_step(*standing(article))
    assert {row.contributor for row in article.bylines.all() if row.contributor.name == "王博"} <= {kept}


def test_a_line_in_step_follows_rows_that_were_changed(db):
    article = make_article(printed_byline="□记者 王博", credits=[("reporter", "王博")])
    before = standing(article)
    credit(article, (Role.REPORTER, "王博"), (Role.PHOTO, "王立志"))
    follow(article, before)
    article.refresh_from_db()
    assert article.printed_byline == "（本报记者 王博） 王立志 摄"
    assert in_step(*standing(article))


def test_where_both_were_changed_and_differ_neither_is_overwritten_and_the_difference_is_named(db):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    before = standing(article)
    article.printed_byline = "（本报记者 李阳）"
    article.save()
    credit(article, (Role.REPORTER, "赵小明"))
    (said,) = sentences(article, before)
    assert ("李阳" in said, "赵小明" in said) == (True, True)
    assert standing(article) == Standing("（本报记者 李阳）", ((Role.REPORTER, "赵小明"),))


def test_where_both_were_changed_to_the_same_nothing_is_said(db):
    article = make_article(printed_byline="（本报记者 李阳）")
    credit(article, (Role.REPORTER, "李阳"))
    assert follow(article, NEW) == []


def test_the_same_people_in_another_order_stand_as_the_line_has_them(db):
    article = make_article(printed_byline="（本报记者 王博 李阳）")
    credit(article, (Role.REPORTER, "李阳"), (Role.REPORTER, "王博"))
    follow(article, NEW)
    assert standing(article).credits == ((Role.REPORTER, "王博"), (Role.REPORTER, "李阳"))


def test_rows_that_were_all_deleted_stay_deleted_and_the_line_stays(db):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    before = standing(article)
    article.bylines.all().delete()
    assert follow(article, before) == []
    assert standing(article) == Standing("（本报记者 王博）", ())


def test_running_text_for_a_line_takes_no_credit_away(db):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    before = standing(article)
    article.printed_byline = "全县掀起热潮。群众满意。"
    article.save()
    assert [said.doubtful for said in follow(article, before)] == [True]
    assert standing(article).credits == ((Role.REPORTER, "王博"),)


def test_nothing_that_was_left_alone_is_touched(db):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("author", "李阳")])
    assert follow(article, standing(article)) == []
    assert Contributor.objects.count() == 1


# --- who is meant ----------------------------------------------------------------------------------------


def test_namesakes_are_not_guessed_and_are_told_apart_by_note_and_unit(db):
    first, second = Contributor.objects.create(name="王博", note="嵩县"), Contributor.objects.create(name="王博")
    Affiliation.objects.create(contributor=second, unit=Unit.objects.create(name="县委组织部"))
    article = make_article(printed_byline="（本报记者 王博 通讯员 李阳）")
    said = sentences(article, NEW)
    assert [sentence for sentence in said if "王博（嵩县）、王博（县委组织部）" in sentence]
    assert standing(article).credits == ((Role.CORRESPONDENT, "李阳"),)
    (waiting,) = open_credits(*standing(article))
    assert (waiting.place, waiting.role, waiting.name, waiting.candidates) == (
        1,
        Role.REPORTER,
        "王博",
        (first, second),
    )
    Byline.objects.create(article=article, position=1, role=Role.REPORTER, contributor=second)
    follow(article, Standing(article.printed_byline, ((Role.CORRESPONDENT, "李阳"),)))
    assert (standing(article).credits[0], open_credits(*standing(article))) == ((Role.REPORTER, "王博"), [])


def test_whoever_is_credited_already_is_meant_though_there_are_namesakes(db):
    article = make_article(printed_byline="（本报记者 王博）", credits=[("reporter", "王博")])
    Contributor.objects.create(name="王博", note="另一位")
    before, kept = standing(article), article.bylines.get().contributor
    article.printed_byline = "（通讯员 王博）"
    article.save()
    follow(article, before)
    assert [(row.role, row.contributor) for row in article.bylines.all()] == [(Role.CORRESPONDENT, kept)]


def test_a_merged_row_stands_for_the_one_that_stays(db):
    stays = Contributor.objects.create(name="王博")
    Contributor.objects.create(name="王博", note="旧", merged_into=stays)
    article = make_article(printed_byline="（本报记者 王博）")
    follow(article, NEW)
    assert [row.contributor for row in article.bylines.all()] == [stays]


def test_nobody_new_is_made_of_a_doubtful_name(db):
    article = make_article(printed_byline="许金安王博陈金中")
    assert [said.doubtful for said in follow(article, NEW)] == [True]
    assert Contributor.objects.count() == 0
    Contributor.objects.create(name="许金安王博陈金中")
    follow(article, NEW)
    assert standing(article).credits == ((Role.AUTHOR, "许金安王博陈金中"),)


def test_who_may_not_add_contributors_is_told_who_is_missing(db):
    article = make_article(printed_byline="（本报记者 王博）")
    assert [said.doubtful for said in follow(article, NEW, may_create=False)] == [True]
    assert Contributor.objects.count() == 0


def test_every_doubt_has_its_words():
    assert set(bylines.DOUBTS) == set(bylines.Doubt)


# --- in step ---------------------------------------------------------------------------------------------

NAMES = ["王博", "李阳", "赵小明", "欧阳修远", "阿依古丽·买买提", "县委组织部"]
CREDITS = st.lists(
    st.tuples(
        st.sampled_from([Role.REPORTER, Role.CORRESPONDENT, Role.AUTHOR, Role.PHOTO, Role.RESPONSIBLE_EDITOR]),
        st.sampled_from(NAMES),
    ),
    unique=True,
    max_size=4,
)
LINES = st.one_of(
    CREDITS.map(compose_byline),
    st.sampled_from(
        ["", "（本报记者 王博 通讯员 李阳）", "赵小明 摄", "据新华社", "许金安王博陈金中", "记者王博、李阳"]
    ),
    st.text("（）本报记者通讯员 王博李阳赵小明摄文/图：。", max_size=20),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LINES, st.none() | CREDITS), min_size=1, max_size=4))
def test_doing_it_again_changes_nothing_and_what_is_in_step_stays_in_step(db, saves):
    article = make_article()
    for line, credits in saves:
        before = standing(article)
        article.printed_byline = line
        article.save()
        if credits is not None:
            credit(article, *credits)
        changed = standing(article)
        follow(article, before)
        after = standing(article)
        if changed.line and changed.credits and changed.line != before.line and changed.credits != before.credits:
            assert after.line == changed.line and sorted(after.credits) == sorted(changed.credits)
        if in_step(*changed):
            assert after == changed
        assert (sentences(article, after), standing(article)) == ([], after)
        assert Byline.objects.filter(article=article).count() == len(after.credits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CREDITS.filter(bool), CREDITS.filter(bool))
def test_what_was_in_step_is_in_step_again_after_one_of_the_two_was_changed(db, old, new):
    for line_changes in (True, False):
        article = make_article(printed_byline=compose_byline(old))
        credit(article, *old)
        before = standing(article)
        if line_changes:
            article.printed_byline = compose_byline(new)
            article.save()
        else:
            credit(article, *new)
        follow(article, before)
        assert in_step(*standing(article))
        assert standing(article).credits == tuple(read(compose_byline(new)))
