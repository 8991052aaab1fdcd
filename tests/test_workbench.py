"""我的工作台: what waits for whom, how old it is, and that every count is the length of the list it leads to."""

from datetime import timedelta

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from articles import comments, publish, queues, review, topics, trash
from articles.admin import workbench
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Article, Contributor, Publication, ReaderReport, Shift, Submission, Topic
from articles.versions import save_version
from articles.vocabulary import REVIEWING, Kind, Post, Stage, TopicStatus
from tests.desk import rows
from tests.factories import make_article

START = "/admin/"
FEW = (
    "USING INDEX publication_held", "USING INDEX review_one_at_a_time", "USING INDEX article_unreleased", "USING INDEX report_open",
)  # fmt: skip
LIST = "/admin/articles/article/"


@pytest.fixture
def desk(db):
    """The demonstration accounts, by login name."""
    return {username: make_account(username, name, held, "secret") for username, name, held in ACCOUNTS}


def submitted(desk, headline, *, signed=0, by="writer"):
    """A piece of the writer's in review, signed at so many stages."""
    article = make_article(by=desk[by], headline=headline, own_work_of=desk[by])
    review.submit(article, by=desk[by])
    sha256 = article.versions.first().sha256
    for stage, name in list(zip(REVIEWING, ("editor", "head", "chief"), strict=True))[:signed]:
        review.sign(article, by=desk[name], stage=stage, sha256=sha256)
    return article


def released(desk, headline):
    article = submitted(desk, headline, signed=3)
    return publish.publish(article, by=desk["chief"])


@pytest.fixture
def busy(desk):
    """A desk with something in every queue, some of it not to be counted."""
    writer, editor, chief = desk["writer"], desk["editor"], desk["chief"]
    make_article(by=writer, headline="草稿甲")
    make_article(by=editor, headline="编辑的草稿")
    trash.trash(make_article(by=writer, headline="扔掉的草稿"), by=writer)
    for signed in range(4):
        submitted(desk, f"已签{signed}道", signed=signed)
    back = submitted(desk, "退回的")
    review.send_back(back, by=editor, stage=Stage.FIRST_REVIEW, sha256=back.versions.first().sha256, opinion="请核对")
    aside = submitted(desk, "不用的")
    review.put_aside(
        aside, by=editor, stage=Stage.FIRST_REVIEW, sha256=aside.versions.first().sha256, opinion="已有同题"
    )
    article = submitted(desk, "定时的", signed=3)
    publish.schedule(article, by=chief, at=timezone.now() + timedelta(hours=9))
    reported = released(desk, "今天发的")
    ReaderReport.objects.create(article=reported.article, version=reported.version, text="错字", sender="甲")
    old = released(desk, "以前发的")
    before = timezone.now() - timedelta(days=3)
    Publication.objects.filter(pk=old.pk).update(first_published_at=before, published_at=before)
    publish.hold(released(desk, "停发的"), by=chief)
    remarked = make_article(by=writer, headline="有批注的")
    for words in ("数字？", "人名？"):
        comments.add(remarked, by=editor, words=words)
    about = make_article(by=writer, headline="批注已处理的")
    comments.resolve(comments.add(about, by=editor, words="好"), by=editor)
    about_us = make_article(by=chief, kind=Kind.PAGE, address="about", headline="关于我们")
    review.submit(about_us, by=chief)
    Topic.objects.create(title="春耕", owner=writer, status=TopicStatus.ASSIGNED)
    Topic.objects.create(title="放弃的", owner=writer, status=TopicStatus.DROPPED)
    topics.start(Topic.objects.create(title="开始写的", owner=writer), by=writer)
    now = timezone.now()
    Submission.objects.create(sender="甲", headline="待采用、待核实")
    Submission.objects.create(sender="乙", headline="待采用", verified_at=now, verified_by=editor, verification="电话")
    Submission.objects.create(sender="丙", headline="不用", declined_at=now, declined_by=editor, reason="重复")
    Submission.objects.create(sender="丁", headline="撤回", recalled_at=now)
    return desk


def shown(client, account):
    """{code: Shown} of an account's start page."""
    client.force_login(account)
    response = client.get(START)
    assert response.status_code == 200
    context = response.context
    return {queue.code: queue for queue in [*context["stopped"], *context["queues"], *context["empty"]]}


# --- what waits for whom ---------------------------------------------------------------------------------


def test_a_writer_sees_what_they_have_to_do_and_what_became_of_the_rest(client, busy):
    found = shown(client, busy["writer"])
    assert {code: queue.count for code, queue in found.items()} == {
        "held": "1", "returned": "1", "unused": "1", "topics": "1", "drafts": "4", "remarked": "1", "in_review": "4", "scheduled": "1", "today": "1",
    }  # fmt: skip
    assert [row.title for row in found["drafts"].rows] == ["草稿甲", "有批注的", "批注已处理的", "开始写的"]
    assert [(row.title, row.stands) for row in found["returned"].rows] == [("退回的", "请核对")]
    assert [(row.title, row.stands) for row in found["unused"].rows] == [("不用的", "已有同题")]
    assert [row.title for row in found["topics"].rows] == ["春耕"]
    assert [row.title for row in found["today"].rows] == ["今天发的"]


def test_each_reviewer_sees_what_waits_for_their_own_stage(client, busy):
    for name, waits in {"editor": ["已签0道"], "head": ["已签1道"], "chief": ["已签2道"], "proof": []}.items():
        found = shown(client, busy[name])
        assert [row.title for row in found["to_sign"].rows] == waits
        assert ("to_release" in found) == (name == "chief")


def test_the_editor_in_chief_sees_what_is_signed_and_not_released(client, busy):
    (row,) = shown(client, busy["chief"])["to_release"].rows
    article = Article.objects.get(headline="已签3道")
    assert (row.title, row.url) == ("已签3道", reverse("admin:articles_article_release", args=[article.pk]))


def test_editors_see_submissions_that_nobody_took_or_verified(client, busy):
    found = shown(client, busy["editor"])
    assert (found["submissions"].count, found["unverified"].count) == ("2", "1")
    assert "submissions" not in shown(client, busy["writer"])


def test_what_was_stopped_stands_on_everybodys_desk(client, busy):
    for account in busy.values():
        client.force_login(account)
        page = client.get(START).content.decode()
        assert 'class="queue queue-held"' in page and "停发的" in page


def test_every_count_is_the_length_of_the_list_it_leads_to_for_every_role(client, busy):
    seen = set()
    for name, account in busy.items():
        for code, queue in shown(client, account).items():
            listed = client.get(queue.url).context["cl"]
            assert (name, code, str(listed.result_count)) == (name, code, queue.count)
            keys = {int(part) for row in queue.rows for part in row.url.split("/") if part.isdigit()}
            assert keys <= {row.pk for row in listed.result_list}
            seen |= {code} if queue.count != "0" else set()
    assert seen == {queue.code for queue in queues.QUEUES}


def test_the_list_of_a_queue_says_what_it_is_narrowed_to_and_another_ones_queue_is_none(client, busy):
    client.force_login(busy["writer"])
    listed = client.get(LIST, {"queue": "returned"})
    assert [piece.headline for piece in rows(listed)] == ["退回的"]
    assert [chip[1] for chip in listed.context["cl"].chips] == [queues.of_pieces(busy["writer"])["returned"].label]
    assert (rows(client.get(LIST, {"queue": "to_release"})), rows(client.get(LIST, {"queue": "nonsense"}))) == ([], [])


def test_a_queue_can_be_narrowed_further(client, busy):
    client.force_login(busy["writer"])
    assert [piece.headline for piece in rows(client.get(LIST, {"queue": "in_review", "q": "已签2道"}))] == ["已签2道"]


# --- whose piece -----------------------------------------------------------------------------------------


def test_a_returned_piece_comes_back_to_whoever_is_credited_with_it(client, desk):
    Contributor.objects.create(name="周明远", account=desk["writer"])
    for headline, credits in (("署名的稿子", [("reporter", "周明远")]), ("别人的稿子", [])):
        article = make_article(by=desk["head"], headline=headline, credits=credits)
        review.submit(article, by=desk["head"])
        sha256 = article.versions.first().sha256
        review.send_back(article, by=desk["editor"], stage=Stage.FIRST_REVIEW, sha256=sha256, opinion="请核对")
    assert [row.title for row in shown(client, desk["writer"])["returned"].rows] == ["署名的稿子"]


def test_a_piece_that_an_editor_made_of_ones_topic_is_ones_own_draft(client, desk):
    topic = Topic.objects.create(title="春耕", owner=desk["writer"])
    topics.start(topic, by=desk["editor"])
    found = shown(client, desk["writer"])
    assert ([row.title for row in found["drafts"].rows], found["topics"].count) == (["春耕"], "0")


def test_a_returned_text_that_was_taken_back_to_what_is_public_waits_for_nobody(client, desk):
    article = released(desk, "已发的").article
    public = article.body
    for body in ("改坏了。", public):
        article.body = body
        article.save()
        save_version(article, by=desk["writer"])
        if body != public:
            review.submit(article, by=desk["writer"])
            sha256 = article.versions.first().sha256
            review.send_back(article, by=desk["editor"], stage=Stage.FIRST_REVIEW, sha256=sha256, opinion="不必改")
            assert shown(client, desk["writer"])["returned"].count == "1"
    assert (article.version_number, shown(client, desk["writer"])["returned"].count) == (3, "0")


def test_a_returned_piece_leaves_the_queue_when_it_is_submitted_again(client, desk):
    article = submitted(desk, "改过的")
    review.send_back(
        article, by=desk["editor"], stage=Stage.FIRST_REVIEW, sha256=article.versions.first().sha256, opinion="改"
    )
    assert shown(client, desk["writer"])["returned"].count == "1"
    article.body = "改过的正文。"
    article.save()
    save_version(article, by=desk["writer"])
    review.submit(article, by=desk["writer"])
    found = shown(client, desk["writer"])
    assert (found["returned"].count, found["in_review"].count) == ("0", "1")


def put_aside(desk, headline, opinion="不合要求"):
    article = submitted(desk, headline)
    sha256 = article.versions.first().sha256
    review.put_aside(article, by=desk["editor"], stage=Stage.FIRST_REVIEW, sha256=sha256, opinion=opinion)
    return article


def test_a_piece_that_is_not_used_is_told_to_its_writer_for_thirty_days(client, desk):
    for headline, days in (("新近的", 29), ("早先的", 31)):
        closed_at = timezone.now() - timedelta(days=days)
        put_aside(desk, headline).reviews.update(closed_at=closed_at, opened_at=closed_at)
    trash.trash(put_aside(desk, "扔掉的"), by=desk["writer"])
    (row,) = shown(client, desk["writer"])["unused"].rows
    article = Article.objects.get(headline="新近的")
    assert (row.title, row.stands, row.url) == ("新近的", "不合要求", f"/desk/review/{article.pk}/")
    assert [shown(client, desk[name])["unused"].count for name in ("editor", "head")] == ["0", "0"]


def test_a_piece_that_is_submitted_again_is_no_longer_told_as_not_used(client, desk):
    article = put_aside(desk, "再送的")
    review.submit(article, by=desk["editor"])
    found = shown(client, desk["writer"])
    assert (found["unused"].count, found["in_review"].count) == ("0", "1")


def test_the_reason_that_is_shown_is_that_of_the_last_round(client, desk):
    article = put_aside(desk, "两次不用", opinion="第一次")
    review.submit(article, by=desk["editor"])
    sha256 = article.versions.first().sha256
    review.put_aside(article, by=desk["head"], stage=Stage.SECOND_REVIEW, sha256=sha256, opinion="字" * 200)
    (row,) = shown(client, desk["writer"])["unused"].rows
    assert row.stands.startswith("字字") and len(row.stands) == workbench.REASON_SHOWN


def test_comments_on_what_was_withdrawn_or_thrown_away_wait_for_nobody(client, desk):
    gone, kept = released(desk, "撤稿的"), released(desk, "还在的").article
    binned = make_article(by=desk["writer"], headline="扔掉的")
    for article in (gone.article, kept, binned):
        comments.add(article, by=desk["editor"], words="请核实。")
    assert shown(client, desk["writer"])["remarked"].count == "3"
    publish.withdraw(gone, by=desk["chief"], ordered_by="总编室")
    trash.trash(binned, by=desk["writer"])
    assert [row.title for row in shown(client, desk["writer"])["remarked"].rows] == ["还在的"]


# --- who and how long ------------------------------------------------------------------------------------


def test_a_piece_in_review_says_its_stage_and_who_is_on_duty_for_it(client, desk):
    submitted(desk, "待复审的", signed=1)
    (row,) = shown(client, desk["writer"])["in_review"].rows
    assert "复审" in row.stands and "赵文彬" not in row.stands
    Shift.objects.create(day=timezone.localdate(), post=Post.HEAD, editor=desk["head"])
    (row,) = shown(client, desk["writer"])["in_review"].rows
    assert row.stands.endswith(" · 赵文彬")
    now = timezone.now()
    Shift.objects.update(
        stand_in=desk["chief"], stands_in_from=now - timedelta(hours=1), stands_in_until=now + timedelta(hours=1)
    )
    (row,) = shown(client, desk["writer"])["in_review"].rows
    assert row.stands.endswith(" · 陈国栋")


def test_after_an_edit_it_says_who_has_to_sign_again(client, desk):
    article = submitted(desk, "改签的", signed=3)
    article.body = "总编改了一处。"
    article.save()
    save_version(article, by=desk["chief"])
    (row,) = shown(client, desk["writer"])["in_review"].rows
    assert row.stands.endswith(" · 李静、赵文彬、陈国栋")


def test_the_oldest_five_come_first_with_their_age(client, desk):
    for hours in (3, 50, 0, 1, 26, 72, 5):
        article = make_article(by=desk["writer"], headline=f"{hours}小时")
        Article.objects.filter(pk=article.pk).update(created_at=timezone.now() - timedelta(hours=hours))
    drafts = shown(client, desk["writer"])["drafts"]
    assert (drafts.count, [row.title for row in drafts.rows]) == ("7", ["72小时", "50小时", "26小时", "5小时", "3小时"])


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (47 * 60, "47 hours"),
        (48 * 60, "2 days"),
        (-5, "0 minutes"),
    ],
)
def test_ages_are_said_in_minutes_hours_and_days(minutes, words):
    now = timezone.now()
    with override("en"):
        assert workbench.age(now - timedelta(minutes=minutes), now) == words


def test_the_roster_of_today_stands_above(client, desk):
    Shift.objects.create(day=timezone.localdate(), post=Post.CHIEF, editor=desk["chief"])
    client.force_login(desk["writer"])
    duties = list(client.get(START).context["on_duty"])
    assert [duty.name == "陈国栋" for duty in duties] == [True, False, False]


def test_a_piece_in_review_leads_to_its_reminder(client, desk):
    article = submitted(desk, "催一下")
    assert shown(client, desk["writer"])["in_review"].rows[0].remind == f"/desk/review/{article.pk}/remind/"


# --- bounds ----------------------------------------------------------------------------------------------


def test_more_than_a_thousand_is_said_so(client, desk, monkeypatch):
    monkeypatch.setattr(queues, "COUNTED", 3)
    for _n in range(3):
        make_article(by=desk["writer"])
    assert shown(client, desk["writer"])["drafts"].count == "3"
    make_article(by=desk["writer"])
    assert shown(client, desk["writer"])["drafts"].count == "3+"


def test_the_number_of_queries_does_not_depend_on_what_waits(client, busy):
    def asked():
        client.force_login(busy["chief"])
        client.get(START)
        with CaptureQueriesContext(connection) as queries:
            client.get(START)
        return len(queries)

    before = asked()
    for n in range(3):
        submitted(busy, f"又一篇{n}", signed=2)
        submitted(busy, f"又签完{n}", signed=3)
        publish.hold(released(busy, f"又停{n}"), by=busy["chief"])
        make_article(by=busy["chief"])
    assert asked() == before


def test_no_queue_reads_the_whole_archive(desk, db_backend):
    """On SQLite, which keeps no statistics, each step of each plan goes through an index."""
    if db_backend != "sqlite":
        return
    submitted(desk, "待初审的")
    for account in desk.values():
        for queue in queues.of(account):
            waiting = queue.rows(account, timezone.now()).annotate(since=queue.since).order_by(queue.order or queue.key)
            try:
                sql, params = waiting.values_list("since", queue.key)[:1001].query.sql_with_params()
            except EmptyResultSet:  # nothing can wait for this account
                continue
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                steps = [row[3] for row in cursor.fetchall()]
            # the few that are held, and the rounds that are open, have indexes of their own
            scans = [step for step in steps if "SCAN" in step and not step.endswith(FEW)]
            assert (queue.code, scans) == (queue.code, [])


# --- everything else -------------------------------------------------------------------------------------


def test_everything_at_the_desk_is_still_reachable_from_the_start_page(client, desk):
    client.force_login(desk["chief"])
    response = client.get(START)
    page = response.content.decode()
    models = [model for app in response.context["app_list"] for model in app["models"]]
    assert len(models) > 15
    for model in models:
        assert f'href="{model["admin_url"]}"' in page


def test_the_start_page_takes_a_login(client, desk):
    assert client.get(START).status_code == 302
    desk["writer"].must_change_password = True
    desk["writer"].save()
    client.force_login(desk["writer"])
    assert client.get(START).url == "/admin/password_change/"
