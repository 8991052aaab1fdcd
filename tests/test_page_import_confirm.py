"""整版导入: what was looked through becomes drafts, each once and by name."""

from dataclasses import replace

import pytest

from articles.intake.drafts import Draft
from articles.intake.load import taken_in
from articles.models import Article, Flag, HistoryEntry, ImportedPiece, LocalityTag, Outlet, PageImport, Placement
from articles.vocabulary import Act, Kind, PlaceRelation
from tests.factories import make_editor, make_place
from tests.page_import import PAGE, again, bring_in, fields_of, log_in, pieces, press, said
from tests.test_concurrency import at_once


@pytest.fixture
def editor(client):
    return log_in(client, "李静")


def test_confirming_makes_the_drafts_and_remembers_who_and_when(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, outlet=outlet.pk, page_number="3")
    response = press(client, address, "confirm", {"p0-headline": "夏粮喜获丰收"}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    row = PageImport.objects.get()
    assert row.confirmed_by == editor and row.confirmed_at
    drafts = Article.objects.order_by("pk")
    assert [(piece.kind, piece.headline) for piece in drafts] == [
        (Kind.STORY, "夏粮喜获丰收"),
        (Kind.STORY, "县实验小学开展防溺水教育"),
        (Kind.PHOTO, ""),
    ]
    assert [piece.created_by for piece in drafts] == [editor] * 3
    assert [placement.page.number for placement in Placement.objects.all()] == [3, 3, 3]
    assert HistoryEntry.objects.filter(act=Act.IMPORTED, by=editor).count() == 3
    assert {piece.pk for piece in drafts} == {piece.article_id for piece in response.context["pieces"]}
    assert all(f"/admin/articles/article/{piece.pk}/change/" in response.content.decode() for piece in drafts)


def test_confirming_twice_makes_nothing_twice(client, editor):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm"}
    client.post(address, data)
    response = client.post(address, data, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert (Article.objects.count(), ImportedPiece.objects.count()) == (3, 3)


def test_whoever_comes_late_loses_nothing_of_what_was_typed(client, editor):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm", "p0-headline": "晚来的标题"}
    client.post(address, {**fields_of(client.get(address)), "act": "confirm"})
    log_in(client, "王强")
    response = client.post(address, data)
    assert "李静" in said(response)[-1]
    assert pieces(response)[0].entry.headline == "晚来的标题"
    assert pieces(response)[0].article.headline == "夏粮丰收在望"
    assert Article.objects.count() == 3


def test_a_skipped_piece_is_not_made_and_can_be_taken_later(client, editor):
    address = bring_in(client)
    press(client, address, "confirm", {"p1-skipped": "on"})
    assert [piece.headline for piece in Article.objects.order_by("pk")] == ["夏粮丰收在望", ""]
    assert "pieces" in client.get(address).context  # confirmed: what was made
    later = client.get(f"{address}?again=1")
    assert [bool(shown.article) for shown in pieces(later)] == [True, False, True]
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.filter(headline="县实验小学开展防溺水教育").count() == 1
    assert Article.objects.count() == 3


def test_a_piece_that_came_in_on_another_import_of_the_day_is_named_and_left_alone(client, editor):
    press(client, bring_in(client), "confirm")
    Article.objects.filter(headline="夏粮丰收在望").update(headline="编辑改过", listed_title="编辑改过")
    address = bring_in(client, PAGE.replace("平安度夏", "安全度夏"))
    response = client.get(address)
    assert [shown.article and shown.article.headline for shown in pieces(response)] == ["编辑改过", None, ""]
    confirmed = press(client, address, "confirm", follow=True)
    assert Article.objects.count() == 4
    assert any("编辑改过" in sentence for sentence in said(confirmed))


def test_what_is_missing_is_said_at_its_field_and_nothing_is_made(client, editor):
    changes = {"p0-headline": " ", "p1-body": "", "p3-caption-0": "", "p0-kicker": "长" * 101}
    response = press(client, bring_in(client), "confirm", changes)
    errors = [dict(shown.form.errors) for shown in pieces(response)]
    assert [sorted(each) for each in errors] == [["headline", "kicker"], ["body"], ["__all__"]]
    assert all(shown.doubtful for shown in pieces(response))
    assert not Article.objects.exists() and not PageImport.objects.get().confirmed_at


def test_a_skipped_piece_may_be_unfinished(client, editor):
    press(client, bring_in(client), "confirm", {"p0-headline": "", "p0-skipped": "on"})
    assert Article.objects.count() == 2


def test_with_everything_skipped_nothing_is_confirmed(client, editor):
    changes = {f"p{n}-skipped": "on" for n in (0, 1, 3)}
    response = press(client, bring_in(client), "confirm", changes)
    assert said(response)
    assert not PageImport.objects.get().confirmed_at


def test_words_of_the_page_that_stand_in_no_piece_are_shown_before_they_are_left_out(client, editor):
    address = bring_in(client)
    body = pieces(client.get(address))[1].entry.body
    shorter = {"p1-body": "\n".join(line for line in body.split("\n") if "警示牌" not in line)}
    asked = press(client, address, "confirm", shorter)
    assert not Article.objects.exists()
    ((line, words),) = asked.context["screen"].lost
    assert (line, words[:6]) == (11, "学校还在河边")
    assert words in asked.content.decode()
    other = again(client, asked, "confirm", {"p0-body": "全改了。"})  # another loss than the one that was shown
    assert not Article.objects.exists()
    again(client, other, "confirm")
    assert Article.objects.count() == 3


def test_an_edited_piece_is_proofed_as_it_was_edited(client, editor):
    address = bring_in(client, PAGE.replace("平安度夏", "平安度夏，震憾人心"))
    body = pieces(client.get(address))[1].entry.body
    press(
        client,
        address,
        "confirm",
        {"p1-body": body.replace("震憾", "震撼"), "p0-body": pieces(client.get(address))[0].entry.body},
    )
    flags = Article.objects.get(headline="县实验小学开展防溺水教育").flags.all()
    assert not [flag for flag in flags if "震憾" in flag.excerpt + flag.detail]
    address = bring_in(client, PAGE.replace("平安度夏", "平安度夏，震憾人心"), day="2024-06-08")
    press(client, address, "confirm", without=("p1-skipped",))
    flags = Article.objects.filter(headline="县实验小学开展防溺水教育").latest("pk").flags.all()
    assert [flag for flag in flags if "震憾" in flag.excerpt + flag.detail]


def test_places_are_filed_as_they_are_ticked(client, editor):
    place = make_place("海淀区")
    address = bring_in(client)
    added = press(client, address, "add-1", {"p1-add_place": place.pk, "p1-add_relation": "mentioned"})
    again(client, added, "confirm")
    tags = LocalityTag.objects.filter(content_object__headline="县实验小学开展防溺水教育")
    assert [(tag.tag, tag.relation) for tag in tags if tag.tag == place] == [(place, PlaceRelation.MENTIONED)]


def test_two_who_confirm_at_once_make_each_piece_once(client, editor, transactional_db):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm"}
    cookies = client.cookies

    def confirm():
        browser = type(client)()
        browser.cookies = cookies
        return browser.post(address, data).status_code

    assert at_once(confirm, confirm) == [302, 302]
    assert Article.objects.count() == 3


# --- what was made before --------------------------------------------------------------------------------


def test_looking_through_once_more_makes_nothing_again_of_what_was_merged(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "merge-1"), "confirm")
    assert Article.objects.count() == 2
    later = client.get(f"{address}?again=1")
    whole = Article.objects.get(headline="夏粮丰收在望")
    assert [(shown.article and shown.article.pk, shown.within) for shown in pieces(later)][:2] == [(whole.pk, True)] * 2
    confirmed = client.post(address, {**fields_of(later), "act": "confirm"}, follow=True)
    assert Article.objects.count() == 2
    assert any(whole.number in sentence for sentence in said(confirmed))


def test_looking_through_once_more_makes_nothing_again_of_what_was_split(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "split-1", {"p1-split": "2"}), "confirm", {"p2-headline": "警示牌立起来"})
    assert Article.objects.count() == 4
    later = client.get(f"{address}?again=1")
    assert all(shown.article for shown in pieces(later))
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 4


def test_of_a_piece_whose_first_half_was_made_that_is_said_and_it_is_skipped_in_advance(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "split-1", {"p1-split": "2"}), "confirm", {"p2-skipped": "on"})
    later = client.get(f"{address}?again=1")
    half = Article.objects.get(headline="县实验小学开展防溺水教育")
    shown = pieces(later)[1]
    assert (shown.partly.article, shown.article, shown.entry.skipped) == (half, None, True)
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 3


def test_what_was_skipped_beside_a_merged_piece_can_still_be_taken(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "merge-1"), "confirm", {"p2-skipped": "on"})
    assert Article.objects.count() == 1
    later = client.get(f"{address}?again=1")
    assert [bool(shown.article) for shown in pieces(later)] == [True, True, False]
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 2


def test_pieces_that_share_a_line_are_not_taken_for_each_other():
    first, second = (
        Draft(number, Kind.BRIEF, fingerprint=name, first_line=1, last_line=1) for number, name in ((1, "a"), (2, "b"))
    )
    made = ImportedPiece(pk=1, fingerprint="a", first_line=1, last_line=1)
    assert taken_in([second], [made], "甲。乙。", frozenset("ab")) == {}
    assert taken_in([replace(second, fingerprint="c")], [made], "甲。乙。", frozenset("ab")) == {"c": made}
    assert taken_in([first], [], "甲。乙。", frozenset("ab")) == {}


def test_the_same_words_on_another_day_are_named_and_skipped_in_advance(client, editor):
    press(client, bring_in(client, day="2024-04-27"), "confirm")
    address = bring_in(client, PAGE.replace("平安度夏", "安全度夏"))
    response = client.get(address)
    assert [shown.entry.skipped for shown in pieces(response)] == [True, False, True]
    made = Article.objects.get(headline="夏粮丰收在望")
    words = response.content.decode()
    assert "2024-04-27" in words and made.number in words and "《夏粮丰收在望》" in words
    press(client, address, "confirm", without=("p0-skipped",))  # on purpose
    assert Article.objects.filter(headline="夏粮丰收在望").count() == 2 and Article.objects.count() == 5


# --- compared with the printed page ----------------------------------------------------------------------


def test_pieces_that_were_compared_have_their_flag_settled_by_name_and_on_record(client, editor):
    press(client, bring_in(client), "confirm", {"compared": "on"})
    for article in Article.objects.all():
        (flag,) = article.flags.filter(check_code="transcription")
        assert (flag.cleared_by, bool(flag.reason)) == (editor, True)
        acts = [entry.act for entry in article.history.order_by("pk")]
        assert acts[-2:] == [Act.IMPORTED, Act.FLAG_CLEARED]
        assert article.history.filter(act=Act.FLAG_CLEARED).get().by == editor


def test_without_that_word_each_piece_waits_to_be_compared(client, editor):
    press(client, bring_in(client), "confirm")
    assert Flag.objects.filter(check_code="transcription", cleared_at=None).count() == 3


def test_who_may_not_settle_flags_cannot_say_to_have_compared(client, editor):
    permissions = ("view_pageimport", "add_pageimport", "change_pageimport", "add_article")
    client.force_login(make_editor(*permissions))
    address = bring_in(client)
    assert 'name="compared"' not in client.get(address).content.decode()
    press(client, address, "confirm", {"compared": "on"})
    assert Flag.objects.filter(check_code="transcription", cleared_at=None).count() == 3
