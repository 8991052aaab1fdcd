"""Contributors: found, merged, told apart; their private data."""

from datetime import date

import pytest

from articles import merging
from articles.models import (
    Affiliation,
    Article,
    Byline,
    ContactDetails,
    Contributor,
    HistoryEntry,
    Unit,
)
from articles.vocabulary import Act, Role
from tests.desk import errors_of, filled, rows
from tests.factories import make_article, make_editor
from tests.reference import DUPLICATES, MERGE, PEOPLE, change, delete, offered, queries, said

# --- contributors ----------------------------------------------------------------------------------------


def make_two():
    """张　三 and 张三, each with a live piece; the first has a row from before names were cleaned."""
    gone, stays = Contributor.objects.create(name="张叁"), Contributor.objects.create(name="张三")
    Contributor.objects.filter(pk=gone.pk).update(name="张　三")
    for contributor in (gone, stays):
        article = make_article()
        Byline.objects.create(article=article, role=Role.REPORTER, contributor=contributor)
    gone.refresh_from_db()
    return gone, stays


def test_two_rows_are_merged_from_the_list_by_way_of_a_page_that_shows_both(client, editor):
    gone, stays = make_two()
    selected = {"action": "merge_selected", "_selected_action": [gone.pk, stays.pk]}
    page = client.post(PEOPLE, selected, follow=True)
    assert [(row.contributor, row.bylines, row.public) for row in page.context["rows"]] == [
        (gone, "1", "0"),
        (stays, "1", "0"),
    ]
    assert stays.bylines.count() == 1  # nothing is done yet
    response = client.post(MERGE, {"id": [gone.pk, stays.pk], "stays": stays.pk}, follow=True)
    assert said(response) == ["已并入“张三”。合并不能撤销，操作日志里有记录。"]
    assert (stays.bylines.count(), HistoryEntry.objects.get(act=Act.MERGED).by) == (2, editor)


def test_a_merge_begins_on_the_page_of_a_contributor_and_finds_the_namesakes(client, editor):
    gone, stays = make_two()
    assert f"{MERGE}?id={gone.pk}" in client.get(change(gone)).content.decode()
    assert client.get(MERGE, {"id": gone.pk}).context["namesakes"] == [stays]
    both = client.get(MERGE, {"id": gone.pk, "other": stays.pk}).context["rows"]
    assert [row.contributor for row in both] == [gone, stays]


def test_a_merge_without_a_choice_or_with_one_row_is_refused_in_words(client, editor):
    gone, stays = make_two()
    wanted = "请选择要合并的两位或几位作者，并指定保留哪一位。"
    for data in (
        {"id": [gone.pk, stays.pk]},
        {"id": [stays.pk], "stays": stays.pk},
        {},
        {"id": ["x", "9" * 30], "stays": "²"},
    ):
        assert said(client.post(MERGE, data)) == [wanted]
    assert not Contributor.objects.filter(merged_into__isnull=False).exists()


def test_a_merge_that_somebody_did_meanwhile_is_refused_in_words(client, editor):
    gone, stays = make_two()
    merging.merge(stays, [gone], by=editor)
    response = client.post(MERGE, {"id": [gone.pk, stays.pk], "stays": stays.pk})
    assert said(response) == ["“张　三”已经并入另一位作者。"]


def test_only_those_who_may_change_contributors_may_merge_them(client, editor):
    gone, stays = make_two()
    client.force_login(make_editor("view_contributor", "add_contributor"))
    assert client.get(MERGE, {"id": gone.pk}).status_code == 403
    assert client.post(MERGE, {"id": [gone.pk, stays.pk], "stays": stays.pk}).status_code == 403
    assert client.get(DUPLICATES).status_code == 403
    assert "merge_selected" not in client.get(PEOPLE).content.decode()


def test_names_that_differ_in_blanks_width_or_case_alone_are_listed_as_possible_duplicates(client, editor):
    gone, stays = make_two()
    wide, narrow = (Contributor.objects.create(name=name) for name in ("ＡＢＣ公司", "abc公司"))
    Contributor.objects.create(name="李四")
    merged = Contributor.objects.create(name="李四")
    merging.merge(Contributor.objects.create(name="王五"), [merged], by=editor)
    assert client.get(DUPLICATES).context["groups"] == [[wide, narrow], [gone, stays]]


def test_the_page_of_possible_duplicates_is_bounded(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.merge.GROUPS", 2)
    for n in range(3):
        Contributor.objects.bulk_create(Contributor(name=f"同名{n}", sort_key="x") for _ in range(2))
    context = client.get(DUPLICATES).context
    assert (len(context["groups"]), context["found"]) == (2, 3)


def test_a_merged_row_is_offered_and_listed_nowhere_and_only_looked_at(client, editor):
    gone, stays = make_two()
    merging.merge(stays, [gone], by=editor)
    assert offered(client, "byline", "contributor", "张三") == ["张三"]
    assert rows(client.get(PEOPLE)) == [stays]
    assert rows(client.get(PEOPLE, {"merged": "yes"})) == [gone]
    page = client.get(change(gone))
    assert (page.status_code, change(stays) in page.content.decode()) == (200, True)
    assert client.post(change(gone), {"name": "别名"}).status_code == 403
    assert client.post(delete(gone), {"post": "yes"}).status_code == 403


def test_a_form_that_chose_the_row_before_it_was_merged_credits_the_one_that_stays(client, editor):
    gone, stays = make_two()
    url = "/admin/articles/article/add/"
    data = filled(client.get(url), headline="标题", body="正文。") | {
        "bylines-0-role": "reporter",
        "bylines-0-contributor": gone.pk,
    }
    merging.merge(stays, [gone], by=editor)
    assert client.post(url, data).status_code == 302
    article = Article.objects.get(headline="标题")
    assert [line.contributor for line in article.bylines.all()] == [stays]
    assert [credit["contributor"] for credit in article.versions.get().story["credits"]] == [str(stays.uuid)]


def test_a_contributors_page_says_who_was_merged_into_it_and_by_whom(client, editor):
    gone, stays = make_two()
    merging.merge(stays, [gone], by=editor)
    page = client.get(change(stays)).content.decode()
    assert ("李静" in page, f"张　三 #{gone.pk}" in page) == (True, True)


def test_namesakes_are_told_apart_by_unit_and_note(client, editor):
    one, two, three = (Contributor.objects.create(name="张三", note=note) for note in ("", "摄影", "退休"))
    for contributor, unit in ((one, "嵩县县委宣传部"), (two, "栾川县教体局")):
        Affiliation.objects.create(contributor=contributor, unit=Unit.objects.create(name=unit))
    Affiliation.objects.create(contributor=three, unit=Unit.objects.create(name="旧单位"), to_day=date(2001, 1, 1))
    assert offered(client, "byline", "contributor", "zhangsan") == [
        "张三（嵩县县委宣传部）",
        "张三（栾川县教体局，摄影）",
        "张三（退休）",
    ]


def test_a_name_that_stands_in_the_list_already_is_saved_with_a_word_of_warning(client, editor):
    Contributor.objects.create(name="张三")
    url = f"{PEOPLE}add/"
    response = client.post(url, filled(client.get(url), name="张　三", note="摄影"), follow=True)
    assert "已有一位“张三”。如果是同一个人，请合并；如果不是，请用备注加以区分。" in said(response)
    assert Contributor.objects.filter(name="张三").count() == 2


@pytest.mark.parametrize("nothing", ["", "　", "\u200b"])
def test_a_contributor_needs_a_name(client, editor, nothing):
    url = f"{PEOPLE}add/"
    response = client.post(url, filled(client.get(url), name=nothing))
    assert (list(errors_of(response)), Contributor.objects.count()) == (["name"], 0)


def test_an_account_belongs_to_one_contributor(client, editor):
    Contributor.objects.create(name="张三", account=editor)
    url = f"{PEOPLE}add/"
    response = client.post(url, filled(client.get(url), name="李四", account=editor.pk))
    assert errors_of(response) == {"account": "这个账号已经归另一位作者。"}


def test_the_list_of_contributors_costs_the_same_for_two_and_for_twenty(client, editor):
    def make(n):
        contributor = Contributor.objects.create(name=f"作者{n}", account=make_editor())
        Affiliation.objects.create(contributor=contributor, unit=Unit.objects.create(name=f"单位{n}"))

    def cost():
        return [queries(lambda: client.get(PEOPLE)), queries(lambda: offered(client, "byline", "contributor", "作者"))]

    make(0), make(1)
    few = cost()
    for n in range(2, 20):
        make(n)
    assert cost() == few


# --- private data ----------------------------------------------------------------------------------------


def test_contact_data_are_shown_and_found_nowhere_without_their_permission(client, editor):
    gone, stays = make_two()
    ContactDetails.objects.create(contributor=gone, phone="13800001234", id_number="410325199001010011", bank="农商行")
    client.force_login(make_editor("view_contributor", "change_contributor", "view_historyentry"))
    addresses = [PEOPLE, change(gone), f"{MERGE}?id={gone.pk}&id={stays.pk}", DUPLICATES]
    pages = [client.get(address).content.decode() for address in addresses]
    assert client.post(MERGE, {"id": [gone.pk, stays.pk], "stays": stays.pk}).status_code == 302
    assert (stays.contact.phone, HistoryEntry.objects.filter(act=Act.MERGED).count()) == ("13800001234", 1)
    pages += [
        client.get(address).content.decode() for address in (change(stays), "/admin/articles/historyentry/", PEOPLE)
    ]
    secrets = ("13800001234", "410325199001010011", "农商行", "有个人信息", "contact-0")
    assert [secret for page in pages for secret in secrets if secret in page] == []


def test_contact_data_find_and_name_nobody_in_a_choice(client, editor):
    contributor = Contributor.objects.create(name="张三")
    ContactDetails.objects.create(contributor=contributor, phone="13800001234")
    assert offered(client, "byline", "contributor", "13800001234") == []
    assert rows(client.get(PEOPLE, {"q": "13800001234"})) == []
    assert offered(client, "byline", "contributor", "张三") == ["张三"]


def test_whoever_may_see_contact_data_is_told_on_the_page_of_a_merge_that_there_are_some(client, editor):
    gone, stays = make_two()
    ContactDetails.objects.create(contributor=gone, phone="13800001234")
    address = f"{MERGE}?id={gone.pk}&id={stays.pk}"
    page = client.get(address)
    assert [row.private for row in page.context["rows"]] == [True, False]
    assert "13800001234" not in page.content.decode()
    client.force_login(make_editor("view_contributor", "change_contributor"))
    assert [row.private for row in client.get(address).context["rows"]] == [False, False]
