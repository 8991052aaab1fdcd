"""修改记录 and 审稿单: every version of a piece, any two compared, one as readers saw it; the sheet that is signed and filed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import flags, publish, review
from articles.models import Article, Comment, HistoryEntry, Version
from articles.versions import check_code, hash_of, save_version
from articles.vocabulary import Act, Decision, Kind, Outcome, Severity, Stage
from tests.factories import approve, make_article, make_editor, make_live_article, make_publisher, make_reviewers


def address(name, article, *numbers):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *numbers])


def edit(article, by=None, **fields):
    """Another version of a piece. Returns it."""
    article = Article.objects.get(pk=article.pk)
    for field, value in fields.items():
        setattr(article, field, value)
    article.save()
    return save_version(article, by=by)


# --- the list --------------------------------------------------------------------------------------------


def test_the_list_says_of_each_version_when_who_how_long_and_what_changed(client, editor):
    article = make_article(headline="标题", body="一二三。", by=editor)
    edit(article, by=editor, body="一二三四。", headline="新标题")
    edit(article, printed_byline="（记者 张三）")
    page = client.get(address("versions", article))
    rows = page.context["rows"]
    assert [row.version.number for row in rows] == [3, 2, 1]
    assert [row.changed for row in rows] == ["见报署名", "标题、正文", rows[2].changed]
    assert [row.version.characters for row in rows] == [5, 5, 4]
    assert [row.code for row in rows] == [check_code(row.version.sha256) for row in rows]
    assert "李静" in page.text and "系统导入" in page.text


def test_a_check_code_is_the_beginning_of_the_hash_in_fours():
    assert check_code(hash_of("")) == "e3b0 c442 98fc"


def test_the_list_says_which_version_readers_see_and_which_they_saw(client, editor):
    article = make_live_article()
    now = timezone.now()

    def standing():
        return [row.standing for row in client.get(address("versions", article)).context["rows"]]

    (only,) = standing()
    assert f"{timezone.localtime(now):%Y-%m-%d}" in only
    edit(article, body="新的正文。")
    assert standing() == ["", only]
    article.refresh_from_db()
    publish.publish(approve(article), by=make_publisher())
    present, before = standing()
    assert before not in ("", only) and "–" in before and "–" not in present and present != ""
    publish.hold(article.publication, by=make_publisher())
    held, again = standing()
    assert again == before and held not in (present, "")


def test_a_version_that_waits_for_its_moment_is_no_public_one(client, editor):
    article = approve(make_article())
    moment = timezone.now() + timedelta(days=1)
    publish.schedule(article, by=make_publisher(), at=moment)
    (row,) = client.get(address("versions", article)).context["rows"]
    assert f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" in row.standing
    publish.unschedule(article.publication, by=make_publisher())
    (row,) = client.get(address("versions", article)).context["rows"]
    assert row.standing == ""


def test_the_list_names_who_signed_each_version(client, editor):
    article = approve(make_article())
    edit(article, body="改过的正文。")
    rows = client.get(address("versions", article)).context["rows"]
    assert [len(row.sign_offs) for row in rows] == [0, 3]
    assert [str(sign_off.by) for sign_off in rows[1].sign_offs] == ["初审员", "复审员", "终审员"]


def test_a_thousand_versions_are_paged_with_a_constant_number_of_queries(client, editor):
    article = make_article()
    with CaptureQueriesContext(connection) as of_one:
        client.get(address("versions", article))
    first = article.versions.get()
    Version.objects.bulk_create(
        Version(
            article=article, number=number, content=first.content, sha256=first.sha256, title=first.title, kind="story"
        )
        for number in range(2, 1001)
    )
    Article.objects.filter(pk=article.pk).update(version_number=1000)
    with CaptureQueriesContext(connection) as of_many:
        page = client.get(address("versions", article))
    assert len(of_many) <= len(of_one) + 1
    assert [row.version.number for row in page.context["rows"]] == list(range(1000, 975, -1))
    last = client.get(address("versions", article), {"p": 40}).context["rows"]
    assert [last[0].version.number, last[-1].version.number, last[-1].before] == [25, 1, None]
    assert client.get(address("versions", article), {"p": "x"}).status_code == 200
    assert client.get(address("versions", article), {"p": "9" * 30}).status_code == 200


def test_any_two_versions_that_are_chosen_are_compared_old_before_new(client, editor):
    article = make_article(body="一。")
    edit(article, body="二。")
    edit(article, body="三。")
    answer = client.get(address("choose", article), {"old": 3, "new": 1})
    assert answer.url == address("compare", article, 1, 3)
    page = client.get(answer.url)
    (change,) = page.context["changes"]
    assert (change.field, "<del>" in page.text, "<ins>" in page.text) == ("body", True, True)
    for chosen in ({}, {"old": "x", "new": 1}, {"old": 0, "new": 1}):
        assert client.get(address("choose", article), chosen).url == address("versions", article)


def test_a_comparison_leads_to_the_changes_before_and_after_it(client, editor):
    article = make_article(body="一。")
    for body in ("二。", "三。", "四。"):
        edit(article, body=body)
    page = client.get(address("compare", article, 2, 3))
    assert (page.context["earlier"], page.context["later"]) == (1, 4)
    page = client.get(address("compare", article, 1, 4))
    assert (page.context["earlier"], page.context["later"]) == (None, None)


def test_two_versions_that_say_the_same_are_said_to(client, editor):
    article = make_article(body="一。")
    edit(article, body="二。")
    edit(article, body="一。")
    page = client.get(address("compare", article, 1, 3))
    assert page.context["changes"] == () and "<del>" not in page.text


def test_a_version_is_shown_as_readers_saw_it(client, editor):
    article = make_article(headline="旧标题", body="旧正文。", captions=("旧图说。",))
    edit(article, headline="新标题", body="新正文。")
    page = client.get(address("version", article, 1))
    assert "旧标题" in page.text and "旧正文。" in page.text and "旧图说。" in page.text and "新正文" not in page.text
    assert check_code(article.versions.get(number=1).sha256) in page.text


def test_a_version_of_a_site_page_is_shown_as_one(client, editor):
    page = make_article(kind=Kind.PAGE, address="about", headline="关于我们")
    assert "关于我们" in client.get(address("version", page, 1)).text
    assert client.get(address("versions", page)).status_code == 200


def test_versions_that_are_not_there_are_not_found(client, editor):
    article = make_article()
    for number in (2, 0, 10**30):
        assert client.get(address("version", article, number)).status_code == 404
        assert client.get(address("compare", article, 1, number)).status_code == 404
    assert client.get(reverse("admin:articles_article_versions", args=[10**30])).status_code == 404


@pytest.mark.parametrize("name", ["versions", "version", "compare", "choose", "sheet"])
def test_only_who_may_see_pieces_sees_their_versions(client, db, name):
    article = make_article()
    numbers = {"version": (1,), "compare": (1, 1)}.get(name, ())
    assert "/login/" in client.get(address(name, article, *numbers)).url
    client.force_login(make_editor())
    assert (
        client.get(address(name, article, *numbers)).status_code in (302, 403)
        and name in ("choose",)
        or (client.get(address(name, article, *numbers)).status_code == 403)
    )
    client.force_login(make_editor("view_article"))
    assert client.get(address(name, article, *numbers)).status_code in (200, 302)


def test_the_form_and_the_history_lead_to_the_versions(client, editor):
    article = make_article()
    assert address("versions", article) in client.get(address("change", article)).text
    assert address("version", article, 1) in client.get(address("release", article)).text


# --- the sheet -------------------------------------------------------------------------------------------


def sign_all(article, people, opinions=("", "", "")):
    for stage, by, opinion in zip(
        (Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW), people, opinions, strict=True
    ):
        sha256 = article.versions.get(number=article.version_number).sha256
        review.sign(article, by=by, stage=stage, sha256=sha256, opinion=opinion)


def test_the_sheet_of_a_released_piece_has_everything_that_was_decided(client, editor):
    people = make_reviewers()
    article = make_article(
        headline="标题",
        body="正文一。\n## 小标题",
        captions=("图说。",),
        needs_report=True,
        report_reference="嵩宣〔2023〕7号",
    )
    article.figures.update(credit="王博 摄", alt="人")
    edit(article, by=editor, body="正文一。\n正文二。")
    article.refresh_from_db()
    review.submit(article, by=people[0])
    version = article.versions.get(number=article.version_number)
    review.send_back(article, by=people[0], stage=Stage.FIRST_REVIEW, sha256=version.sha256, opinion="导语不清")
    edit(article, by=editor, body="正文三。")
    article.refresh_from_db()
    review.submit(article, by=people[1])
    version = article.versions.get(number=article.version_number)
    Comment.objects.create(article=article, version=version, text="数字核过了吗", by=people[1])
    flag = flags.raise_flag(article, by=people[0], severity=Severity.ERROR, detail="数字可疑", excerpt="三")
    flags.clear(flag, by=people[0], reason="已与村委会核对")
    sign_all(article, people, ("同意", "", "可发"))
    publish.publish(article, by=people[2])
    page = client.get(address("sheet", article)).text
    for words in (
        article.number, "标题", "正文三。", "图说。", "王博 摄", "初审员", "复审员", "终审员", "同意", "可发", "导语不清", "数字核过了吗",
        "数字可疑", "已与村委会核对", "嵩宣〔2023〕7号", check_code(version.sha256),
        str(Outcome.RELEASED.label), str(Decision.RETURNED.label), f"{timezone.localtime():%Y-%m-%d}",
    ):  # fmt: skip
        assert words in page, words
    assert "正文二" not in page
    first = client.get(address("sheet", article), {"round": 1}).text
    assert "正文二。" in first and "可发" not in first and check_code(version.sha256) not in first


def test_the_sheet_keeps_the_text_that_was_signed_while_a_new_one_is_written(client, editor):
    article = make_live_article(body="签过的正文。")
    edit(article, body="没有签的正文。")
    page = client.get(address("sheet", article)).text
    assert "签过的正文。" in page and "没有签的正文。" not in page


def test_the_sheet_of_a_transcribed_piece_names_no_reviewers(client, editor):
    article = make_article()
    publish.publish_archive(article, at=timezone.now() - timedelta(days=365))
    page = client.get(address("sheet", article))
    assert page.context["transcribed"] and page.context["rounds"] == []
    assert "初审员" not in page.text and check_code(article.versions.get().sha256) in page.text


def test_the_sheet_of_a_draft_says_that_it_was_not_submitted(client, editor):
    page = client.get(address("sheet", make_article()))
    assert page.context["transcribed"] in (None, False) and page.context["rounds"] == [] and page.status_code == 200
    for asked in ("0", "7", "x", "9" * 30):
        assert client.get(address("sheet", make_article()), {"round": asked}).status_code == 200


def test_the_sheet_tells_who_stood_in_for_whom(client, editor):
    article, people = make_article(), make_reviewers()
    review.submit(article, by=editor)
    version = article.versions.get()
    round_ = article.reviews.get()
    round_.sign_offs.create(
        version=version,
        sha256=version.sha256,
        stage=Stage.FIRST_REVIEW,
        decision=Decision.PASSED,
        by=people[0],
        instead_of=people[1],
    )
    (shown,) = client.get(address("sheet", article)).context["rounds"]
    assert shown.signed[0].by == "初审员（代复审员）" or (
        "初审员" in shown.signed[0].by and "复审员" in shown.signed[0].by
    )


def test_looking_writes_nothing(client, editor):
    article = make_live_article()
    before = HistoryEntry.objects.count(), Version.objects.count(), Article.objects.get(pk=article.pk).revision
    for name, numbers in (("versions", ()), ("version", (1,)), ("compare", (1, 1)), ("sheet", ())):
        assert client.get(address(name, article, *numbers)).status_code == 200
        assert client.post(address(name, article, *numbers)).status_code == 405
    assert (
        HistoryEntry.objects.count(),
        Version.objects.count(),
        Article.objects.get(pk=article.pk).revision,
    ) == before
    assert not HistoryEntry.objects.filter(act=Act.REVERTED).exists()
