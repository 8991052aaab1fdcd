"""催审: the line for the clipboard, and the robot of the desk's group. No test leaves the machine."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from articles import reminders, review
from articles.refusals import MoveRefused
from articles.vocabulary import REVIEWING
from newsdesk import environment
from tests.factories import make_article, make_editor


@contextmanager
def robot(answer=b'{"errcode": 0, "errmsg": "ok"}', status=200, wait=None, headers=()):
    """A group's robot on this machine; gives (its address, the messages it was sent)."""
    heard = []

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self):
            if wait:
                wait.wait(10)
            heard.append(
                (self.path, self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"])))
            )
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self):
            heard.append((self.path,))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?key=secret-key", heard
    finally:
        if wait:
            wait.set()
        server.shutdown()
        thread.join()
        server.server_close()


def in_review(signed=0, **fields):
    article = make_article(headline="县人大常委会召开会议", **fields)
    review.submit(article, by=make_editor("*"))
    sha256 = article.versions.first().sha256
    for stage in REVIEWING[:signed]:
        review.sign(article, by=make_editor("*"), stage=stage, sha256=sha256)
    return article


def remind(article):
    return reverse("desk_remind", args=[article.pk])


@pytest.fixture
def editor(client):
    account = make_editor("view_article", "change_article")
    client.force_login(account)
    return account


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- the line --------------------------------------------------------------------------------------------


def test_the_line_names_the_stage_the_headline_and_an_https_address(client, editor):
    article = in_review(signed=2)
    page = client.get(remind(article)).content.decode()
    line = f"县人大常委会召开会议 https://testserver/desk/review/{article.pk}/"
    assert f'终审】{line}"' in page or f'终审] {line}"' in page
    assert "readonly" in page and "data-copies" in page


@pytest.mark.parametrize(("signed", "waits"), [(0, "初审"), (1, "复审"), (2, "终审")])
def test_it_says_what_the_piece_waits_for(db, signed, waits):
    article = in_review(signed)
    assert waits in reminders.words_of(article, review.course_of(article), "https://x/")


def test_a_piece_that_is_not_in_review_has_no_line(client, editor):
    article = make_article()
    page = client.get(remind(article))
    assert page.status_code == 200 and "data-copies" not in page.content.decode()
    assert len(said(page)) == 1


def test_without_a_robot_there_is_no_button_and_a_post_says_so(client, editor):
    article = in_review()
    assert f'action="{remind(article)}"' not in client.get(remind(article)).content.decode()
    assert len(said(client.post(remind(article), follow=True))) == 1


def test_it_is_for_the_desk_alone(client, db):
    article = in_review()
    assert client.get(remind(article)).status_code == 302
    client.force_login(make_editor())
    assert client.get(remind(article)).status_code == 403
    assert client.post(remind(article)).status_code == 403


# --- the group -------------------------------------------------------------------------------------------


def test_the_button_posts_the_line_as_a_text_message(client, editor, settings):
    article = in_review(signed=2)
    with robot() as (settings.DESK_ROBOT_WEBHOOK, heard):
        assert f'action="{remind(article)}"' in client.get(remind(article)).content.decode()
        response = client.post(remind(article), {"next": "/admin/"})
    ((path, content_type, body),) = heard
    message = json.loads(body)
    assert (response.url, path, content_type) == ("/admin/", "/send?key=secret-key", "application/json; charset=utf-8")
    assert message.keys() == {"msgtype", "text"} and message["msgtype"] == "text"
    assert message["text"]["content"].endswith(f"县人大常委会召开会议 https://testserver/desk/review/{article.pk}/")
    assert "县人大常委会" in body.decode()  # readable as it is sent


def test_touched_twice_it_is_sent_once(client, editor, settings):
    article = in_review()
    with robot() as (settings.DESK_ROBOT_WEBHOOK, heard):
        client.post(remind(article))
        client.post(remind(article))
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', 200),
        (b"<html>", 200),
        (b"", 200),
        (b"[]", 200),
        (b"\xff\xfe", 200),
        (b'{"errcode": 0}', 500),
        (b'{"errcode": 0}', 403),
    ],
)
def test_a_refusal_is_a_sentence_and_can_be_tried_again(client, editor, settings, caplog, answer, status):
    article = in_review()
    with robot(answer, status) as (settings.DESK_ROBOT_WEBHOOK, heard):
        for _n in range(2):
            response = client.post(remind(article), {"next": "/admin/me/"}, follow=True)
            assert response.status_code == 200 and len(said(response)) == 1
    assert len(heard) == 2
    assert "secret-key" not in caplog.text and "secret-key" not in response.content.decode()


def test_a_robot_that_does_not_answer_is_given_up(db, settings, monkeypatch):
    monkeypatch.setattr(reminders, "TIMEOUT", 0.2)
    with robot(wait=threading.Event()) as (settings.DESK_ROBOT_WEBHOOK, _heard), pytest.raises(MoveRefused):
        reminders.send("【待终审】标题")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://nowhere.invalid/", "https://127.0.0.1:9/"])
def test_a_robot_that_is_not_there_is_a_sentence(db, settings, address):
    settings.DESK_ROBOT_WEBHOOK = address
    with pytest.raises(MoveRefused):
        reminders.send("【待终审】标题")


def test_the_key_is_not_carried_elsewhere(db, settings):
    with robot() as (elsewhere, heard):
        with robot(b"", 302, headers=[("Location", elsewhere)]) as (settings.DESK_ROBOT_WEBHOOK, _heard):
            with pytest.raises(MoveRefused):
                reminders.send("【待终审】标题")
    assert heard == []


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""])
def test_it_goes_back_to_our_own_pages_alone(client, editor, settings, asked):
    article = in_review()
    with robot() as (settings.DESK_ROBOT_WEBHOOK, _heard):
        assert client.post(remind(article), {"next": asked}).url == remind(article)


# --- the setting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", "  ", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"])
def test_the_setting_may_be(monkeypatch, value):
    monkeypatch.setenv("DESK_ROBOT_WEBHOOK", value)
    assert environment.webhook("DESK_ROBOT_WEBHOOK") == value.strip()


@pytest.mark.parametrize(
    "value",
    ["on", "http://example.org/?key=geheim", "https://", "https:///send?key=geheim", "ftp://example.org/geheim", "https://a b/geheim",
     "https://example.org:port/geheim", "https://[geheim", "https://例子.中国/geheim", "//example.org/geheim"],
)  # fmt: skip
def test_the_setting_may_not_be_and_the_sentence_keeps_the_key(monkeypatch, value):
    monkeypatch.setenv("DESK_ROBOT_WEBHOOK", value)
    with pytest.raises(ImproperlyConfigured, match="DESK_ROBOT_WEBHOOK") as refused:
        environment.webhook("DESK_ROBOT_WEBHOOK")
    assert "geheim" not in str(refused.value)
