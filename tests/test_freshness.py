"""What readers are shown is kept until something changes, and no longer."""

import gzip
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import freshness, publish, trash, versions
from articles.classify import classification, settle
from articles.models import Campaign, CampaignTag, Edition, Outlet, Page, Placement, Series, Slot
from tests.factories import approve, make_approved_article, make_article, make_live_article, make_place, make_publisher

HOUR = timedelta(hours=1)


def key_after(act):
    """Whether the key is another one after `act`."""
    before = freshness.key()
    act()
    return freshness.key() != before


def at(moment):
    return patch.object(timezone, "now", lambda: moment)


# --- the key ---------------------------------------------------------------------------------------------


def test_the_key_stays_while_nothing_happens(db):
    make_live_article()
    assert freshness.key() == freshness.key()


def test_every_act_of_release_makes_another_key(db):
    by, article = make_publisher(), make_approved_article()
    now = timezone.now()
    acts = {
        "publish": lambda: publish.publish(article, by=by),
        "expire": lambda: publish.expire(article.publication, by=by, at=now + HOUR),
        "hold": lambda: publish.hold(article.publication, by=by),
        "release": lambda: publish.release(article.publication, by=by),
        "withdraw": lambda: publish.withdraw(article.publication, by=by),
    }
    assert [name for name, act in acts.items() if not key_after(act)] == []


def test_another_campaign_or_place_of_a_public_piece_makes_another_key(db):
    article, by = make_live_article(), make_publisher()
    before = classification(article)
    CampaignTag.objects.create(content_object=article, tag=Campaign.objects.create(name="五星"))
    assert key_after(lambda: settle(article, before, by=by))
    assert not key_after(lambda: settle(article, classification(article), by=by))


def test_what_happens_to_a_draft_leaves_the_key(db):
    by, article = make_publisher(), make_article()
    make_live_article()

    def write():
        article.body = "另一段。"
        article.save()
        versions.save_version(article, by=by)
        CampaignTag.objects.create(content_object=article, tag=Campaign.objects.create(name="五星"))
        settle(article, [], by=by)
        trash.trash(article, by=by)

    assert not key_after(write)


def test_a_moment_that_passes_makes_another_key(db):
    now = timezone.now().replace(hour=4)  # noon in Shanghai
    scheduled = make_live_article(published_at=now + HOUR, expires_at=now + 3 * HOUR)
    Slot.objects.create(article=scheduled, ends_at=now + 2 * HOUR)
    keys = []
    for minutes in (0, 59, 61, 119, 121, 179, 181):
        with at(now + timedelta(minutes=minutes)):
            keys.append(freshness.key())
    before, still, out, out_still, unslotted, unslotted_still, ended = keys
    assert before == still != out == out_still != unslotted == unslotted_still != ended


def test_midnight_in_shanghai_makes_another_key(db):
    evening = timezone.now().replace(hour=15, minute=59, second=59)
    with at(evening):
        before = freshness.key()
    with at(evening + timedelta(seconds=2)):
        assert freshness.key() != before


def test_the_key_is_asked_of_the_database_once_a_second(db, monkeypatch):
    monkeypatch.setattr(freshness, "READ_EVERY", 1.0)
    clock = [100.0]
    monkeypatch.setattr(freshness, "monotonic", lambda: clock[0])
    freshness.forget()
    asked = []
    for clock[0] in (100.0, 100.5, 100.99, 101.0, 101.5):
        with CaptureQueriesContext(connection) as queries:
            freshness.key()
        asked.append(len(queries))
    assert asked == [1, 0, 0, 1, 0]


def test_the_last_known_key_serves_while_the_database_is_down(db, monkeypatch):
    known = freshness.key()

    def down():
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(freshness, "_read", down)
    assert freshness.key() == known
    freshness.forget()
    with pytest.raises(OperationalError):
        freshness.key()


# --- pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def story(db):
    return make_live_article(headline="第一稿", places=[make_place()])


def test_whoever_has_the_page_is_told_so_without_one_being_made(client, story):
    address = story.publication.get_absolute_url()
    first = client.get(address)
    with patch.object(freshness, "READ_EVERY", 60):
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"], len(asked)) == (304, b"", first["ETag"], 0)
    assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"


def test_a_page_travels_compressed_and_is_known_again_by_the_etag_it_had(client, story):
    address = story.publication.get_absolute_url()
    plain = client.get(address)
    taken = {"accept-encoding": "gzip"}
    for answer in (client.get(address, headers=taken), client.get(address, headers=taken)):  # made, then kept
        assert (answer["Content-Encoding"], answer["ETag"]) == ("gzip", f"W/{plain['ETag']}")
        assert (gzip.decompress(answer.content), int(answer["Content-Length"])) == (plain.content, len(answer.content))
    again = client.get(address, headers=taken | {"If-None-Match": f"W/{plain['ETag']}"})
    assert (again.status_code, again.content) == (304, b"")


def test_a_kept_page_asks_the_database_nothing(client, story):
    address = story.publication.get_absolute_url()
    first = client.get(address)
    with patch.object(freshness, "READ_EVERY", 60):
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address)
    assert (again.status_code, again.content, len(asked)) == (200, first.content, 0)


def test_a_changed_page_is_a_page_again(client, story):
    address, by = story.publication.get_absolute_url(), make_publisher()
    first = client.get(address)
    story.headline = "第二稿"
    story.save()
    versions.save_version(story, by=by)
    publish.publish(approve(story), by=by)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"] != first["ETag"], "第二稿" in again.content.decode()) == (200, True, True)


def test_two_addresses_have_two_etags_and_their_own_pages(client, story):
    addresses = ("/", "/regions/song-xian/", "/regions/song-xian/?before=1-0-1", "/archive/")
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer["ETag"] for answer in answers}) == 4
    assert [client.get(address).content for address in addresses] == [answer.content for answer in answers]


def test_a_withdrawn_page_is_gone_at_once(client, story):
    address, by = story.publication.get_absolute_url(), make_publisher()
    etag = client.get(address)["ETag"]
    publish.withdraw(story.publication, by=by)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 410
    assert "ETag" not in client.get(address)


def test_what_was_not_found_is_not_kept(client, db):
    assert "ETag" not in client.get("/regions/nowhere/")
    place = make_place("无名县", slug="nowhere")
    assert client.get(f"/regions/{place.slug}/").status_code == 200


def test_the_desk_is_never_kept(client, story):
    client.force_login(make_publisher(is_superuser=True))
    for address in ("/admin/", f"/admin/articles/article/{story.pk}/preview/"):
        answer = client.get(address)
        assert (answer.status_code, "ETag" in answer, "no-store" in answer["Cache-Control"]) == (200, False, True)


def test_pages_go_on_as_last_known_while_the_database_is_down(client, story, monkeypatch):
    address = story.publication.get_absolute_url()
    first = client.get(address)

    def down(*args):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(freshness, "_read", down)
    with connection.execute_wrapper(down):
        assert client.get(address).content == first.content


def test_reading_writes_nothing(client, story):
    cache.clear()
    freshness.forget()
    with CaptureQueriesContext(connection) as asked:
        for address in ("/", story.publication.get_absolute_url(), "/regions/song-xian/"):
            client.get(address)
    assert {query["sql"].lstrip("(").split()[0] for query in asked} == {"SELECT"}
    assert Series.objects.get(name=freshness.COUNTER).last > 0


def test_a_banner_that_changes_renews_the_page_and_is_logged(db):
    outlet = Outlet.objects.create(name="今日嵩县")
    page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day="2023-11-22"), number=1)
    article, by = make_live_article(), make_publisher()
    placement = Placement.objects.create(article=article, page=page, position=1)
    for field, value in (("section", "通栏"), ("headline", "见报标题"), ("link", "https://example.cn/1")):
        before = classification(article)
        Placement.objects.filter(pk=placement.pk).update(**{field: value})
        assert key_after(lambda before=before: settle(article, before, by=by)), field
        assert value in article.history.first().note


def test_any_page_at_all_is_not_an_etag(client, story):
    for address in ("/regions/nowhere/", "/2023/11/23/999999/"):
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/", headers={"If-None-Match": "*"}).status_code == 200


def test_the_desk_below_a_path_is_not_kept_either(client, story):
    client.force_login(make_publisher(is_superuser=True))
    address = f"/admin/articles/article/{story.pk}/preview/"
    answer = client.get(address, SCRIPT_NAME="/news")
    assert (answer.status_code, "ETag" in answer, "no-store" in answer["Cache-Control"]) == (200, False, True)
    client.logout()
    assert client.get(address, SCRIPT_NAME="/news").status_code == 302
