"""我要纠错: a reader tells the desk what is wrong, without a cookie; machines and floods are kept out, what was typed is kept."""

import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publish, reader_reports
from articles.models import ReaderReport
from articles.reader_reports import LIMITS, passages, proposed, sender_of
from articles.versions import save_version
from articles.views import reader_reports as views
from articles.vocabulary import Kind
from tests.factories import approve, make_article, make_live_article, make_publisher
from tests.page import Page
from tests.public import address_of
from tests.test_concurrency import at_once

WORDS = "第二段“布署”应为“部署”。"
HERE = "http://testserver"


@pytest.fixture
def story(db):
    return make_live_article(headline="春耕开始", body="全县布署春耕。\n各乡镇已经行动。")


def form_of(article):
    return f"{address_of(article)}report/"


def read_form(client, address):
    return Page(client.get(address).content.decode())


def typed(page):
    """What stands in the fields of a form's page, {name: value}."""
    fields = {field.attrs["name"]: field.attrs.get("value", "") for field in page.main.all("input")}
    return fields | {area.attrs["name"]: area.text for area in page.main.all("textarea")}


def sent(client, article, words=WORDS, *, after=10, headers=None, address="203.0.113.7", **changes):
    """The answer to the form of a piece, filled in by a reader who needed so many seconds."""
    with patch.object(views.time, "time", return_value=time.time() - after):
        fields = typed(read_form(client, form_of(article)))
    body = "&".join(f"{name}={_quoted(value)}" for name, value in {**fields, "words": words, **changes}.items())
    return client.post(form_of(article), body, views.URLENCODED, headers=headers, REMOTE_ADDR=address)


def _quoted(value):
    return "".join(f"%{byte:02X}" for byte in value.encode())


def said(response):
    """What a refused form says, and what it kept."""
    page = Page(response.content.decode())
    sentences = [p.text for p in page.main.all("p") if p.attrs.get("role") == "alert"]
    return sentences + [wrong.text for wrong in page.main.all("strong")], typed(page)


# --- the form --------------------------------------------------------------------------------------------


def test_a_report_reaches_the_desk_with_the_version_that_readers_see(client, story):
    response = sent(client, story, contact=" 13800000000 ")
    report = ReaderReport.objects.get()
    assert (report.article, report.version.number, report.text, report.contact, report.outcome) == (
        story, 1, WORDS, "13800000000", "open",
    )  # fmt: skip
    assert (response.status_code, response["Location"]) == (303, f"{form_of(story)}thanks/")
    assert "谢谢您" in client.get(response["Location"]).content.decode()


def test_the_page_names_the_story_and_every_field_has_its_label_and_help(client, story):
    page = read_form(client, form_of(story))
    assert (page.root.one("h1").text, (address_of(story), "春耕开始") in page.main.links()) == ("我要纠错", True)
    ids = {element.attrs["id"] for element in page.root.all() if "id" in element.attrs}
    labelled = {label.attrs["for"] for label in page.main.all("label")}
    shown = [e for e in page.main.all("input", "textarea") if e.attrs.get("type") != "hidden"]
    assert {field.attrs["id"] for field in shown} == labelled
    assert {word for field in shown for word in field.attrs.get("aria-describedby", "").split()} <= ids
    assert "只有编辑部看得到" in page.main.text


def test_the_form_is_never_kept_and_its_thanks_are(client, story):
    with patch.object(views.time, "time", return_value=1_700_000_000):
        early = typed(read_form(client, form_of(story)))["opened"]
    response = client.get(form_of(story))
    assert (response["Cache-Control"], response.has_header("ETag")) == ("no-store", False)
    assert typed(Page(response.content.decode()))["opened"] != early
    thanks = client.get(f"{form_of(story)}thanks/")
    assert (thanks["Cache-Control"], thanks.has_header("ETag")) == ("public, no-cache", True)


def test_no_page_of_it_sets_a_cookie_or_wants_one(story):
    reader = Client(enforce_csrf_checks=True)
    response = sent(reader, story)
    assert (response.status_code, response.cookies, reader.cookies) == (303, {}, {})
    varies = [client.get(form_of(story)).headers["Vary"] for client in (reader, Client())]
    assert varies == ["Accept-Encoding"] * 2


def test_a_large_page_leads_to_large_thanks(client, story):
    page = read_form(client, f"{form_of(story)}?type=large")
    assert page.main.one("form").attrs["action"] == f"{form_of(story)}?type=large"
    with patch.object(views, "SOONEST", 0):
        response = client.post(
            page.main.one("form").attrs["action"], f"words=x&opened={_quoted(typed(page)['opened'])}", views.URLENCODED
        )
    assert response["Location"] == f"{form_of(story)}thanks/?type=large"


def test_only_a_public_story_is_reported_on(client, db):
    by = make_publisher()
    scheduled = make_live_article(by=by, published_at=timezone.now() + timedelta(hours=1))
    ended = make_live_article(by=by, expires_at=timezone.now() - timedelta(minutes=1), published_at=timezone.now() - timedelta(hours=1))  # fmt: skip
    held, withdrawn = make_live_article(by=by), make_live_article(by=by)
    publish.hold(held.publication, by=by)
    publish.withdraw(withdrawn.publication, by=by)
    page = make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们")
    day = timezone.localdate()
    site_page = f"/{day:%Y/%m/%d}/{page.pk}/report/"
    for address, status in (
        (form_of(scheduled), 404), (form_of(ended), 410), (form_of(held), 503), (form_of(withdrawn), 410), (site_page, 404),
        (f"/{day:%Y/%m/%d}/{make_article().pk}/report/", 404), ("/2023/02/30/1/report/", 404),
    ):  # fmt: skip
        answers = [client.get(address), client.post(address, {"words": WORDS}), client.get(f"{address}thanks/")]
        assert [answer.status_code for answer in answers] == [status] * 3, address
    assert ReaderReport.objects.count() == 0


def test_another_day_in_the_address_leads_to_the_right_one(client, story):
    for end in ("report/", "report/thanks/"):
        response = client.get(f"/2020/01/01/{story.pk}/{end}?type=large")
        assert (response.status_code, response["Location"]) == (301, f"{address_of(story)}{end}?type=large")


def test_it_costs_few_questions_and_as_many_after_a_hundred_reports(client, story):
    counts = []
    for made in (0, 100):
        ReaderReport.objects.bulk_create(
            ReaderReport(article=story, version=story.versions.get(), text=f"旧{n}", sender="别人") for n in range(made)
        )
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            sent(client, story, f"第{made}次")
        counts.append(len(asked))
    assert counts[1] <= counts[0] < 25


# --- what is refused, and kept ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": " \r\n\u200b\u3000 "}, "请写明哪里有误。"),
        ({"words": "字" * 1001}, "最多写1000个字，现在有1001个字。请删短一些再提交。"),
        ({"contact": "1" * 101}, "联系方式最多写100个字，现在有101个字。"),
        ({"homepage": "https://spam.example/"}, views.FILLED_IN),
        ({"opened": ""}, views.UNKNOWN_FORM),
        ({"opened": "伪造"}, views.UNKNOWN_FORM),
        ({"after": 1}, views.TOO_SOON),
        ({"after": views.LATEST + 10}, views.TOO_LATE),
        ({"headers": {"origin": "https://elsewhere.example"}}, views.ELSEWHERE),
        ({"headers": {"origin": "null"}}, views.ELSEWHERE),
        ({"headers": {"referer": "https://elsewhere.example/x"}}, views.ELSEWHERE),
        ({"headers": {"referer": "http://[::1"}}, views.ELSEWHERE),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_that_was_typed_is_lost(client, story, changes, sentence):
    given = {"words": "“布署”？<b>&\n第二行", "contact": "微信 abc", **changes}
    response = sent(client, story, **given)
    sentences, kept = said(response)
    assert (sentences, ReaderReport.objects.count()) == ([sentence], 0)
    assert response.status_code == (403 if "headers" in changes else 200)
    assert [kept["words"].split(), kept["contact"], kept["homepage"]] == [given["words"].split(), given["contact"], ""]


def test_a_form_that_was_refused_can_be_sent_again_at_once(client, story):
    for changes in ({"homepage": "x"}, {"words": ""}, {"headers": {"origin": "null"}}):
        _sentences, kept = said(sent(client, story, **{"words": WORDS, **changes}))
        with patch.object(views.time, "time", return_value=time.time() + 1):
            body = "&".join(f"{name}={_quoted(value)}" for name, value in {**kept, "words": str(changes)}.items())
            assert client.post(form_of(story), body, views.URLENCODED).status_code == 303


def test_the_form_of_one_story_is_not_that_of_another(client, story):
    other = make_live_article()
    opened = typed(read_form(client, form_of(other)))["opened"]
    assert said(sent(client, story, opened=opened))[0] == [views.UNKNOWN_FORM]


def test_a_page_of_this_host_may_send_it_over_https_through_a_proxy_too(client, story):
    for n, headers in enumerate(({"origin": HERE}, {"origin": "https://testserver"}, {"referer": f"{HERE}/x"}, {})):
        assert sent(client, story, f"第{n}处", headers=headers).status_code == 303


def test_no_file_is_read(client, story):
    response = client.post(form_of(story), {"words": WORDS, "file": open(__file__, "rb")})
    assert (said(response)[0], ReaderReport.objects.count()) == ([views.UNKNOWN_FORM, "请写明哪里有误。"], 0)


def test_a_thousand_characters_with_line_ends_of_a_browser_are_taken_and_what_cannot_be_seen_is_not(client, story):
    words = "\n".join("字" * 199 for _ in range(5))
    assert sent(client, story, words.replace("\n", "\r\n\r\n")).status_code == 303
    assert ReaderReport.objects.get().text == words
    assert sent(client, story, "坏\x00\u202e字").status_code == 303
    assert ReaderReport.objects.latest("pk").text == "坏字"


# --- how often -------------------------------------------------------------------------------------------


def test_a_sender_may_report_five_times_an_hour_and_twenty_times_a_day(client, story):
    began, taken = timezone.now() - timedelta(hours=23), []
    for minute in range(0, 23 * 60, 10):
        with patch.object(timezone, "now", return_value=began + timedelta(minutes=minute)):
            try:
                reader_reports.file(
                    article=story.pk, version=story.versions.get().pk, words=str(minute), contact="", sender="甲"
                )
                taken.append(minute)
            except reader_reports.TooMany as refusal:
                assert refusal.wait > timedelta()
    assert taken == [hour * 60 + ten for hour in range(4) for ten in (0, 10, 20, 30, 40)]


def test_too_many_are_told_in_chinese_when_to_come_back_and_keep_what_they_typed(client, story):
    for n in range(5):
        assert sent(client, story, f"第{n}处").status_code == 303
    response = sent(client, story, "第五处", contact="电话")
    sentences, kept = said(response)
    assert (response.status_code, 3500 < int(response["Retry-After"]) <= 3601) == (429, True)
    assert sentences == ["您提交的纠错较多，请过1小时再试。您写的内容还在，可以先复制下来。"]
    assert (kept["words"], kept["contact"], ReaderReport.objects.count()) == ("第五处", "电话", 5)
    assert sent(client, story, "别人的", address="203.0.113.8").status_code == 303


def test_a_flood_that_is_refused_writes_nothing(client, story):
    for n in range(5):
        sent(client, story, f"第{n}处")
    with CaptureQueriesContext(connection) as asked:
        sent(client, story, "又一处")
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


def test_the_same_words_on_the_same_text_are_kept_once_and_again_on_another(client, story):
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        assert sent(client, story, address=address).status_code == 303
    assert ReaderReport.objects.count() == 1
    story.body = "全县又布署春耕。"
    story.save()
    by = make_publisher()
    save_version(story, by=by)
    publish.publish(approve(story), by=by)
    assert sent(client, story).status_code == 303
    assert list(ReaderReport.objects.order_by("pk").values_list("version__number", flat=True)) == [1, 2]


def test_an_address_is_known_again_and_not_told():
    one = sender_of("203.0.113.7")
    assert (len(one), "203" in one, one == sender_of("203.0.113.7"), one == sender_of("203.0.113.8")) == (64, False, True, False)  # fmt: skip
    assert sender_of("::ffff:203.0.113.7") == one
    assert sender_of("2001:db8:1:2::5") == sender_of("2001:db8:1:2:ffff::9") != sender_of("2001:db8:1:3::5")
    assert sender_of("") == sender_of("") != sender_of("unix:")


def test_another_secret_key_knows_no_sender(settings):
    before = sender_of("203.0.113.7")
    settings.SECRET_KEY = "another"
    assert sender_of("203.0.113.7") != before


def test_what_a_proxy_says_of_the_reader_is_not_believed(client, story):
    sent(client, story, headers={"x-forwarded-for": "198.51.100.1"})
    assert ReaderReport.objects.get().sender == sender_of("203.0.113.7")


def test_of_eight_reports_at_once_from_one_sender_five_are_kept(transactional_db):
    article = make_live_article()
    version, most = article.versions.get().pk, LIMITS[0][1]

    def file(words):
        try:
            filed = reader_reports.file(article=article.pk, version=version, words=words, contact="", sender="甲")
        except reader_reports.TooMany:
            return "too many"
        return filed.text

    outcomes = at_once(*(lambda n=n: file(f"第{n}处") for n in range(8)))
    assert (outcomes.count("too many"), ReaderReport.objects.count()) == (8 - most, most)
    ReaderReport.objects.all().delete()
    at_once(*(lambda: file("同一处") for _ in range(4)))
    assert ReaderReport.objects.count() == 1


# --- what a report means ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "pair"),
    [
        ("第二段“布署”应为“部署”。", ("布署", "部署")),
        ("「三十个」应该是「十三个」", ("三十个", "十三个")),
        ('"李明"改成"李鸣"', ("李明", "李鸣")),
        ("“布署”写错了。", None),
        ("电话不对", None),
    ],
)
def test_a_proposal_is_read_where_it_is_spelled_out(words, pair):
    assert proposed(words) == pair


def test_the_passage_is_what_is_quoted_or_else_the_longest_that_is_repeated():
    body = "## 春耕\n全县**布署**春耕。\n各乡镇已经行动，十三个村开播。\n【图1】"
    assert passages("“布署”应为“部署”", body) == [("全县", "布署", "春耕。")]
    assert passages("各乡镇已经行动这句不对", body) == [("", "各乡镇已经行动", "，十三个村开播。")]
    assert [passages(words, body) for words in ("春耕", "“没有的话”", "")] == [[], [], []]


def test_behind_a_server_in_front_the_address_that_it_added_counts(client, story, settings):
    forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}  # the first was sent by the reader
    settings.BEHIND_PROXY = True
    sent(client, story, headers=forwarded, address="127.0.0.1")
    assert ReaderReport.objects.get().sender == sender_of("203.0.113.9")
    settings.BEHIND_PROXY = False
    sent(client, story, "“布署”应为“部署”，另一处。", headers=forwarded, address="127.0.0.1")
    assert {report.sender for report in ReaderReport.objects.all()} == {
        sender_of("203.0.113.9"),
        sender_of("127.0.0.1"),
    }
