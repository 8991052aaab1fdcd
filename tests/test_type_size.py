"""字号: the size of type that a reader chose goes along with every link of the public site, without a cookie or a script."""

import pytest
from django.urls import resolve

from articles import type_size
from tests.factories import load_seed_page
from tests.page import read


def test_the_length_that_the_server_says_is_that_of_the_page_with_the_size(client, db):
    load_seed_page()
    answer = client.get("/?type=large")
    assert int(answer["Content-Length"]) == len(answer.content)
    assert b"</html>" in answer.content


def test_a_page_without_the_choice_says_nothing_of_it(client, db):
    load_seed_page()
    page = read(client, "/")
    assert "class" not in page.root.one("html").attrs
    assert [href for href in page.root.hrefs() if "type=" in href] == ["?type=large"]


@pytest.mark.parametrize("said", ["huge", "", "LARGE", '"><script>', "large%00"])
def test_a_size_that_does_not_exist_is_the_middle_one(client, db, said):
    load_seed_page()
    page = read(client, f"/?type={said}")
    assert "class" not in page.root.one("html").attrs


def test_the_way_back_to_the_middle_size_stands_on_the_page(client, db):
    load_seed_page()
    back = [a for a in read(client, "/regions/?type=large").root.all("a") if "data-type" in a.attrs]
    assert [a.attrs["href"] for a in back] == ["/regions/"]
    page = read(client, "/regions/songxian/?campaign=wuxing&type=large")
    assert [a.attrs["href"] for a in page.root.all("a") if "data-type" in a.attrs] == ["?campaign=wuxing"]
    assert resolve("/regions/").url_name == "regions"


@pytest.mark.parametrize(
    ("html", "carried"),
    [
        ('<a href="/regions/">', '<a href="/regions/?type=large">'),
        ('<a href="/#news">', '<a href="/?type=large#news">'),
        ('<a class="x" href="?after=1&amp;campaign=a">', '<a class="x" href="?after=1&amp;campaign=a&amp;type=large">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="https://beian.miit.gov.cn/">', '<a href="https://beian.miit.gov.cn/">'),
        ('<a href="//other.example/">', '<a href="//other.example/">'),
        ('<a href="mailto:a@b.cn">', '<a href="mailto:a@b.cn">'),
        ('<a href="/static/a.pdf">', '<a href="/static/a.pdf">'),
        ('<a href="/admin/">', '<a href="/admin/">'),
        ('<a href="/feeds/latest.atom">', '<a href="/feeds/latest.atom">'),
        ('<a data-type href="/">', '<a data-type href="/">'),
        ('<article data-href="/x/">', '<article data-href="/x/">'),
        ('<form action="/x/">', '<form action="/x/?type=large"><input type="hidden" name="type" value="large">'),
        ('<form method="post" action="/x/">', '<form method="post" action="/x/?type=large">'),
        ("<p>&lt;a href=&#34;/&#34;&gt;</p>", "<p>&lt;a href=&#34;/&#34;&gt;</p>"),
    ],
)
def test_only_what_leads_on_in_the_site_is_changed(html, carried):
    assert type_size.carry(html, "large") == carried
