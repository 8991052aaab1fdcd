"""The public templates' engine: what it offers is what Django's own tags and filters write, in Chinese, and a typing error shows."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jinja2
import pytest
from django.http import QueryDict
from django.template import Context, RequestContext, Template, engines
from django.template.backends.jinja2 import Jinja2
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from articles import typeset
from articles.days import lunar
from articles.listing import Cursor
from articles.models import public_address
from articles.views.errors import server_error
from tests.factories import make_article, make_editor
from tests.page import Page

PUBLIC = Path(__file__).resolve().parent.parent / "templates/public"
FORMS = {
    form for path in PUBLIC.rglob("*.html") for form in re.findall(r'"([^"{}]+)"', " ".join(
        re.findall(r"\|date\(([^)]*)\)", path.read_text("utf-8"))
    ))
}  # fmt: skip
WITH_THE_HOUR = {form for form in FORMS if "H" in form}  # of moments alone


def render(source, **context):
    return engines["jinja2"].from_string(source).render(context)


# Days.


def test_a_date_is_written_as_django_s_filter_writes_it():
    assert len(FORMS) > 6
    assert WITH_THE_HOUR
    moments = [datetime(2026, 12, 31, 16, 5, 9, tzinfo=UTC), datetime(1904, 2, 28, 15, 59, tzinfo=UTC)]
    for value in (*moments, *(date(2024, 2, 26) + timedelta(days=n) for n in range(8)), None):
        for form in FORMS - WITH_THE_HOUR if type(value) is date else FORMS | {"c"}:
            with override("zh-hans"):
                wanted = Template("{{ value|date:form }}").render(Context({"value": value, "form": form}))
            assert render("{{ value|date(form) }}", value=value, form=form) == wanted, (value, form)


def test_a_moment_is_written_by_the_clock_of_shanghai():
    moment = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)
    assert render("{{ moment|day }} {{ moment|local }}", moment=moment) == "2027-01-01 2027-01-01 00:05:00+08:00"


def test_a_weekday_is_chinese_whatever_language_is_active():
    with override("en"):
        assert render('{{ day|date("n月j日 l") }}', day=date(2031, 2, 4)) == "2月4日 星期二"


def test_the_desk_s_preview_and_its_404_page_are_chinese_for_an_english_account(client, monkeypatch):
    editor, article = make_editor("*", language="en"), make_article()
    preview = reverse("admin:articles_article_preview", args=[article.pk])
    shown = []
    for number, address in enumerate((preview, "/admin/nothing/here/"), 5):
        moment = datetime(2031, 2, number, 9, tzinfo=UTC)  # no other test writes these days
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        client.force_login(editor)
        masthead, *_ = Page(client.get(address).content.decode()).root.all("header")
        shown.append(masthead.one("time").text)
    assert shown == ["2031年2月5日 星期三", "2031年2月6日 星期四"]


# Addresses.


@pytest.mark.parametrize(
    ("query", "changes"),
    [
        ("", {}),
        ("", {"after": None}),
        ("", {"region": "songxian"}),
        ("after=1-2-3", {"after": None, "before": None}),
        ("region=xuchang&from=2023-11-01", {"region": "jianan", "after": None}),
        ("from=2023-11-01&region=xuchang&from=2023-11-02&to=", {"to": None, "before": "5-0-7"}),
        ("q=%E5%B5%A9%E5%8E%BF+%26&x=%00%FF", {"page": 2}),
    ],
)
def test_a_query_is_changed_as_by_django_s_tag(query, changes):
    request = RequestFactory().get(f"/?{query}")
    tag = "{% querystring " + " ".join(f"{name}={name}" for name in changes) + " %}"
    wanted = Template("{% autoescape off %}" + tag + "{% endautoescape %}").render(RequestContext(request, changes))
    assert typeset.querystring(request, **changes) == wanted
    assert request.GET == QueryDict(query)


def test_a_cursor_stays_one_value():
    cursor = Cursor(datetime(2023, 11, 23, tzinfo=UTC), 1002, 7)
    assert typeset.querystring(RequestFactory().get("/"), after=cursor) == f"?after={cursor}"


def test_the_address_of_a_piece_is_the_one_that_reverse_gives():
    late = datetime(2023, 11, 22, 16, 30, tzinfo=UTC)
    assert public_address(17, late, "") == reverse("story", args=[2023, 11, 23, 17]) == "/2023/11/23/17/"
    assert public_address(17, late, "about") == reverse("site_page", args=["about"])


# The engine.


def test_every_text_is_escaped_and_what_django_made_safe_is_not_escaped_again():
    assert render("{{ text }} {{ text|linebreaks }}", text="<b>\n&") == "&lt;b&gt;\n&amp; <p>&lt;b&gt;<br>&amp;</p>"


def test_a_name_that_nobody_gave_is_an_error():
    for source in (
        "{{ nothing }}",
        "{% if nothing %}{% endif %}",
        "{{ desk.nothing }}",
        "{% for one in nothing %}{% endfor %}",
    ):
        with pytest.raises(jinja2.UndefinedError):
            render(source, desk={})


def test_the_pages_for_what_went_wrong_are_the_site_s_own(client):
    refused = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "editor"})
    broken = server_error(RequestFactory().get("/"))
    said = [(page.status_code, Page(page.content.decode()).root.one("h1").text) for page in (refused, broken)]
    assert said == [(403, "没有提交成功"), (500, "页面暂时打不开")]


@pytest.mark.parametrize("debug", [True, False])
def test_a_template_that_changes_is_read_again_only_while_debug_is_on(settings, tmp_path, debug):
    settings.DEBUG = debug
    engine = Jinja2(
        {
            "NAME": "trial",
            "DIRS": [tmp_path],
            "APP_DIRS": False,
            "OPTIONS": {"environment": "articles.typeset.environment"},
        }
    )
    page = tmp_path / "page.html"
    page.write_text("old")
    assert engine.get_template("page.html").render() == "old"
    page.unlink()
    page.write_text("newer")
    assert engine.get_template("page.html").render() == ("newer" if debug else "old")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 22), "丙午年十月十四"),
        (date(2026, 2, 17), "丙午年正月初一"),
        (date(2025, 8, 1), "乙巳年闰六月初八"),
        (date(2024, 2, 9), "癸卯年十二月三十"),
        (date(2024, 1, 1), "癸卯年十一月二十"),
        (date(1899, 12, 31), ""),
        (date(2150, 1, 1), ""),
    ],
)
def test_the_lunar_date_is_said_as_a_masthead_says_it(day, said):
    assert lunar(day) == said
