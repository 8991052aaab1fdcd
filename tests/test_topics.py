"""选题: one flat table, changed in the list; one click makes a topic a piece, once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import flags, topics
from articles.conditions import unmet
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Article, Campaign, Column, Topic
from articles.proofing.unwritten import UNWRITTEN
from articles.refusals import AlreadyDone, MoveRefused
from articles.versions import save_version
from articles.vocabulary import Act, Genre, Kind, State, TopicStatus
from tests.factories import make_live_article

LIST = "/admin/articles/topic/"
START = "/admin/articles/topic/start/"


@pytest.fixture
def desk(db):
    return {username: make_account(username, name, held, "secret") for username, name, held in ACCOUNTS}


def login(client, account):
    client.force_login(account)
    return account


def shown(response):
    return [str(row) for row in response.context["cl"].result_list]


def fields_of(response):
    """The POST data of the list as a browser would send it back."""
    formset = response.context["cl"].formset
    data = {bound.html_name: bound.value() for bound in formset.management_form}
    for form in formset.forms:
        for bound in form:
            if bound.field.disabled:
                continue
            value = bound.value()
            data[bound.html_name] = "" if value is None else str(value)
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = "" if value is None else str(value)
    return {**data, "_save": "1"}


# --- made a piece ----------------------------------------------------------------------------------------


def test_a_topic_becomes_a_draft_filed_as_it_was_planned(desk):
    column, campaign = Column.objects.create(name="一线"), Campaign.objects.create(name="五星")
    topic = Topic.objects.create(
        title="春耕备耕走访", owner=desk["writer"], genre=Genre.FEATURE, column=column, campaign=campaign
    )
    article = topics.start(topic, by=desk["writer"])
    article.refresh_from_db()
    assert (article.headline, article.body, article.kind, article.genre) == (
        "春耕备耕走访", UNWRITTEN, Kind.STORY, Genre.FEATURE,
    )  # fmt: skip
    assert (article.column, list(article.campaigns.all()), article.created_by) == (column, [campaign], desk["writer"])
    assert (article.own_work_of, article.version_number) == (None, 1)
    created = article.history.get(act=Act.CREATED)
    assert created.by == desk["writer"] and "春耕备耕走访" in created.note
    topic.refresh_from_db()
    assert (topic.article, topic.status) == (article, TopicStatus.ASSIGNED)
    assert Article.objects.with_state().get().state == State.DRAFT


def test_picture_news_begins_without_a_text(desk):
    topic = Topic.objects.create(title="麦收", owner=desk["writer"], genre=Genre.PICTURE)
    article = topics.start(topic, by=desk["writer"])
    assert (article.kind, article.body, article.title) == (Kind.PHOTO, "", "麦收")


def test_a_text_that_is_still_to_be_written_keeps_the_piece_from_release_until_it_is_written(desk):
    article = topics.start(Topic.objects.create(title="春耕", owner=desk["writer"]), by=desk["writer"])
    assert [flag.check_code for flag in article.flags.filter(cleared_at=None, severity="error")][:1] == ["unwritten"]
    assert any(UNWRITTEN in condition.sentence for condition in unmet(article, by=desk["admin"]))
    article.body = "写好了。"
    article.save()
    save_version(article, by=desk["writer"])
    flags.refresh(article)
    assert not article.flags.filter(check_code="unwritten").exists()


def test_a_topic_is_made_a_piece_once(desk):
    topic = Topic.objects.create(title="春耕", owner=desk["writer"])
    article = topics.start(topic, by=desk["writer"])
    with pytest.raises(AlreadyDone, match=article.number):
        topics.start(topic, by=desk["editor"])
    assert Article.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_who_press_at_once_one_makes_the_piece(transactional_db):
    account = make_account("editor", "李静", ("责任编辑",), "secret")
    topic = Topic.objects.create(title="春耕", owner=account)
    told, begin = [], threading.Barrier(4)

    def press():
        begin.wait()
        try:
            told.append(topics.start(Topic.objects.get(pk=topic.pk), by=account).pk)
        except AlreadyDone:
            told.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    topic.refresh_from_db()
    assert sorted(told, key=bool) == [None, None, None, topic.article_id]
    assert Article.objects.count() == 1


@pytest.mark.parametrize("name", ["writer", "correspondent", "proof", "head"])
def test_who_may_make_a_piece_of_anothers_topic(desk, name):
    topic = Topic.objects.create(title="春耕", owner=desk["editor"])
    if name == "head":
        assert topics.start(topic, by=desk[name]).created_by == desk[name]
        return
    with pytest.raises(MoveRefused):
        topics.start(topic, by=desk[name])
    assert Article.objects.count() == 0


def test_a_dropped_topic_is_not_begun(desk):
    topic = Topic.objects.create(title="春耕", owner=desk["writer"], status=TopicStatus.DROPPED)
    with pytest.raises(MoveRefused):
        topics.start(topic, by=desk["writer"])


# --- the buttons -----------------------------------------------------------------------------------------


def test_the_button_leads_to_the_form_of_the_new_piece_and_a_second_press_to_the_same(client, desk):
    login(client, desk["writer"])
    topic = Topic.objects.create(title="春耕", owner=desk["writer"])
    first = client.post(START, {"topic": topic.pk})
    article = Article.objects.get()
    assert first.url == reverse("admin:articles_article_change", args=[article.pk])
    assert client.post(START, {"topic": topic.pk}).url == first.url
    assert client.get(first.url).status_code == 200
    assert Article.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "x", "0", "999999", "１", "9" * 40, "-1", "1 OR 1"])
def test_a_topic_that_there_is_not_is_not_found(client, desk, typed):
    login(client, desk["editor"])
    assert client.post(START, {"topic": typed}).status_code == 404


def test_what_changes_something_is_posted_and_asks_who(client, desk):
    topic = Topic.objects.create(title="春耕", owner=desk["writer"])
    login(client, desk["proof"])
    assert client.get(START).status_code == 405
    response = client.post(START, {"topic": topic.pk}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Article.objects.count() == 0


# --- the list --------------------------------------------------------------------------------------------


def test_it_opens_on_what_is_to_be_written_the_most_urgent_first(client, desk):
    login(client, desk["writer"])
    today = timezone.localdate()
    Topic.objects.create(title="后天", planned_day=today + timedelta(days=2))
    Topic.objects.create(title="昨天", planned_day=today - timedelta(days=1))
    Topic.objects.create(title="放弃", status=TopicStatus.DROPPED)
    topics.start(Topic.objects.create(title="已写", owner=desk["writer"]), by=desk["writer"])
    assert shown(client.get(LIST)) == ["昨天", "后天"]
    assert sorted(shown(client.get(f"{LIST}?status=all"))) == sorted(["昨天", "后天", "放弃", "已写"])


def test_the_filters(client, desk):
    login(client, desk["writer"])
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    for title, day, owner in (
        ("本周", monday + timedelta(days=6), desk["writer"]), ("下周", monday + timedelta(days=7), None),
        ("下下周", monday + timedelta(days=14), desk["editor"]), ("未定", None, desk["writer"]),
        ("上周", monday - timedelta(days=1), desk["editor"]),
    ):  # fmt: skip
        Topic.objects.create(title=title, planned_day=day, owner=owner)
    started = Topic.objects.create(title="已写", owner=desk["writer"], planned_day=monday - timedelta(days=3))
    topics.start(started, by=desk["writer"])
    found = {
        asked: sorted(shown(client.get(f"{LIST}?{asked}")))
        for asked in ("who=mine&status=all", "who=nobody", "week=this", "week=next", "week=late", "week=none", "status=open", "status=started", "who=mine&status=open")
    }  # fmt: skip
    assert found == {
        "who=mine&status=all": sorted(["本周", "未定", "已写"]), "who=nobody": ["下周"], "week=this": ["本周"], "week=next": ["下周"],
        "week=late": ["上周"], "week=none": ["未定"], "status=open": sorted(["本周", "下周", "下下周", "未定", "上周"]),
        "status=started": ["已写"], "who=mine&status=open": sorted(["本周", "未定"]),
    }  # fmt: skip


def test_an_editor_changes_many_in_the_list(client, desk):
    login(client, desk["editor"])
    column = Column.objects.create(name="一线")
    first, second = (Topic.objects.create(title=title) for title in ("甲", "乙"))
    data = fields_of(client.get(LIST, {"status": "open"}))
    data |= {
        "form-0-owner": desk["writer"].pk,
        "form-0-status": "assigned",
        "form-0-planned_day": "2026-12-01",
        "form-1-column": column.pk,
    }
    assert client.post(f"{LIST}?status=open", data).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.owner, first.status, str(first.planned_day), second.column) == (
        desk["writer"], "assigned", "2026-12-01", column,
    )  # fmt: skip


def test_a_writer_changes_own_topics_and_sees_the_others_closed(client, desk):
    login(client, desk["writer"])
    own, other = (
        Topic.objects.create(title="自己的", owner=desk["writer"]),
        Topic.objects.create(title="别人的", owner=desk["editor"]),
    )
    entered = Topic.objects.create(title="自己报的", created_by=desk["writer"])
    page = client.get(LIST, {"status": "open"})
    closed = {str(form.instance): form.fields["title"].disabled for form in page.context["cl"].formset.forms}
    assert closed == {"自己的": False, "别人的": True, "自己报的": False}
    data = fields_of(page)
    for number, form in enumerate(page.context["cl"].formset.forms):
        data[f"form-{number}-title"] = f"改过的{form.instance}"
    client.post(f"{LIST}?status=open", data)
    change = reverse("admin:articles_topic_change", args=[other.pk])
    assert client.post(change, {"title": "抢过来"}).status_code in (403, 409)
    assert sorted(Topic.objects.values_list("pk", "title")) == [
        (own.pk, "改过的自己的"), (other.pk, "别人的"), (entered.pk, "改过的自己报的")
    ]  # fmt: skip


def test_a_writer_assigns_nobody_else(client, desk):
    login(client, desk["writer"])
    Topic.objects.create(title="自己的", owner=desk["writer"])
    data = fields_of(client.get(LIST, {"status": "open"})) | {"form-0-owner": desk["editor"].pk}
    response = client.post(f"{LIST}?status=open", data)
    assert response.status_code == 200 and response.context["cl"].formset.errors[0].keys() == {"owner"}
    assert Topic.objects.get().owner == desk["writer"]


@pytest.mark.parametrize(
    "typed",
    [{"title": ""}, {"title": "　 "}, {"title": "题" * 201}, {"planned_day": "昨天"}, {"owner": "x"}, {"owner": "999999"}, {"genre": "诗"}, {"status": ""}, {"column": "9" * 30}],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_kept(client, desk, typed):
    login(client, desk["editor"])
    Topic.objects.create(title="甲")
    data = fields_of(client.get(LIST, {"status": "open"})) | {f"form-0-{name}": value for name, value in typed.items()}
    response = client.post(f"{LIST}?status=open", data)
    (name,) = typed
    assert response.status_code == 200 and name in response.context["cl"].formset.errors[0]
    assert Topic.objects.get().title == "甲"


def test_the_row_shows_the_piece_and_where_it_stands(client, desk):
    login(client, desk["editor"])
    Topic.objects.create(title="发了的", article=make_live_article(headline="发了的"), owner=desk["writer"])
    topics.start(Topic.objects.create(title="在写", owner=desk["writer"]), by=desk["writer"])
    page = client.get(LIST, {"status": "started"}).content.decode()
    for article in Article.objects.with_state():
        assert f'{article.number}</a> <span class="state">{State(article.state).label}' in page
    assert 'form="start-topic"' not in page


def test_new_topics_belong_to_whoever_enters_them(client, desk):
    login(client, desk["writer"])
    page = client.get("/admin/articles/topic/add/")
    assert page.context["adminform"].form["owner"].value() == desk["writer"].pk
    client.post("/admin/articles/topic/add/", {"title": "新题", "status": "assigned", "owner": desk["writer"].pk})
    topic = Topic.objects.get()
    assert (topic.title, topic.owner, topic.created_by) == ("新题", desk["writer"], desk["writer"])


def test_colleagues_are_offered_by_name_and_nothing_else_of_their_accounts(client, desk):
    login(client, desk["writer"])
    gone = make_account("gone", "离职者", ("记者",), "secret")
    gone.is_active = False
    gone.save()
    answer = client.get("/admin/articles/topic/colleagues/", {"term": "静"}).json()
    assert answer == {"results": [{"id": str(desk["editor"].pk), "text": "李静"}], "pagination": {"more": False}}
    everybody = client.get("/admin/articles/topic/colleagues/").json()["results"]
    assert len(everybody) == len(ACCOUNTS)


def test_what_became_a_piece_is_not_deleted(client, desk):
    login(client, desk["editor"])
    topic = Topic.objects.create(title="春耕")
    other = Topic.objects.create(title="夏收")
    topics.start(topic, by=desk["editor"])
    for row in (topic, other):
        client.post(reverse("admin:articles_topic_delete", args=[row.pk]), {"post": "yes"})
    assert list(Topic.objects.all()) == [topic]


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(client, desk):
    login(client, desk["editor"])
    column, campaign = Column.objects.create(name="一线"), Campaign.objects.create(name="五星")

    def asked():
        client.get(LIST, {"status": "open"})
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST, {"status": "open"})
        return len(queries)

    def enter():
        Topic.objects.create(title="题", owner=desk["writer"], column=column, campaign=campaign)

    enter()
    one = asked()
    for _n in range(4):
        enter()
    assert asked() == one
