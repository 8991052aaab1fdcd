"""来稿: registered, compared with what is in, verified by a person, made a piece once; and what may be seen and done by whom."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import gazetteer, photos, roles, submissions
from articles.admin.submissions.form import TOO_LONG
from articles.models import Article, Campaign, Contributor, HistoryEntry, Photo, Submission, Unit
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act, Kind, Level
from tests.desk import errors_of, filled, rows
from tests.factories import make_article, make_editor, make_place
from tests.test_documents import docx, picture

LIST = "/admin/articles/submission/"
ADD = "/admin/articles/submission/add/"
TEXT = """嵩县丹参喜获丰收
　　本报讯（记者 王博）11月19日，药农们正在地里忙碌，今年的收成比去年好很多。
　　村支书说，明年要多种一些丹参，让更多的乡亲富起来。（通讯员 李四）"""
BODY = "11月19日，药农们正在地里忙碌，今年的收成比去年好很多。\n村支书说，明年要多种一些丹参，让更多的乡亲富起来。"
PHONE = "13800000000"


@pytest.fixture(autouse=True)
def places_anew():
    gazetteer.forget()


@pytest.fixture
def editor(client):
    """Edits and publishes, as the head of a desk of five does."""
    return log_in(client, "责任编辑", "总编", display_name="李静")


@pytest.fixture
def reporter(client):
    return log_in(client, "记者", display_name="周明远")


def log_in(client, *held, **fields):
    account = make_editor(**fields)
    roles.assign(account, held)
    client.force_login(account)
    return account


def make_submission(**fields):
    return Submission.objects.create(**{"sender": "城关镇 王博", "text": TEXT, **fields})


def typed(page, **changes):
    """The form as a browser posts it: a moment is two fields."""
    data = filled(page)
    moment = data.pop("received_at")
    day, hour = moment if isinstance(moment, list) else f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}".split()
    return {**data, "received_at_0": day, "received_at_1": hour, **changes}


def change(submission):
    return reverse("admin:articles_submission_change", args=[submission.pk])


def enter(client, **fields):
    return client.post(ADD, typed(client.get(ADD), **{"sender": "城关镇 王博", "text": TEXT, **fields}))


def press(client, submission, button, **fields):
    return client.post(change(submission), typed(client.get(change(submission)), **fields) | {button: "1"})


def word_file(*parts, name="来稿.docx"):
    return SimpleUploadedFile(name, docx(*parts))


def said(client, response):
    """What the desk says on the page that an answer leads to."""
    return [str(message) for message in client.get(response.url).context["messages"]]


# --- the register ----------------------------------------------------------------------------------------


def test_what_comes_in_is_numbered_by_the_day_it_came_and_headed_by_its_first_line(client, editor):
    unit = Unit.objects.create(name="城关镇政府")
    response = enter(
        client, unit=unit.pk, phone=f" {PHONE} ", received_at_0="2023-11-23", received_at_1="00:30", note="口头补充"
    )
    row = Submission.objects.get()
    assert response.url == LIST
    assert (row.number, row.headline, row.sender, row.unit, row.phone) == (
        "L2023-1123-001", "嵩县丹参喜获丰收", "城关镇 王博", unit, PHONE,
    )  # fmt: skip
    assert row.received_at == datetime(2023, 11, 22, 16, 30, tzinfo=UTC)
    assert (row.text, row.note, row.created_by, row.article) == (TEXT, "口头补充", editor, None)
    assert [
        make_submission(received_at=row.received_at).number,
        make_submission(received_at=row.received_at).number,
    ] == [
        "L2023-1123-002",
        "L2023-1123-003",
    ]


def test_the_text_of_a_file_is_taken_over_when_none_was_typed_and_the_file_is_kept(client, editor, settings):
    upload = SimpleUploadedFile("丹参 稿件.txt", TEXT.encode("gb18030"))
    assert enter(client, text="", file=upload).status_code == 302
    row = Submission.objects.get()
    assert (row.text, row.headline, row.file_name) == (TEXT, "嵩县丹参喜获丰收", "丹参 稿件.txt")
    assert row.file.name.startswith("submissions/")
    assert (settings.MEDIA_ROOT / row.file.name).read_bytes() == TEXT.encode("gb18030")
    assert "丹参" not in row.file.name


def test_a_typed_text_stays_beside_a_file_and_the_file_may_be_any_enclosure(client, editor):
    assert enter(client, file=SimpleUploadedFile("原件.pdf", b"%PDF-1.4")).status_code == 302
    row = Submission.objects.get()
    assert (row.text, row.file_name) == (TEXT, "原件.pdf")
    refused = enter(client, file=SimpleUploadedFile("原件.exe", b"MZ"))
    assert list(errors_of(refused)) == ["file"]


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"text": ""}, "text", "还没有文字。请粘贴正文，或选择文件。"),
        ({"text": " 　\n"}, "text", "还没有文字。请粘贴正文，或选择文件。"),
        ({"text": "https://mp.weixin.qq.com/s/abc"}, "text", "请打开链接，复制正文"),
        ({"text": "字" * 200_001}, "text", "正文有 200001 字，最多只能收 20 万字"),
        ({"sender": "　"}, "sender", "此项必填。"),
        ({"sender": "王" * 61}, "sender", "60"),
        ({"headline": "题" * 201}, "headline", "201"),
        ({"phone": "1503"}, "phone", ""),
        ({"phone": "微信 wangbo1234567"}, "phone", ""),
        ({"received_at_0": "2999-01-01"}, "received_at", "请核对日期"),
        ({"received_at_0": "0001-01-01"}, "received_at", "请核对日期"),
        ({"received_at_0": "昨天"}, "received_at", "日期有误"),
        ({"unit": "99999999999999999999"}, "unit", ""),
        (
            {"text": "", "file": ("稿.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
            "file",
            "请用 WPS 或 Word 打开后另存为 .docx",
        ),
        (
            {"text": "", "file": ("稿.txt", "서울시는 내년부터 시내버스 요금을 인상하기로 했다고".encode("euc-kr"))},
            "file",
            "认不出这个文本的编码",
        ),
        ({"text": "", "file": ("稿.txt", b"")}, "file", "空"),
        ({"text": "", "file": ("图.jpg", b"\xff\xd8\xff\xe0")}, "file", "这是图片"),
    ],
)
def test_what_cannot_be_taken_is_answered_in_words_and_what_was_typed_stays(client, editor, fields, where, words):
    if "file" in fields:
        fields = {**fields, "file": SimpleUploadedFile(*fields["file"])}
    response = enter(client, **{"note": "口头补充", **fields})
    assert response.status_code == 200
    assert words in errors_of(response)[where]
    assert list(errors_of(response)) == [where]
    assert "口头补充" in response.content.decode()
    assert Submission.objects.count() == 0


def test_a_line_too_long_is_answered_once_and_in_the_words_of_the_desk(client, editor):
    refused = enter(client, headline="题" * 201, sender="王" * 61)
    said = {
        where: str(TOO_LONG) % {"show_value": n, "limit_value": n - 1}
        for where, n in (("headline", 201), ("sender", 61))
    }
    assert errors_of(refused) == said
    assert refused.content.decode().count(said["headline"]) == 1


def test_a_refused_form_keeps_the_text_of_its_file_and_asks_for_the_file_again(client, editor):
    response = enter(client, sender="", text="", file=word_file("标题", "第一段，讲的是丹参。"))
    assert list(errors_of(response)) == ["sender", "file"]
    assert "请重新选择文件" in errors_of(response)["file"]
    assert "第一段，讲的是丹参。</textarea>" in response.content.decode()


def test_a_text_that_is_refused_is_not_replaced_by_that_of_a_file(client, editor):
    link = "https://mp.weixin.qq.com/s/abc"
    response = enter(client, text=link, file=word_file("标题", "第一段，讲的是丹参。"))
    assert list(errors_of(response)) == ["text", "file"]
    assert f"{link}</textarea>" in response.content.decode()


def test_a_file_whose_name_is_all_suffix_is_kept_like_any_other(client, editor):
    name = f"3.{'嵩县丹参喜获丰收' * 12}"
    assert enter(client, text="", file=SimpleUploadedFile(name, TEXT.replace("\n", "\r\n").encode())).status_code == 302
    row = Submission.objects.get()
    assert (row.file_name, row.text, len(row.file.name) < 60) == (name, TEXT, True)


def test_a_row_of_the_register_is_never_deleted(client, editor):
    row = make_submission()
    superuser = make_editor("*")
    client.force_login(superuser)
    assert client.post(reverse("admin:articles_submission_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert client.post(LIST, {"action": "delete_selected", "_selected_action": row.pk}).status_code in (200, 302, 403)
    assert Submission.objects.count() == 1


def test_the_list_is_narrowed_by_use_verification_unit_and_days_and_searched(client, editor):
    unit = Unit.objects.create(name="城关镇政府")
    first = make_submission(received_at=datetime(2023, 11, 22, 15, 59, tzinfo=UTC), headline="丹参", unit=unit)
    second = make_submission(received_at=datetime(2023, 11, 22, 16, 0, tzinfo=UTC), sender="李阳")
    used = make_submission(received_at=datetime(2023, 11, 24, 4, 0, tzinfo=UTC), article=make_article())
    submissions.verify(second, by=editor, how="电话")

    def shown(query=""):
        return rows(client.get(f"{LIST}?{query}"))

    assert shown() == [used, second, first]
    assert (shown("used=no"), shown("used=yes")) == ([second, first], [used])
    assert (shown("verified=yes"), shown("verified=no")) == ([second], [used, first])
    assert shown(f"unit={unit.slug}") == [first]
    assert shown("from=2023-11-23&to=2023-11-23") == [second]
    assert shown("to=2023-11-22") == [first]
    assert shown("used=no&verified=no") == [first]
    assert [shown(f"q={words}") for words in ("丹参", "李阳", "L2023-1124")] == [[first], [second], [used]]
    assert shown(f"q={PHONE}") == []


@pytest.mark.parametrize("query", ["unit=nobody", "used=perhaps", "from=yesterday", "from=2023-11-24&to=2023-11-23"])
def test_a_filter_that_means_nothing_says_so_and_shows_nothing(client, editor, query):
    make_submission()
    page = client.get(f"{LIST}?{query}")
    assert (rows(page), len(page.context["cl"].problems)) == ([], 1)
    assert page.context["cl"].problems[0] in page.content.decode()


def test_the_list_asks_the_same_of_three_rows_as_of_one(client, editor):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        return len(queries)

    make_submission(unit=Unit.objects.create(name="城关镇"), article=make_article())
    client.get(LIST)
    once = asked()
    for n in range(2):
        make_submission(unit=Unit.objects.create(name=f"单位{n}"), article=make_article())
    assert asked() == once


# --- the sender's telephone ------------------------------------------------------------------------------


def test_a_telephone_is_seen_by_those_who_may_and_neither_seen_nor_lost_by_others(client, reporter):
    row = make_submission(phone=PHONE)
    page = client.get(change(row))
    assert PHONE not in page.content.decode()
    assert client.post(change(row), typed(page, note="补充", phone="999")).status_code == 302
    row.refresh_from_db()
    assert (row.phone, row.note) == (PHONE, "补充")
    log_in(client, "责任编辑")
    assert PHONE in client.get(change(row)).content.decode()
    assert PHONE not in client.get(LIST).content.decode()


@pytest.mark.parametrize("held", ["记者", "总编"])
@pytest.mark.parametrize(
    "lookup",
    ["phone", "phone__exact", "phone__startswith", "phone__contains", "phone__gte", "phone__regex", "phone__isnull"],
)
def test_nobody_finds_out_a_telephone_by_narrowing_the_list_to_its_digits(client, db, held, lookup):
    make_submission(phone=PHONE)
    log_in(client, held)
    assert client.get(f"{LIST}?{lookup}=1380").status_code == 400


@pytest.mark.parametrize("query", ["q=1380", "o=8", "o=-3.8", "phone=1&e=1", "note__contains=a", "created_by__phone=1"])
def test_no_other_road_of_the_list_leads_to_a_telephone(client, reporter, query):
    rows_of = [make_submission(phone=phone) for phone in ("13900000000", PHONE)]
    answer = client.get(f"{LIST}?{query}")
    assert PHONE not in answer.content.decode()
    assert answer.status_code == 400 or rows(answer) in ([], rows_of[::-1])


@pytest.mark.parametrize(
    ("address", "lookup"),
    [("article", "submission__phone"), ("unit", "submissions__phone"), ("contributor", "contact__phone")],
)
def test_no_other_list_is_narrowed_by_a_telephone(client, db, address, lookup):
    account = make_editor("*", display_name="李静")
    client.force_login(account)
    make_submission(phone=PHONE, article=make_article(), unit=Unit.objects.create(name="城关镇政府"))
    assert client.get(f"/admin/articles/{address}/?{lookup}__startswith=1380").status_code in (302, 400)


def test_the_form_tells_a_telephone_by_no_mark_either_to_whoever_may_not_see_it(client, reporter):
    first, second = make_submission(phone=PHONE), make_submission(phone="")
    marks = [client.get(change(row)).context["adminform"].form["base"].value() for row in (first, second)]
    assert "note=" in marks[0] and "phone=" not in marks[0]
    log_in(client, "责任编辑")
    assert "phone=" in client.get(change(first)).context["adminform"].form["base"].value()


@pytest.mark.parametrize("phone", ["12345", "0379-66312345 转 801", "+86 138 0000 0000", ""])
def test_a_telephone_is_taken_as_people_write_it(client, editor, phone):
    enter(client, phone=phone)
    assert Submission.objects.get().phone == phone


# --- what is in already ----------------------------------------------------------------------------------


def test_a_likeness_is_said_after_the_save_and_on_the_form_with_the_way_there(client, editor):
    article = make_article(headline="嵩县丹参大丰收", body=BODY)
    response = enter(client)
    row = Submission.objects.get()
    sentence = (
        f'与 <a href="/admin/articles/article/{article.pk}/change/">{article.number}《嵩县丹参大丰收》</a> 重复约 '
    )
    assert [sentence in message for message in said(client, response)] == [False, True]
    assert sentence in client.get(change(row)).content.decode()
    other = make_submission(text=TEXT.replace("\n", ""))
    assert [found for found, _share in submissions.already_in(other)] == [row, article] or [
        found for found, _share in submissions.already_in(other)
    ] == [article, row]


def test_its_own_piece_what_is_in_the_bin_and_other_stories_are_no_likeness(db):
    row = make_submission(text=BODY)
    row.article = make_article(body=BODY)
    row.save()
    make_article(body=BODY, trashed_at=timezone.now())
    make_article(body="鄢陵县召开会议，部署今冬明春的森林防火工作，要求各乡镇加强巡查，落实责任，严防火灾发生。")
    assert submissions.already_in(row) == []
    assert submissions.already_in(make_submission(text=BODY)) == [(row.article, 1)]


def test_looking_for_likenesses_asks_the_database_a_fixed_number_of_times(db):
    row = make_submission()

    def asked():
        with CaptureQueriesContext(connection) as queries:
            submissions.already_in(row)
        return len(queries)

    make_article(body=BODY), make_submission()
    few = asked()
    for _ in range(5):
        make_article(body=BODY), make_submission()
    assert asked() == few


# --- verification ----------------------------------------------------------------------------------------


def test_a_person_verifies_and_says_how(client, editor):
    row = make_submission()
    refused = press(client, row, "_verify")
    assert "请写明核实情况" in errors_of(refused)["verification"]
    press(client, row, "_verify", verification=" 电话联系村委会 ", note="同时改了备注")
    row.refresh_from_db()
    assert (row.verified_by, row.verification, row.note) == (editor, "电话联系村委会", "同时改了备注")
    page = client.get(change(row)).content.decode()
    assert "李静 于 " in page and "核实：电话联系村委会" in page
    assert 'name="_verify"' not in page


@pytest.mark.parametrize("changed", [{"text": TEXT.replace("11月19日", "11月20日")}, {"headline": "另拟的标题"}])
def test_a_change_of_words_takes_the_verification_back_and_keeps_who_had_verified_in_the_note(client, editor, changed):
    row = make_submission(headline="嵩县丹参喜获丰收", note="口头补充")
    submissions.verify(row, by=make_editor(display_name="王主任"), how="电话联系村委会")
    answer = press(client, row, "_save", **changed)
    row.refresh_from_db()
    assert (row.verified_at, row.verified_by, row.verification) == (None, None, "")
    assert row.note.startswith("口头补充\n") and "王主任" in row.note and "电话联系村委会" in row.note
    assert "warning" in [message.level_tag for message in client.get(answer.url).context["messages"]]
    assert 'name="_verify"' in client.get(change(row)).content.decode()
    assert submissions.unverified(drafted(row).article) is True


def test_a_verification_stands_when_anything_else_or_only_a_blank_was_changed(client, editor):
    row = make_submission(headline="嵩县丹参喜获丰收")
    submissions.verify(row, by=editor, how="电话")
    press(client, row, "_save", text=f"\n{TEXT}　\n", note="补充", sender="王博")
    row.refresh_from_db()
    assert (row.verified_by, row.verification, row.note, row.sender) == (editor, "电话", "补充", "王博")


def test_what_was_verified_is_not_verified_again(db):
    first, second = make_editor(), make_editor()
    row = make_submission()
    with pytest.raises(MoveRefused):
        submissions.verify(row, by=first, how=" \u200b")
    submissions.verify(row, by=first, how="电话")
    with pytest.raises(AlreadyDone):
        submissions.verify(Submission.objects.get(), by=second, how="当面")
    row.refresh_from_db()
    assert (row.verified_by, row.verification) == (first, "电话")


def test_a_mere_save_verifies_nothing(client, editor):
    row = make_submission()
    press(client, row, "_save", verification="打过电话，没人接")
    row.refresh_from_db()
    assert (row.verified_by, row.verification) == (None, "打过电话，没人接")


def test_a_piece_from_a_submission_is_unverified_until_the_submission_is_verified(db):
    account = make_editor("*")
    row = make_submission()
    article = submissions.draft_of(row, by=account).article
    assert (submissions.unverified(article), submissions.unverified(make_article())) == (True, False)
    submissions.verify(row, by=account, how="电话")
    assert submissions.unverified(article) is False


# --- made a piece ----------------------------------------------------------------------------------------


def drafted(row, *, by=None):
    return submissions.draft_of(row, by=by or make_editor("*"))


def test_one_click_makes_a_draft_with_headline_text_credits_version_and_history(client, editor):
    make_place("嵩县")
    row = make_submission(unit=Unit.objects.create(name="城关镇政府"))
    response = press(client, row, "_draft")
    article = Article.objects.get()
    row.refresh_from_db()
    assert response.url == reverse("admin:articles_article_change", args=[article.pk])
    assert (article.headline, article.body, article.kind) == ("嵩县丹参喜获丰收", BODY, Kind.STORY)
    assert article.printed_byline == "本报讯（记者 王博） （通讯员 李四）"
    assert [(line.role, line.contributor.name) for line in article.bylines.all()] == [
        ("reporter", "王博"), ("correspondent", "李四"),
    ]  # fmt: skip
    assert (row.article, article.created_by, article.own_work_of) == (article, editor, None)
    assert (article.version_number, article.released, article.revision > 0) == (1, False, True)
    assert [(entry.act, entry.by, entry.note) for entry in article.history.order_by("pk")] == [
        (Act.RECEIVED, editor, f"{row.number} 嵩县丹参喜获丰收"),
        (Act.CREATED, editor, ""),
        (Act.CLASSIFIED, editor, "+ 嵩县（报道此地）"),
    ]
    assert said(client, response)[0] == f"来稿 {row.number} 已转为稿件 {article.number}（草稿）。"
    assert Contributor.objects.filter(name="城关镇政府").count() == 0


def test_a_second_click_leads_to_the_piece_that_is_there(client, editor):
    row = make_submission()
    page = client.get(change(row))
    article = drafted(row).article
    response = client.post(change(row), typed(page) | {"_draft": "1"})
    assert response.url == reverse("admin:articles_article_change", args=[article.pk])
    assert "此前已转为稿件" in said(client, response)[0]
    assert Article.objects.count() == 1
    assert 'name="_draft"' not in client.get(change(row)).content.decode()


def test_the_form_is_saved_before_it_becomes_a_piece(client, editor):
    row = make_submission()
    press(client, row, "_draft", text=TEXT.replace("李四", "赵六"), headline="嵩县丹参喜获丰收")
    assert "赵六" in Article.objects.get().printed_byline
    response = client.post(ADD, typed(client.get(ADD), sender="王博", text=TEXT) | {"_draft": "1"})
    assert response.url == reverse("admin:articles_article_change", args=[Article.objects.first().pk])


def words(text, **fields):
    article = drafted(make_submission(text=text, **fields)).article
    return article.headline, article.body.split("\n")


def test_every_line_of_a_submission_goes_somewhere(db):
    notice = "关于开展活动的通知\n各乡镇：\n为做好工作，现通知如下：\n1.第一条。\n特此通知\n县委宣传部\n2023年11月23日"
    assert words(notice, headline="关于开展活动的通知") == ("关于开展活动的通知", notice.split("\n")[1:])
    paragraph = "药农们正在地里忙碌，今年的收成比去年好很多，大家都很高兴，纷纷说明年还要多种一些，让更多的人富起来，日子越过越红火，越过越有奔头。"
    assert words(f"{paragraph}\n第二段也讲这件事。") == (
        "药农们正在地里忙碌，今年的收成比去年好很多，大家都很高兴，纷纷说明年还要多种一…",
        [paragraph, "第二段也讲这件事。"],
    )
    assert words("只有一行字") == ("只有一行字", ["只有一行字"])
    assert words("第一段讲丹参的收成。\n第二段讲销路。", headline="编辑另拟的标题") == (
        "编辑另拟的标题",
        ["第一段讲丹参的收成。", "第二段讲销路。"],
    )
    assert words("嵩县丹参喜获丰收\n（城关镇 王博 13800000000）\n药农们正在地里忙碌，收成好。") == (
        "嵩县丹参喜获丰收",
        ["（城关镇 王博 13800000000）", "药农们正在地里忙碌，收成好。"],
    )


@pytest.mark.parametrize(
    ("written", "byline", "author"),
    [
        (f"丹参丰收\n{BODY}（任丽娜）", "（任丽娜）", "任丽娜"),
        (f"丹参丰收\n{BODY}\n（任丽娜）\n", "（任丽娜）", "任丽娜"),
        (f"丹参丰收\n投稿日期：2023年11月23日\n{BODY}（任丽娜）", "（任丽娜）", "任丽娜"),
        (f"丹参丰收\n{BODY}\n图为丹参地。 王博 摄\n明年还要种。\n（任丽娜）", "（任丽娜）", "任丽娜"),
        (f"丹参丰收\n投稿日期：2023年11月23日\n{BODY}（城关镇 任丽娜）", "", None),
        (f"丹参丰收\n投稿日期：2023年11月23日\n{BODY}（见附图）", "", None),
        ("（任丽娜）", "", None),
    ],
)
def test_the_name_in_brackets_at_the_end_is_the_byline(db, written, byline, author):
    article = drafted(make_submission(text=written)).article
    assert (article.printed_byline, author in article.body if author and byline else False) == (byline, False)
    assert [line.contributor.name for line in article.bylines.all()] == ([author] if author else [])


def test_the_piece_is_filed_under_the_places_and_campaigns_that_its_text_names_and_that_is_logged(db):
    henan = make_place("河南省", level=Level.PROVINCE)
    county = make_place("嵩县", henan, verified=True)
    make_place("丹参镇", county, Level.TOWN, verified=False)
    campaign = Campaign.objects.create(name="乡村振兴", slug="xczx")
    article = drafted(make_submission(text=f"{TEXT}\n他们说，丹参镇也要搞乡村振兴。")).article
    assert [tag.tag for tag in article.locality_tags.all()] == [county]
    assert [tag.tag for tag in article.campaign_tags.all()] == [campaign]
    entry = article.history.get(act=Act.CLASSIFIED)
    assert "嵩县（报道此地）" in entry.note and "+ 乡村振兴" in entry.note


def test_a_headline_that_was_the_first_line_follows_the_text_and_one_that_was_written_stays(client, editor):
    row = make_submission(headline="嵩县丹参喜获丰收")
    press(client, row, "_save", text=TEXT.replace("喜获丰收", "又获丰收"))
    row.refresh_from_db()
    assert row.headline == "嵩县丹参又获丰收"
    press(client, row, "_save", headline="药农的好年景")
    press(client, row, "_save", text=TEXT)
    row.refresh_from_db()
    assert row.headline == "药农的好年景"


def test_a_place_before_the_headline_is_the_kicker_and_a_column_is_one_that_the_desk_has(db):
    make_place("嵩县")
    article = drafted(make_submission(text=TEXT.replace("嵩县丹参", "嵩县 丹参", 1))).article
    assert (article.kicker, article.headline) == ("嵩县", "丹参喜获丰收")
    assert article.column is None


def test_the_pictures_of_a_word_file_become_figures_with_captions_and_credits(client, editor):
    upload = word_file(
        "标题",
        "正文讲丹参的收成很好。",
        picture("red"),
        "图为药农在晾晒丹参。 王立志 摄",
        "尾段。",
        picture("blue"),
        "▲丹参基地",
    )
    response = client.post(ADD, typed(client.get(ADD), sender="王博", file=upload) | {"_draft": "1"})
    article = Article.objects.get()
    assert response.url == reverse("admin:articles_article_change", args=[article.pk])
    figures = list(article.figures.select_related("photo"))
    assert [(figure.position, figure.caption, figure.credit) for figure in figures] == [
        (1, "图为药农在晾晒丹参。", "王立志 摄"),
        (2, "丹参基地", ""),
    ]
    assert [bool(figure.photo.web and figure.photo.sha256) for figure in figures] == [True, True]
    assert (article.headline, article.body) == ("标题", "正文讲丹参的收成很好。\n尾段。")


def test_a_picture_that_cannot_be_read_is_named_and_its_caption_kept(db, monkeypatch):
    content = docx("标题", "正文。", picture("red"), "图为甲。", picture("blue"))
    submission = make_submission(text="标题\n正文。", file=SimpleUploadedFile("a.docx", content), file_name="a.docx")
    monkeypatch.setattr(photos, "OPENED", ["PNG"])
    made = drafted(submission)
    assert [sentence.sentence for sentence in made.said if "图片" in sentence.sentence] == [
        "无法读取图片image1.jpg：这个文件不是 JPEG、PNG、WebP、AVIF 或 HEIC 图片，或者已经损坏。",
        "无法读取图片image2.jpg：这个文件不是 JPEG、PNG、WebP、AVIF 或 HEIC 图片，或者已经损坏。",
    ]
    assert [(figure.caption, figure.photo.web) for figure in made.article.figures.all()] == [("图为甲。", "")]


def test_a_picture_that_came_with_a_text_becomes_its_figure(db):
    upload = SimpleUploadedFile("现场.jpg", picture("red").getvalue())
    article = drafted(make_submission(file=upload, file_name="现场.jpg")).article
    assert [(figure.caption, bool(figure.photo.web)) for figure in article.figures.all()] == [("", True)]


def test_pictures_alone_become_photo_news(client, editor):
    client.post(
        ADD,
        typed(client.get(ADD), sender="王博", headline="晒秋", file=word_file(picture("red"), "图为甲。"))
        | {"_draft": "1"},
    )
    article = Article.objects.get()
    assert (article.kind, article.headline, article.body) == (Kind.PHOTO, "晒秋", "")
    assert article.figures.count() == 1


def test_a_file_that_went_missing_is_said_and_the_text_is_taken_all_the_same(client, editor):
    row = make_submission(file=SimpleUploadedFile("a.docx", docx("标题", picture())), file_name="稿.docx")
    row.file.storage.delete(row.file.name)
    made = drafted(row)
    assert "文件 稿.docx 已不在服务器上，其中的图片未能取出。" in [sentence.sentence for sentence in made.said]
    assert made.article.body == BODY
    response = client.get(reverse("admin:articles_submission_file", args=[row.pk]))
    assert said(client, response) == ["这个文件已不在服务器上。"]


def test_a_draft_that_fails_leaves_nothing_behind(db, settings, monkeypatch):
    row = make_submission(file=SimpleUploadedFile("a.docx", docx("标题", picture())), file_name="a.docx")
    before = sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())

    def fails(*args, **kwargs):
        raise RuntimeError("on its last step")

    monkeypatch.setattr(submissions, "settle", fails)
    with pytest.raises(RuntimeError):
        drafted(row)
    row.refresh_from_db()
    assert (row.article, Article.objects.count(), Photo.objects.count(), HistoryEntry.objects.count()) == (
        None,
        0,
        0,
        0,
    )
    assert sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()) == before


# --- two at once -----------------------------------------------------------------------------------------


def test_a_text_that_was_changed_meanwhile_is_not_overwritten_unasked(client, editor):
    row = make_submission()
    page = client.get(change(row))
    Submission.objects.filter(pk=row.pk).update(text="同事改过的正文。")
    refused = client.post(change(row), typed(page, text="我改的正文。"))
    sentence = str(refused.context["adminform"].form.non_field_errors())
    assert "“同事改过的正文”" in sentence and "我改的正文。" in refused.content.decode()
    assert Submission.objects.get().text == "同事改过的正文。"
    client.post(change(row), typed(refused))
    assert Submission.objects.get().text == "我改的正文。"


def test_what_two_people_change_at_once_is_not_overwritten_unasked_and_not_in_part(client, editor):
    row = make_submission(note="旧备注", phone=PHONE)
    page = client.get(change(row))
    Submission.objects.filter(pk=row.pk).update(note="同事的备注")
    refused = client.post(change(row), typed(page, note="我的备注", sender="我改的来稿人"))
    sentence = str(refused.context["adminform"].form.non_field_errors())
    assert "备注“同事的备注”" in sentence and "来稿" not in sentence.replace("同事的备注", "")
    assert "我的备注</textarea>" in refused.content.decode()
    row.refresh_from_db()
    assert (row.note, row.sender) == ("同事的备注", "城关镇 王博")
    client.post(change(row), typed(refused))
    row.refresh_from_db()
    assert (row.note, row.sender) == ("我的备注", "我改的来稿人")


def test_a_field_that_only_somebody_else_changed_is_shown_as_it_now_is(client, editor):
    row, unit = make_submission(note="旧备注"), Unit.objects.create(name="城关镇政府")
    page = client.get(change(row))
    moment = datetime(2023, 11, 22, 16, 30, 5, tzinfo=UTC)
    Submission.objects.filter(pk=row.pk).update(note="同事的备注", unit=unit, received_at=moment)
    refused = client.post(change(row), typed(page, sender="我改的来稿人"))
    assert "备注“同事的备注”" in str(refused.context["adminform"].form.non_field_errors())
    assert Submission.objects.get().sender == "城关镇 王博"
    client.post(change(row), typed(refused))
    row.refresh_from_db()
    assert (row.note, row.unit, row.received_at, row.sender) == ("同事的备注", unit, moment, "我改的来稿人")


def test_the_same_form_posted_twice_is_no_conflict(client, editor):
    row = make_submission(headline="嵩县丹参喜获丰收")
    data = typed(client.get(change(row)), note="补充")
    assert [client.post(change(row), data).status_code for _ in range(2)] == [302, 302]


def test_a_stale_form_is_told_so_though_it_has_other_faults(client, editor):
    row = make_submission(note="旧备注")
    page = client.get(change(row))
    Submission.objects.filter(pk=row.pk).update(note="同事的备注")
    refused = client.post(change(row), typed(page, note="我的备注", received_at_0="昨天"))
    assert list(errors_of(refused)) == ["received_at", "__all__"]
    assert "我的备注" in refused.content.decode()


def test_a_form_without_its_marks_overwrites_nothing(client, editor):
    row = make_submission(note="旧备注")
    data = typed(client.get(change(row)), note="我的备注")
    del data["base"]
    assert client.post(change(row), data).status_code == 200
    assert Submission.objects.get().note == "旧备注"


def test_how_it_was_verified_is_not_overwritten_by_a_form_that_was_open(client, editor):
    row = make_submission()
    page = client.get(change(row))
    submissions.verify(row, by=make_editor(display_name="王主任"), how="电话联系村委会")
    refused = client.post(change(row), typed(page, verification="当面问过") | {"_verify": "1"})
    assert "王主任" in errors_of(refused)["verification"] and "当面问过" in refused.content.decode()
    assert client.post(change(row), typed(page, note="补充")).status_code == 302
    row.refresh_from_db()
    assert (row.verification, row.verified_by.display_name, row.note) == ("电话联系村委会", "王主任", "补充")


def test_a_second_file_that_was_chosen_meanwhile_is_refused_and_the_first_kept(client, editor):
    row = make_submission()
    page = client.get(change(row))
    assert client.post(change(row), typed(page, file=word_file("甲", name="甲.docx"))).status_code == 302
    refused = client.post(change(row), typed(page, file=word_file("乙", name="乙.docx")))
    assert "甲.docx" in errors_of(refused)["file"]
    assert Submission.objects.get().file_name == "甲.docx"


def test_a_text_that_became_a_piece_meanwhile_stays_as_it_came(client, editor):
    row = make_submission()
    page = client.get(change(row))
    article = drafted(row).article
    refused = client.post(change(row), typed(page, text="我改的正文。"))
    assert article.number in str(refused.context["adminform"].form.non_field_errors())
    assert "我改的正文。" in refused.content.decode()
    assert Submission.objects.get().text == TEXT
    later = client.get(change(row))
    assert "text" not in later.context["adminform"].form.fields
    assert client.post(change(row), typed(later, sender="王博（城关镇）")).status_code == 302
    row.refresh_from_db()
    assert (row.sender, row.text, row.article) == ("王博（城关镇）", TEXT, article)


# --- who may ---------------------------------------------------------------------------------------------


def test_reporters_and_editors_have_the_register_and_others_do_not(client, db):
    row = make_submission()
    may = {}
    for role in roles.ROLES:
        log_in(client, role)
        may[role] = [client.get(address).status_code for address in (LIST, ADD, change(row))]
    yes, no = [200, 200, 200], [403, 403, 403]
    assert may == {
        "通讯员": no, "记者": yes, "责任编辑": yes, "部门主任": yes, "总编": yes, "校对": no, "财务": no, "管理员": no,
    }  # fmt: skip


def test_whoever_may_not_enter_pieces_makes_none_of_a_submission(client, db):
    row = make_submission()
    client.force_login(make_editor("view_submission", "change_submission", "add_submission"))
    assert 'name="_draft"' not in client.get(change(row)).content.decode()
    press(client, row, "_draft")
    assert Article.objects.count() == 0


def test_whoever_only_looks_changes_nothing(client, db):
    row = make_submission(phone=PHONE)
    client.force_login(make_editor("view_submission"))
    page = client.get(change(row))
    assert (page.status_code, PHONE in page.content.decode()) == (200, False)
    assert [name in page.content.decode() for name in ('name="_draft"', 'name="_verify"')] == [False, False]
    assert client.post(change(row), {"sender": "x", "_verify": "1", "verification": "y"}).status_code == 403


def test_a_file_is_handed_out_to_the_desk_alone(client, editor):
    row = make_submission(file=SimpleUploadedFile("a.html", b"<script>"), file_name="稿 件.html")
    address = reverse("admin:articles_submission_file", args=[row.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert f'href="{address}"' in client.get(change(row)).content.decode()
    assert row.file.url not in client.get(change(row)).content.decode()
    assert client.get(row.file.url).status_code == 404
    log_in(client, "通讯员")
    assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302
