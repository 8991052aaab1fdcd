"""待我审: for whom a piece waits, by the duty roster and by who can sign it; standing in for a colleague."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publish, review, roles, rota, waiting
from articles.models import (
    Shift,
    SignOff,
)
from articles.refusals import MoveRefused
from articles.vocabulary import Post
from tests.reviewing import (
    FINAL,
    FIRST,
    HOUR,
    SECOND,
    hash_of,
    make_colleague,
    revise,
    sign,
    submitted,
    take_back,
)


@pytest.fixture
def desk(db):
    """The people of a desk by what they are."""
    return {name: make_colleague(name, display_name=name) for name in roles.ROLES}


# --- duty, standing in, queues ---------------------------------------------------------------------------


def stand_in(editor, substitute, post, *, begins=-HOUR, ends=HOUR):
    now = timezone.now()
    return Shift.objects.create(
        day=timezone.localdate(), post=post, editor=editor, stand_in=substitute,
        stands_in_from=now + begins, stands_in_until=now + ends,
    )  # fmt: skip


def test_a_stand_in_signs_for_who_is_on_duty_and_the_record_says_so(desk):
    shift = stand_in(desk["总编"], desk["部门主任"], Post.CHIEF)
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    sign(article, make_colleague("部门主任"), SECOND)
    publish.sign_and_release(article, by=desk["部门主任"], sha256=hash_of(article))
    last = SignOff.objects.last()
    assert (last.by, last.instead_of) == (desk["部门主任"], shift.editor)
    assert "代总编" in article.history.first().note


@pytest.mark.parametrize(("begins", "ends"), [(-2 * HOUR, -HOUR), (HOUR, 2 * HOUR)])
def test_a_stand_in_signs_only_within_the_time(desk, begins, ends):
    stand_in(desk["责任编辑"], desk["部门主任"], Post.EDITOR, begins=begins, ends=ends)
    article = submitted()
    with pytest.raises(MoveRefused):
        sign(article, desk["部门主任"], FIRST)


def test_whoever_only_writes_stands_in_for_nobody(desk):
    stand_in(desk["总编"], desk["通讯员"], Post.CHIEF)
    assert not rota.may_sign(desk["通讯员"], FINAL)
    assert not rota.may_publish(desk["通讯员"])


def test_a_stand_in_may_not_review_the_own_piece_either(desk):
    stand_in(desk["责任编辑"], desk["部门主任"], Post.EDITOR)
    article = submitted(own_work_of=desk["部门主任"])
    with pytest.raises(MoveRefused):
        sign(article, desk["部门主任"], FIRST)


def called(desk):
    """The names of those in whose queue something waits."""
    return {name for name, account in desk.items() if waiting.to_sign(account).exists()}


def test_the_queue_of_a_stage_fills_for_all_who_may_sign_or_for_who_is_on_duty(desk):
    other = desk["另一责编"] = make_colleague("责任编辑")
    article = submitted()
    assert called(desk) == {"责任编辑", "另一责编"}
    shift = Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=other)
    assert called(desk) == {"另一责编"}
    assert review.stages_for(article, desk["责任编辑"]) == (FIRST,)  # the roster says whom to wait for, not who may
    shift.delete()
    stand_in(other, desk["部门主任"], Post.EDITOR)
    assert called(desk) == {"部门主任"}


def test_the_queue_follows_the_piece_and_comes_back_to_those_who_sign_again(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    assert called(desk) == {"部门主任"}
    sign(article, desk["部门主任"], SECOND)
    assert called(desk) == {"总编"}
    revise(article, by=desk["总编"])
    assert called(desk) == {"责任编辑", "部门主任", "总编"}
    sign(article, desk["总编"], FINAL)
    assert called(desk) == {"责任编辑", "部门主任"}
    take_back(article)
    assert called(desk) == set()


def test_what_waits_for_somebody_is_what_they_may_sign(desk):
    writer = desk["责任编辑"]
    submitted(own_work_of=writer)
    mine = submitted()
    gone = submitted()
    take_back(gone)
    assert list(waiting.to_sign(writer)) == [mine]
    for account in desk.values():
        for article in waiting.to_sign(account):
            assert review.stages_for(article, account) != ()


def test_a_piece_waits_for_everyone_who_can_where_those_it_is_meant_for_cannot(desk):
    other = desk["另一责编"] = make_colleague("责任编辑")
    shift = Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=other)
    article = submitted(own_work_of=other)  # who is on duty wrote it
    assert called(desk) == {"责任编辑"}
    take_back(article)
    article = submitted()
    type(other).objects.filter(pk=other.pk).update(is_active=False)  # or has left
    del desk["另一责编"]
    assert called(desk) == {"责任编辑"}
    shift.delete()
    sign(article, desk["责任编辑"], FIRST)
    revise(article, by=desk["部门主任"])
    substitute = desk["新责编"] = make_colleague("责任编辑")
    assert called(desk) == {"责任编辑", "部门主任"}
    type(other).objects.filter(pk=desk["责任编辑"].pk).update(is_active=False)  # who signed before has left
    assert list(waiting.to_sign(substitute)) == [article]


def test_somebody_on_duty_at_two_posts_who_signed_one_is_not_waited_for_at_the_other(db):
    both, head = make_colleague("责任编辑", "部门主任"), make_colleague("部门主任")
    for post in (Post.EDITOR, Post.HEAD):
        Shift.objects.create(day=timezone.localdate(), post=post, editor=both)
    article = submitted()
    sign(article, both, FIRST)
    assert (list(waiting.to_sign(head)), list(waiting.to_sign(both))) == ([article], [])


def test_a_stand_in_is_waited_for_after_midnight_too(desk):
    yesterday = timezone.localdate() - timedelta(days=1)
    now = timezone.now()
    Shift.objects.create(
        day=yesterday, post=Post.EDITOR, editor=desk["责任编辑"], stand_in=desk["部门主任"],
        stands_in_from=now - 3 * HOUR, stands_in_until=now + HOUR,
    )  # fmt: skip
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=desk["责任编辑"])
    submitted()
    assert called(desk) == {"部门主任"}


def test_that_nobody_can_sign_is_known(desk):
    head = desk["部门主任"]
    article = submitted(own_work_of=head)
    assert not waiting.nobody_can_sign(review.course_of(article))
    sign(article, desk["责任编辑"], FIRST)
    assert waiting.nobody_can_sign(review.course_of(article))
    make_colleague("部门主任")
    assert not waiting.nobody_can_sign(review.course_of(article))


def test_queues_ask_the_same_of_one_piece_and_of_many(desk, django_assert_max_num_queries):
    for _ in range(12):
        revise(submitted(), by=desk["部门主任"])
    with django_assert_max_num_queries(26):
        assert len(waiting.to_sign(desk["责任编辑"])) == 12
