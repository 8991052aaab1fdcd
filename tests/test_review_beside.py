"""What the review page shows besides its decisions: releases, earlier rounds, comments and flags in place, languages, unusual pieces; and the part beside the form."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from articles import comments, flags, publish, review, trash
from articles.models import Article, Comment, Flag, HistoryEntry, Publication, Shift, SignOff
from articles.vocabulary import Act, Kind, Post, Severity, State
from tests.factories import make_live_article
from tests.review_page import (
    FINAL,
    FIRST,
    SECOND,
    Desk,
    address,
    decisions,
    filled,
    make_person,
    open_page,
    press,
    said,
    sha256_of,
)
from tests.review_reading import STAGES, buttons, change, state_of, text_of


@pytest.fixture
def desk(db):
    return Desk()


# --- what is released ------------------------------------------------------------------------------------


def scheduled(desk):
    article = desk.piece(signed=STAGES)
    publish.schedule(article, by=desk.chief, at=timezone.now() + timedelta(days=1))
    return Article.objects.get(pk=article.pk)


def test_a_scheduled_piece_is_stopped_by_any_editor_and_released_again_by_the_chief_alone(client, desk):
    article = scheduled(desk)
    page = open_page(client, desk.editor, article)
    assert buttons(page) == ["comment", "hold"]
    press(client, page, "hold", note="数字待核。")
    assert state_of(article) == State.HELD
    assert "resume" not in buttons(open_page(client, desk.editor, article))
    assert client.post(address(article), {"act": "resume"}).status_code == 409
    page = open_page(client, desk.chief, article)
    assert "resume" in buttons(page)
    press(client, page, "resume")
    assert state_of(article) == State.SCHEDULED


@pytest.mark.parametrize("name", ["writer", "correspondent", "proof"])
def test_who_only_writes_or_proofs_cannot_stop_a_release(client, desk, name):
    article = scheduled(desk)
    page = open_page(client, getattr(desk, name), article)
    assert "hold" not in buttons(page)
    assert client.post(address(article), {"act": "hold"}).status_code == 409
    assert state_of(article) == State.SCHEDULED


def test_a_public_piece_is_taken_offline_by_the_chief_or_whoever_is_on_duty_and_by_no_other(client, desk):
    article = desk.piece(signed=STAGES)
    publish.publish(article, by=desk.chief)
    page = open_page(client, desk.editor, article)
    assert "hold" not in buttons(page)
    assert client.post(address(article), {"act": "hold"}).status_code in (302, 409)
    assert state_of(article) == State.LIVE
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=desk.editor)
    page = open_page(client, desk.editor, article)
    assert "hold" in buttons(page)
    press(client, page, "hold")
    assert state_of(article) == State.HELD


def test_a_second_touch_of_stopping_changes_nothing(client, desk):
    article = scheduled(desk)
    page = open_page(client, desk.chief, article)
    assert [press(client, page, "hold").status_code for _touch in "12"] == [302, 302]
    assert HistoryEntry.objects.filter(act=Act.HELD).count() == 1


def test_an_update_of_a_public_piece_is_compared_with_what_readers_see(client, desk):
    article = make_live_article(body="全县收粮二万吨。")
    change(article, desk.writer, body="全县收粮三万吨。")
    review.submit(article, by=desk.writer)
    page = open_page(client, desk.editor, article)
    (changed,) = page.context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]
    for account in (desk.editor, desk.head):
        press(client, open_page(client, account, article), "sign")
    page = open_page(client, desk.chief, article)
    assert [value for value, _label in page.context["moment"].fields["when"].choices] == ["now", "later"]
    assert Publication.objects.get().version.number == 1
    press(client, page, "sign", when="now")
    assert Publication.objects.get().version.number == 2


def test_a_public_text_that_is_unchanged_is_not_offered_for_review(client, desk):
    article = make_live_article()
    assert buttons(open_page(client, desk.chief, article)) == ["comment", "hold"]


# --- how the last round ended ----------------------------------------------------------------------------


def ended(response):
    """What the page says where no round is open."""
    return [part.split("</p>")[0] for part in text_of(response).split('<p class="ended">')[1:]]


def moment_of(moment):
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


@pytest.mark.parametrize("after", ["published", "scheduled", "held", "withdrawn"])
def test_a_released_piece_says_who_released_it_not_that_it_was_never_submitted(client, desk, after):
    article = scheduled(desk) if after == "scheduled" else desk.piece(signed=STAGES)
    if after != "scheduled":
        publication = publish.publish(article, by=desk.chief)
    if after == "held":
        publish.hold(publication, by=desk.chief)
    if after == "withdrawn":
        publish.withdraw(publication, by=desk.chief, ordered_by="总编室")
    with override("en"):
        (said_there,) = ended(open_page(client, desk.writer, article))
    assert said_there.endswith(f"chief {moment_of(article.reviews.get().closed_at)}")
    assert "taken back" not in said_there.lower()


def test_a_piece_that_was_taken_back_says_who_took_it_back(client, desk):
    article = desk.piece()
    assert ended(open_page(client, desk.writer, article)) == []
    review.recall(article, by=desk.writer)
    (said_there,) = ended(open_page(client, desk.editor, article))
    assert said_there.endswith(f"writer {moment_of(article.reviews.get().closed_at)}")
    never = open_page(client, desk.editor, desk.piece(submitted=False))
    assert ended(never) == []


@pytest.mark.parametrize("decide", [review.send_back, review.put_aside])
def test_a_piece_that_was_decided_against_says_the_reason(client, desk, decide):
    article = desk.piece()
    decide(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="数字请核实。")
    page = open_page(client, desk.writer, article)
    assert (ended(page), page.context["against"].opinion) == ([], "数字请核实。")


# --- what changed since the account decided in an earlier round ------------------------------------------


def test_whoever_returned_a_piece_sees_what_changed_when_it_comes_back(client, desk):
    article = desk.piece(body="全县收粮二万吨。", signed=[FIRST])
    change(article, desk.head, subhead="副题")
    review.send_back(article, by=desk.head, stage=SECOND, sha256=sha256_of(article), opinion="请核实数字。")
    change(article, desk.writer, body="全县收粮三万吨。")
    review.submit(article, by=desk.writer)
    returned, page = SignOff.objects.last(), open_page(client, desk.head, article)
    (changed,) = page.context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]
    assert moment_of(returned.at) in page.context["compared"].since and "2" in page.context["compared"].since
    signer = open_page(client, desk.editor, article).context["compared"]  # signed the text before, without the subhead
    assert [change.label for change in signer.changes] != [changed.label] and len(signer.changes) == 2
    assert open_page(client, desk.chief, article).context["compared"] is None  # never decided; as submitted


def test_what_the_account_decided_last_is_what_counts(client, desk):
    article = desk.piece(body="第一稿。")
    for body in ("第二稿。", "第三稿。"):
        review.send_back(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="改。")
        change(article, desk.writer, body=body)
        review.submit(article, by=desk.writer)
    (changed,) = open_page(client, desk.editor, article).context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]


# --- open comments before the release --------------------------------------------------------------------


def open_comments(response):
    """The notices above the buttons, as HTML."""
    return [part.split("</div>")[0] for part in text_of(response).split('class="notice open-comments"')[1:]]


def test_open_comments_are_told_above_the_buttons_of_the_final_review_and_hinder_nothing(client, desk):
    article = desk.piece(signed=[FIRST])
    comment = comments.add(article, by=desk.editor, words="职务请核实。")
    comments.resolve(comments.add(article, by=desk.editor, words="已办的。"), by=desk.editor)
    assert open_comments(open_page(client, desk.head, article)) == []
    desk.sign(article, SECOND)
    page = open_page(client, desk.chief, article)
    (notice,) = open_comments(page)
    assert "职务请核实。" in notice and "已办的。" not in notice and f'href="#comment-{comment.pk}"' in notice
    assert f'id="comment-{comment.pk}"' in text_of(page)
    assert press(client, page, "sign", when="later").status_code == 302
    page = open_page(client, desk.chief, article)
    assert len(open_comments(page)) == 1  # beside the release of what is signed
    assert press(client, page, "issue", when="now").status_code == 302
    assert state_of(article) == State.LIVE


def test_without_open_comments_there_is_no_notice_of_them_and_of_many_three_are_told(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    assert open_comments(open_page(client, desk.chief, article)) == []
    for words in "甲乙丙丁":
        comments.add(article, by=desk.editor, words=words)
    (notice,) = open_comments(open_page(client, desk.chief, article))
    assert (notice.count("<li>"), "丁" in notice, 'href="#comments"' in notice) == (4, False, True)


# --- flags and comments in place -------------------------------------------------------------------------


def test_a_flag_is_settled_in_place_an_error_with_a_reason(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.ERROR, detail="人名有误", excerpt="王志强")
    page = open_page(client, desk.editor, article)
    assert "人名有误" in text_of(page) and "clear" in buttons(page)
    response = press(client, page, "clear", flag=flag.pk, reason=" ")
    assert response.status_code == 409 and Flag.objects.get(pk=flag.pk).cleared_at is None
    response = press(client, page, "clear", flag=flag.pk, reason="已与本人核实。")
    assert response.url == f"{address(article)}#flags"
    flag.refresh_from_db()
    assert (flag.cleared_by, flag.reason) == (desk.editor, "已与本人核实。")
    press(client, page, "clear", flag=flag.pk, reason="又一次。")
    assert Flag.objects.get(pk=flag.pk).reason == "已与本人核实。"


def test_a_reason_that_is_too_long_for_a_flag_is_kept_on_the_page(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.ERROR, detail="人名有误")
    response = press(client, open_page(client, desk.editor, article), "clear", flag=flag.pk, reason="字" * 201)
    assert response.status_code == 409 and "字" * 201 in text_of(response)


def test_who_may_not_settle_flags_is_not_offered_it_and_cannot(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.NOTE, detail="看看")
    page = open_page(client, desk.correspondent, article)
    assert "clear" not in buttons(page)
    assert press(client, page, "clear", flag=flag.pk, reason="好。").status_code == 409
    assert Flag.objects.get(pk=flag.pk).cleared_at is None


def test_a_flag_of_another_piece_is_not_settled_here(client, desk):
    article, other = desk.piece(), desk.piece()
    flag = flags.raise_flag(other, by=desk.chief, severity=Severity.NOTE, detail="看看")
    press(client, open_page(client, desk.editor, article), "clear", flag=flag.pk, reason="好。")
    assert Flag.objects.get(pk=flag.pk).cleared_at is None


def test_a_comment_is_made_and_resolved_on_the_page(client, desk):
    article = desk.piece()
    page = open_page(client, desk.head, article)
    assert (
        press(client, page, "comment", words="请核实职务。", excerpt="县委书记").url == f"{address(article)}#comments"
    )
    comment = Comment.objects.get()
    page = open_page(client, desk.writer, article)
    assert "请核实职务。" in text_of(page) and "resolve" in buttons(page)
    press(client, page, "resolve", comment=comment.pk)
    page = client.get(address(article))
    assert (page.context["comments"], page.context["resolved_comments"]) == ([], [comment])
    assert "请核实职务。" in text_of(page)  # folded, kept


def test_a_comment_that_is_too_long_is_kept_on_the_page(client, desk):
    article = desk.piece()
    response = press(client, open_page(client, desk.head, article), "comment", words="字" * 501)
    assert response.status_code == 409
    assert response.context["comment_form"]["words"].value() == "字" * 501
    assert Comment.objects.count() == 0


def test_whoever_only_keeps_accounts_sees_comments_and_makes_none(client, desk):
    article = desk.piece()
    comment = comments.add(article, by=desk.head, words="请核实。")
    account = make_person("财务")
    page = open_page(client, account, article)
    assert "请核实。" in text_of(page) and buttons(page) == []
    for data in ({"act": "comment", "words": "我也说。"}, {"act": "resolve", "comment": comment.pk}):
        assert client.post(address(article), data).status_code == 409
    assert Comment.objects.filter(resolved_at=None).count() == 1


def test_a_comment_of_another_piece_is_not_resolved_here(client, desk):
    article, other = desk.piece(), desk.piece()
    comment = comments.add(other, by=desk.head, words="请核实。")
    assert press(client, open_page(client, desk.editor, article), "resolve", comment=comment.pk).status_code == 409
    assert Comment.objects.get().resolved_at is None


def test_an_act_from_beside_the_form_returns_to_the_form(client, desk):
    article = desk.piece(submitted=False)
    page = open_page(client, desk.writer, article)
    response = press(client, page, "submit", version=1, back="form")
    assert response.url == f"/admin/articles/article/{article.pk}/change/"
    assert press(client, page, "comment", words="好。", back="//evil.example").url.startswith(address(article))


# --- languages -------------------------------------------------------------------------------------------


def test_the_page_follows_the_language_of_the_account_and_the_story_stays_chinese(client, desk):
    article = desk.piece()
    desk.editor.language = "en"
    desk.editor.save()
    page = text_of(open_page(client, desk.editor, article))
    assert (
        '<html lang="en">' in page and "Return for changes" in page and '<article class="story" lang="zh-CN">' in page
    )


def test_the_page_is_never_kept_and_found_by_no_machine(client, desk):
    page = open_page(client, desk.editor, desk.piece())
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert '<meta name="robots" content="noindex, nofollow">' in text_of(page)


def test_a_piece_of_one_s_own_is_seen_by_its_filled_form_only(client, desk):
    """What a browser would send is what the page showed: nothing is called changed that nobody changed."""
    article = desk.piece(body="一。\n二。", captions=("图。\n说。",))
    page = open_page(client, desk.editor, article)
    data = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in filled(page, "sign").items()
    }
    assert client.post(address(article), data).status_code == 302
    assert decisions(article) == [(FIRST, "passed", "editor")]


# --- pieces that are no ordinary ones --------------------------------------------------------------------


def test_a_piece_without_a_version_a_withdrawn_one_and_one_in_the_recycle_bin_offer_nothing_that_cannot_be(
    client, desk
):
    bare = Article.objects.create(headline="标题", body="正文。", created_by=desk.writer)
    withdrawn = make_live_article()
    publish.withdraw(withdrawn.publication, by=desk.chief, ordered_by="宣传部")
    binned = desk.piece(submitted=False)
    trash.trash(binned, by=desk.chief)
    offered = [buttons(open_page(client, desk.chief, article)) for article in (bare, withdrawn, binned)]
    assert offered == [[], ["comment"], ["comment"]]
    for article in (bare, withdrawn, binned):
        for act in ("sign", "amend", "submit", "issue", "hold", "resume"):
            data = {
                "act": act,
                "stage": FINAL,
                "sha256": "0" * 64,
                "when": "now",
                "version": 1,
                "headline": "改",
                "body": "改。",
            }
            response = client.post(address(article), data | {"base_revision": article.revision}, follow=True)
            assert response.context["refusal"] or said(response)
    assert Publication.objects.count() == 1 and not list(Article.objects.live())


def test_a_page_of_the_site_is_reviewed_like_any_piece(client, desk):
    article = desk.piece(kind=Kind.PAGE, address="about", headline="关于我们")
    for account in (desk.editor, desk.head):
        assert press(client, open_page(client, account, article), "sign").status_code == 302
    assert press(client, open_page(client, desk.chief, article), "sign", when="now").status_code == 302
    assert client.get("/pages/about/").status_code == 200


# --- beside the form of the piece ------------------------------------------------------------------------


def form_of(client, account, article):
    client.force_login(account)
    return client.get(f"/admin/articles/article/{article.pk}/change/")


def beside(response):
    """The part of the form's page that tells of the review; it stands outside the form, since it has forms of its own."""
    page = text_of(response)
    part = page[page.index('id="review"') : page.index("</section>", page.index('id="review"'))]
    assert page.index('id="review"') < page.index('id="article_form"')
    return part


def test_the_form_of_a_piece_shows_the_course_of_its_review_and_leads_to_the_page(client, desk):
    article = desk.piece(signed=[FIRST])
    comments.add(article, by=desk.editor, words="请核实职务。")
    response = form_of(client, desk.head, article)
    assert [(step.stage, step.standing) for step in response.context["steps"]] == [
        (FIRST, "signed"), (SECOND, "next"), (FINAL, "later"),
    ]  # fmt: skip
    part = beside(response)
    assert f'href="{address(article)}"' in part and "请核实职务。" in part and "editor" in part
    assert response.context["stages_to_sign"] == (SECOND,)


def test_a_draft_is_submitted_and_remarked_on_from_beside_its_form(client, desk):
    article = desk.piece()
    review.recall(article, by=desk.writer)  # a piece that nobody has discussed yet is submitted by a button of the form
    page = form_of(client, desk.writer, article)
    assert [part.split('"')[0] for part in beside(page).split('name="act" value="')[1:]] == ["submit", "comment"]
    for data in ({"act": "comment", "words": "请核实职务。"}, {"act": "submit", "version": 1}):
        response = client.post(address(article), data | {"back": "form"})
        assert response.url.partition("#")[0] == f"/admin/articles/article/{article.pk}/change/"
    assert (state_of(article), Comment.objects.count()) == (State.REVIEW, 1)


def test_the_form_of_a_new_piece_tells_of_no_review(client, desk):
    client.force_login(desk.writer)
    assert 'id="review"' not in text_of(client.get("/admin/articles/article/add/"))
