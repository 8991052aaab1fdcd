"""Accounts: roles, one-time passwords, closing, what one sets for oneself, and what an administrator may not do."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from articles import roles
from articles.models import Article, Column, ContactDetails, Contributor, Editor
from articles.roles import ROLES
from tests.desk import errors_of, filled
from tests.factories import make_article, make_editor, make_place

LIST = "/admin/articles/editor/"
ADD = "/admin/articles/editor/add/"
PASSWORD = re.compile(r"[a-km-np-z2-9]{4}(?:-[a-km-np-z2-9]{4}){2}")
migration = import_module("articles.migrations.0004_roles")
taking_in = import_module("articles.migrations.0007_roles_take_in")
reviewing = import_module("articles.migrations.0010_triggers_and_roles_of_review")
answering = import_module("articles.migrations.0012_roles_answer_readers")
MIGRATIONS = (
    "0004_roles",
    "0007_roles_take_in",
    "0010_triggers_and_roles_of_review",
    "0012_roles_answer_readers",
)


def change(account):
    return reverse("admin:articles_editor_change", args=[account.pk])


def reset(account):
    return reverse("admin:articles_editor_reset", args=[account.pk])


def make_account(*held, **fields):
    account = make_editor(**fields)
    roles.assign(account, held)
    return account


@pytest.fixture
def administrator(client):
    account = make_account("管理员", username="guanli", display_name="赵管理")
    client.force_login(account)
    return account


def create(client, **fields):
    """An account made on the screen. Returns it with its one-time password."""
    fields = {"username": "wangbo", "display_name": "王博", "roles": ["记者"], **fields}
    page = client.post(ADD, filled(client.get(ADD), **fields))
    return Editor.objects.get(username=fields["username"]), page.context["password"]


def log_of(account):
    entries = LogEntry.objects.filter(object_id=str(account.pk), content_type__model="editor").order_by("pk")
    return [(entry.user.display_name, entry.get_change_message()) for entry in entries]


def log_in(account, password):
    """A browser of its own, logged in by the login page."""
    browser = Client()
    answer = browser.post("/admin/login/", {"username": account.username, "password": password, "next": "/admin/"})
    assert answer.status_code == 302
    return browser


# --- roles -----------------------------------------------------------------------------------------------


def permissions_of_groups():
    return {group.name: {p.codename for p in group.permissions.all()} for group in Group.objects.all()}


def test_the_migrations_make_the_groups_that_the_table_of_roles_names_and_take_them_back(db):
    Group.objects.all().delete()
    Group.objects.create(name="外单位")
    states = MigrationExecutor(connection).loader
    then, later, after, last = (states.project_state(("articles", name)).apps for name in MIGRATIONS)
    editor = SimpleNamespace(connection=connection)
    migration.make(then, editor)
    first = permissions_of_groups()
    taking_in.give(later, editor)
    second = permissions_of_groups()
    reviewing.give(after, editor)
    third = permissions_of_groups()
    answering.give(last, editor)
    assert permissions_of_groups() == {"外单位": set(), **{name: duty.permissions for name, duty in ROLES.items()}}
    answering.take(last, editor)
    assert permissions_of_groups() == third
    reviewing.take(after, editor)
    assert permissions_of_groups() == second
    taking_in.take(later, editor)
    assert permissions_of_groups() == first
    migration.unmake(then, None)
    assert [group.name for group in Group.objects.all()] == ["外单位"]


def test_only_those_who_edit_take_in_submissions_and_only_editors_see_the_senders_telephones(db):
    may = {name: make_account(name) for name in ROLES}
    takes_in = [name for name, account in may.items() if account.has_perm("articles.change_submission")]
    assert takes_in == ["记者", "责任编辑", "部门主任", "总编"]
    sees = [name for name, account in may.items() if account.has_perm("articles.see_senders")]
    assert sees == ["责任编辑", "部门主任", "总编"]


def test_every_permission_of_the_table_exists(db):
    known = set(Permission.objects.filter(content_type__app_label="articles").values_list("codename", flat=True))
    assert {name: duty.permissions - known for name, duty in ROLES.items()} == dict.fromkeys(ROLES, set())


def test_only_the_editor_in_chief_publishes_and_withdraws(db):
    may = {name: make_account(name).has_perm("articles.publish_article") for name in ROLES}
    assert may == {**dict.fromkeys(ROLES, False), "总编": True}
    assert [name for name in ROLES if make_account(name).has_perm("articles.withdraw_article")] == ["总编"]


def test_only_the_accounts_office_sees_private_contact_data_and_only_administrators_see_accounts(db):
    sees = {name: make_account(name) for name in ROLES}
    assert [name for name, account in sees.items() if account.has_perm("articles.view_contactdetails")] == ["财务"]
    assert [name for name, account in sees.items() if account.has_perm("articles.view_editor")] == ["管理员"]
    assert [account.has_perm("articles.view_article") for account in sees.values()] == [True] * len(ROLES)


def test_private_contact_data_is_read_by_the_accounts_office_and_written_with_an_editors_role(client, db):
    contributor = Contributor.objects.create(name="王博")
    ContactDetails.objects.create(contributor=contributor, phone="13800000000")
    url = reverse("admin:articles_contributor_change", args=[contributor.pk])
    seen = {}
    for held in (["财务"], ["财务", "责任编辑"], ["责任编辑"]):
        client.force_login(make_account(*held))
        page = client.get(url).content.decode()
        seen[" ".join(held)] = ("13800000000" in page, "id_contact-0-phone" in page)
    assert seen == {"财务": (True, False), "财务 责任编辑": (True, True), "责任编辑": (False, False)}


def test_one_account_may_hold_several_roles(db):
    account = make_account("校对", "财务", "管理员")
    assert roles.held_by(account) == ["校对", "财务", "管理员"]
    assert account.has_perms(["articles.change_flag", "articles.view_contactdetails", "articles.add_editor"])


def test_a_role_whose_group_is_gone_is_made_again_with_its_permissions(db):
    Group.objects.all().delete()
    assert make_account("总编").has_perm("articles.publish_article")


# --- creating --------------------------------------------------------------------------------------------


def test_an_account_is_made_on_one_screen_and_its_password_is_shown_once(client, administrator):
    place, column = make_place("嵩县"), Column.objects.create(name="民生")
    fields = {"language": "en", "default_locality": place.pk, "default_column": column.pk, "roles": ["记者", "校对"]}
    account, password = create(client, **fields)
    assert PASSWORD.fullmatch(password)
    assert (account.is_staff, account.is_superuser, account.is_active, account.must_change_password) == (
        True, False, True, True,
    )  # fmt: skip
    assert (account.language, account.default_locality, account.default_column) == ("en", place, column)
    assert roles.held_by(account) == ["记者", "校对"]
    assert account.check_password(password)
    for address in (change(account), LIST, f"{change(account)}../history/"):
        assert password not in client.get(address, follow=True).content.decode()
    assert log_of(account) == [("赵管理", "新建账号，发放一次性密码; 角色：+ 记者 + 校对")]


def test_the_page_with_the_password_is_kept_by_no_cache(client, administrator):
    page = client.post(ADD, filled(client.get(ADD), username="wangbo", display_name="王博", roles=["记者"]))
    assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
    assert page.content.decode().count(page.context["password"]) == 2  # to read, and in what is sent on


def test_no_two_one_time_passwords_are_alike(client, administrator):
    assert len({create(client, username=f"u{n}")[1] for n in range(5)}) == 5


def test_an_account_without_a_role_or_with_the_login_name_of_another_is_refused_and_keeps_what_was_typed(
    client, administrator
):
    data = filled(client.get(ADD), username="GuanLi", display_name="李阳")
    page = client.post(ADD, data)
    assert errors_of(page) == {
        "username": "这个用户名已有人用，请换一个。",
        "roles": "请至少选一个角色，没有角色的账号什么也做不了。",
    }
    assert 'value="李阳"' in page.content.decode()
    assert Editor.objects.count() == 1


@pytest.mark.parametrize("nonsense", ["超级用户", "x", ""])
def test_what_is_no_role_is_refused_in_words(client, administrator, nonsense):
    page = client.post(ADD, filled(client.get(ADD), username="wangbo", display_name="王博", roles=[nonsense]))
    assert (page.status_code, list(errors_of(page))) == (200, ["roles"])


def test_an_account_is_linked_to_a_contributor_or_to_a_new_one_of_its_name(client, administrator):
    known = Contributor.objects.create(name="王博")
    first, _password = create(client, contributor=known.pk)
    second, _password = create(client, username="liyang", display_name="李阳", new_contributor="on")
    assert (first.contributor, second.contributor.name) == (known, "李阳")
    client.post(change(first), filled(client.get(change(first)), contributor=""))
    assert Contributor.objects.get(pk=known.pk).account is None


def test_a_contributor_of_another_account_or_a_second_one_of_the_name_is_refused_in_words(client, administrator):
    known = Contributor.objects.create(name="王博", account=administrator)
    data = filled(client.get(ADD), username="wangbo", display_name="王博", roles=["记者"])
    assert errors_of(client.post(ADD, data | {"contributor": known.pk})) == {
        "contributor": "这位作者已关联账号“赵管理”。"
    }
    assert list(errors_of(client.post(ADD, data | {"new_contributor": "on"}))) == ["new_contributor"]
    free = Contributor.objects.create(name="李阳")
    both = {"contributor": free.pk, "new_contributor": "on"}
    assert list(errors_of(client.post(ADD, data | both))) == ["new_contributor"]
    for nonsense in ("abc", "9" * 30, "²"):
        assert list(errors_of(client.post(ADD, data | {"contributor": nonsense}))) == ["contributor"]


# --- the password for once -------------------------------------------------------------------------------


def test_whoever_has_a_one_time_password_can_go_nowhere_but_to_choose_an_own_one(client, administrator):
    account, password = create(client, roles=["总编", "管理员"])
    article = make_article()
    browser = log_in(account, password)
    for address in (
        "/admin/", "/admin/me/", LIST, ADD, "/admin/articles/article/", "/admin/articles/slot/", "/admin/jsi18n/",
        reverse("admin:articles_article_release", args=[article.pk]), "/admin/nichts/", "/admin/password_change/done/",
        "/admin/autocomplete/?app_label=articles&model_name=byline&field_name=contributor&term=x",
    ):  # fmt: skip
        answer = browser.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/password_change/"), address
    answer = browser.post(reverse("admin:articles_article_release", args=[article.pk]), {"act": "publish"})
    assert (answer.status_code, Article.objects.live().count()) == (302, 0)
    page = browser.get("/admin/password_change/").content.decode()
    assert ("请先改成自己的密码" in page, 'id="nav-sidebar"' in page, "/admin/me/" in page) == (True, False, False)
    assert browser.post("/admin/logout/").status_code == 200


def test_with_a_password_of_one_s_own_the_desk_is_open(client, administrator):
    account, password = create(client)
    browser = log_in(account, password)
    words = {"old_password": password, "new_password1": "zi-ji-de-88", "new_password2": "zi-ji-de-88"}
    page = browser.post("/admin/password_change/", words, follow=True)
    assert (page.redirect_chain, "密码已改好" in page.content.decode()) == ([("/admin/", 302)], True)
    assert browser.get("/admin/articles/article/").status_code == 200
    account.refresh_from_db()
    assert (account.must_change_password, account.check_password("zi-ji-de-88")) == (False, True)
    assert log_of(account)[-1] == ("王博", "本人修改密码")


def test_the_one_time_password_itself_cannot_be_kept(client, administrator):
    account, password = create(client)
    browser = log_in(account, password)
    words = {"old_password": password, "new_password1": password, "new_password2": password}
    page = browser.post("/admin/password_change/", words)
    assert page.context["form"].errors["new_password1"] == ["这就是现在的密码，请换一个。"]
    assert Editor.objects.get(pk=account.pk).must_change_password


def test_a_reset_ends_the_old_password_and_every_session_of_it(client, administrator):
    account = make_account("记者", password="old-secret-1")
    browser = log_in(account, "old-secret-1")
    page = client.post(reset(account))
    account.refresh_from_db()
    assert account.check_password(page.context["password"]) and account.must_change_password
    assert browser.get("/admin/").status_code == 302
    assert log_of(account) == [("赵管理", "重置密码")]


def test_a_reset_is_asked_by_its_button_alone(client, administrator):
    account = make_account("记者", password="old-secret-1")
    assert client.get(reset(account)).url == change(account)
    assert reset(account) in client.get(change(account)).content.decode()
    assert Editor.objects.get(pk=account.pk).check_password("old-secret-1")
    assert client.post("/admin/articles/editor/99999/reset/").status_code == 302
    assert client.post("/admin/articles/editor/abc/reset/").status_code == 302


def test_nobody_resets_their_own_password(client, administrator):
    assert client.post(reset(administrator)).url == "/admin/password_change/"
    assert Editor.objects.get(pk=administrator.pk).check_password("secret")
    assert reset(administrator) not in client.get(change(administrator)).content.decode()


def test_no_form_types_a_password_for_somebody_else(client, administrator):
    account = make_account("记者")
    words = {"password1": "x-secret-77", "password2": "x-secret-77", "usable_password": "true"}
    client.post(f"/admin/articles/editor/{account.pk}/password/", words)
    assert Editor.objects.get(pk=account.pk).check_password("secret")


def test_the_login_page_says_who_resets_a_password(client, db):
    assert "忘记密码？请找本单位管理员重置。" in client.get("/admin/login/").content.decode()


# --- changing and closing --------------------------------------------------------------------------------


def test_every_change_of_an_account_is_logged_in_words(client, administrator):
    account = make_account("记者")
    client.post(change(account), filled(client.get(change(account)), roles=["责任编辑", "校对"], display_name="王波"))
    data = filled(client.get(change(account)))
    data.pop("is_active")
    client.post(change(account), data)
    client.post(change(account), data | {"is_active": "on"})
    assert [said for _who, said in log_of(account)] == [
        "角色：− 记者 + 责任编辑 + 校对; 修改：姓名",
        "停用账号",
        "重新启用账号",
    ]
    assert "停用账号" in client.get(f"/admin/articles/editor/{account.pk}/history/").content.decode()


def test_a_closed_account_is_out_at_once_and_what_it_wrote_stays(client, administrator):
    account = make_account("记者", display_name="王博")
    article = make_article(by=account)
    browser = Client()
    browser.force_login(account)
    data = filled(client.get(change(account)))
    data.pop("is_active")
    client.post(change(account), data)
    assert browser.get("/admin/").status_code == 302
    refused = browser.post("/admin/login/", {"username": account.username, "password": "secret"})
    assert refused.status_code == 200
    assert article.history.get().by == account


def test_an_account_is_never_deleted(client):
    account = make_account("记者")
    client.force_login(make_editor("*"))
    assert client.post(f"/admin/articles/editor/{account.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [account.pk], "post": "yes"})
    assert Editor.objects.filter(pk=account.pk).exists()
    assert "账号只停用，不删除" in client.get(change(account)).content.decode()


def test_nobody_shuts_themselves_out(client, administrator):
    data = filled(client.get(change(administrator)), roles=["记者"])
    data.pop("is_active")
    assert list(errors_of(client.post(change(administrator), data))) == ["is_active", "roles"]
    superuser = make_editor("*")
    client.force_login(superuser)
    data = filled(client.get(change(superuser)))
    data.pop("is_superuser")
    assert list(errors_of(client.post(change(superuser), data))) == ["is_superuser"]


# --- what an administrator may not -----------------------------------------------------------------------


def test_an_administrator_makes_nobody_a_superuser_nor_more_than_roles_do(client, administrator):
    stranger, permission = Group.objects.create(name="外单位"), Permission.objects.get(codename="delete_editor")
    raised = {"is_superuser": "on", "user_permissions": [permission.pk], "groups": [stranger.pk], "is_staff": "on"}
    account, _password = create(client, **raised)
    for target in (account, administrator):
        page = client.get(change(target))
        assert {"is_superuser", "user_permissions", "groups"} & set(page.context["adminform"].form.fields) == set()
        client.post(change(target), filled(page) | raised)
        target.refresh_from_db()
        assert (target.is_superuser, list(target.user_permissions.all())) == (False, [])
        assert not target.groups.filter(name="外单位").exists()


def test_an_administrator_may_not_touch_who_may_do_more_than_roles_give(client, administrator):
    raised, grouped = make_editor("publish_article", password="secret"), make_account("记者")
    grouped.groups.add(Group.objects.create(name="外单位"))
    for account in (make_editor("*"), raised, grouped):
        assert client.get(change(account)).status_code == 200  # to be read
        data = {"username": account.username, "display_name": "改名", "roles": ["记者"], "language": "en"}
        assert client.post(change(account), data).status_code == 403
        assert client.post(reset(account)).status_code == 403
        kept = Editor.objects.get(pk=account.pk)
        assert (kept.display_name, kept.check_password("secret")) == (account.display_name, True)


def test_a_superuser_may_make_another_and_leaves_strange_groups_alone(client):
    client.force_login(make_editor("*"))
    account, _password = create(client, roles=["记者"], is_superuser="on")
    assert account.is_superuser
    stranger = Group.objects.create(name="外单位")
    account.groups.add(stranger)
    client.post(change(account), filled(client.get(change(account)), roles=["校对"]))
    assert {group.name for group in account.groups.all()} == {"外单位", "校对"}


def test_who_is_no_administrator_sees_no_account(client):
    other = make_account("记者")
    for name in set(ROLES) - {"管理员"}:
        client.force_login(make_account(name))
        answers = [client.get(LIST), client.get(ADD), client.get(change(other)), client.post(reset(other))]
        assert [answer.status_code for answer in answers] == [403] * 4, name


def test_passwords_cannot_be_guessed_by_a_filter_of_the_list(client, administrator):
    answer = client.get(LIST, {"password__startswith": "md5"})
    assert answer.status_code == 400


def test_the_list_of_accounts_shows_roles_and_is_filtered_by_them(client, administrator):
    reporter = make_account("记者", "校对")
    found = client.get(LIST, {"role": "记者"})
    assert list(found.context["cl"].result_list) == [reporter]
    assert "记者、校对" in found.content.decode()


def test_the_list_of_accounts_costs_the_same_for_two_and_for_ten(client, administrator, django_assert_num_queries):
    make_account("记者")
    client.get(LIST)
    with django_assert_num_queries(10, exact=False) as asked:
        client.get(LIST)
    for _ in range(8):
        make_account("记者", "校对")
    with django_assert_num_queries(len(asked)):
        client.get(LIST)


# --- one's own settings ----------------------------------------------------------------------------------


def test_everybody_sets_their_language_place_and_column_and_nothing_else(client, db):
    account = make_account("通讯员", display_name="王博")
    client.force_login(account)
    place, column = make_place("嵩县"), Column.objects.create(name="民生")
    assert "/admin/me/" in client.get("/admin/").content.decode()
    data = {"language": "en", "default_locality": place.pk, "default_column": column.pk}
    answer = client.post("/admin/me/", data | {"display_name": "社长", "is_superuser": "on"}, follow=True)
    page = answer.content.decode()
    assert ("Your settings are saved." in page, "我的设置" in page) == (True, False)
    account.refresh_from_db()
    assert (account.language, account.default_locality, account.default_column) == ("en", place, column)
    assert (account.display_name, account.is_superuser) == ("王博", False)
    page = client.post("/admin/me/", {"language": "zh-hans"}, follow=True).content.decode()
    assert ("设置已保存。" in page, "我的设置" in page) == (True, True)
    assert [said for _who, said in log_of(account)] == [
        "修改：后台语言、常用地区、常用栏目",
        "changed: Language of the desk、Usual locality、Usual column",
    ]


@pytest.mark.parametrize("nonsense", ["abc", "9" * 30, "-1", "²"])
def test_a_setting_that_cannot_be_meant_is_refused_in_words(client, db, nonsense):
    client.force_login(make_account("记者"))
    page = client.post("/admin/me/", {"language": nonsense, "default_locality": nonsense})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["language", "default_locality"])


def test_whoever_is_not_logged_in_has_no_settings(client, db):
    assert client.get("/admin/me/").url == "/admin/login/?next=/admin/me/"
