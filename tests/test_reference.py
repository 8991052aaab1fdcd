"""What pieces are filed under, as the desk keeps it: people, places, papers and pictures."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import freshness, merging
from articles.admin.lasting import UsedMixin
from articles.admin.papers import in_order
from articles.models import (
    Affiliation,
    Article,
    Byline,
    Campaign,
    CampaignTarget,
    Column,
    ContactDetails,
    Contributor,
    Edition,
    Figure,
    HistoryEntry,
    ListEntry,
    Locality,
    LocalityName,
    Outlet,
    Page,
    PageImport,
    Photo,
    Placement,
    Submission,
    Topic,
    Unit,
)
from articles.vocabulary import Act, Level, Role, UnitGroup
from tests.desk import errors_of, filled, rows
from tests.factories import load_seed_page, make_article, make_editor, make_live_article, make_place

PLACES = "/admin/articles/locality/"
PEOPLE = "/admin/articles/contributor/"
MERGE = f"{PEOPLE}merge/"
DUPLICATES = f"{PEOPLE}duplicates/"
EDITIONS = "/admin/articles/edition/"
PHOTOS = "/admin/articles/photo/"


@pytest.fixture
def editor(client):
    editor = make_editor("*", display_name="李静")
    client.force_login(editor)
    return editor


def change(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def delete(row):
    return reverse(f"admin:articles_{row._meta.model_name}_delete", args=[row.pk])


def offered(client, model, field, term=""):
    """The texts that a choice field's list shows for what was typed, in order."""
    asked = {"app_label": "articles", "model_name": model, "field_name": field, "term": term}
    return [found["text"] for found in client.get(reverse("admin:autocomplete"), asked).json()["results"]]


def said(response):
    return [str(message) for message in response.context["messages"]]


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def make_tree():
    """河南省 › 洛阳市 › 嵩县 and 栾川县, each with its 城关镇, and a 城关镇 in 河北省."""
    henan, hebei = (make_place(name, level=Level.PROVINCE) for name in ("河南省", "河北省"))
    luoyang = make_place("洛阳市", henan, Level.CITY)
    counties = [make_place(name, luoyang, order=order) for order, name in enumerate(("嵩县", "栾川县"), 1)]
    towns = [make_place("城关镇", county, Level.TOWN) for county in counties]
    far = make_place("城关镇", make_place("正定县", hebei), Level.TOWN)
    return henan, luoyang, counties, towns, far


def make_page(*headlines, number=1, day=date(2023, 11, 22), outlet="今日嵩县"):
    """A newspaper page with a live piece of each headline on it, in that order."""
    paper, _ = Outlet.objects.get_or_create(name=outlet)
    edition, _ = Edition.objects.get_or_create(outlet=paper, day=day)
    page = Page.objects.create(edition=edition, number=number)
    for position, headline in enumerate(headlines, 1):
        Placement.objects.create(page=page, article=make_live_article(headline=headline), position=position)
    return page


def in_print(page):
    return [(row.position, row.article.headline) for row in page.placements.order_by("position")]


def jpeg(name="图.jpg"):
    buffer = BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue())


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


# --- places ----------------------------------------------------------------------------------------------


def test_the_list_of_places_opens_at_the_provinces_with_the_desks_own_first_and_goes_one_level_at_a_time(
    client, editor
):
    henan, luoyang, counties, towns, far = make_tree()
    make_article(places=[towns[0]])
    assert [place.name for place in rows(client.get(PLACES))] == ["河南省", "河北省"]
    assert [(place.name, place.below) for place in rows(client.get(PLACES, {"under": henan.slug}))] == [("洛阳市", 2)]
    page = client.get(PLACES, {"under": luoyang.slug})
    assert [(place.name, place.below) for place in rows(page)] == [("嵩县", 1), ("栾川县", 1)]
    shown = page.content.decode()
    assert (f"?under={henan.slug}" in shown, f"?under={counties[0].slug}" in shown) == (True, True)
    assert rows(client.get(PLACES, {"under": "no-such-place"})) == rows(client.get(PLACES))


def test_an_account_with_a_usual_place_sees_its_province_first(client, editor):
    *_, far = make_tree()
    editor.default_locality = far
    editor.save()
    assert [place.name for place in rows(client.get(PLACES))] == ["河北省", "河南省"]


@pytest.mark.parametrize(
    "words",
    [
        "嵩县城关镇",
        "嵩县 城关镇",
        "嵩县城关",
        "洛阳市嵩县城关镇",
        "songxian chengguan",
        "410325100",
        "４１０３２５１００",
        "老城",
        "伊川 老城",
    ],
)
def test_a_town_is_found_by_its_whole_name_code_letters_and_other_names(db, words):
    *_, (town, _other), _far = make_tree()
    Locality.objects.filter(pk=town.pk).update(code="410325100")
    LocalityName.objects.create(locality=town, name="老城")
    LocalityName.objects.create(locality=town, name="伊川老城")
    assert list(Locality.objects.called(words))[0] == town


def test_the_name_itself_comes_first_and_of_many_those_of_the_desks_province(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    make_article(places=[towns[1]])
    make_place("城关镇村", far, Level.VILLAGE)
    make_place("嵩县城关镇开发区", luoyang, Level.ZONE)
    assert offered(client, "localitytag", "tag", "城关镇") == [
        "河南省 › 洛阳市 › 栾川县 › 城关镇",
        "河南省 › 洛阳市 › 嵩县 › 城关镇",
        "河北省 › 正定县 › 城关镇",
        "河北省 › 正定县 › 城关镇 › 城关镇村",
        "河南省 › 洛阳市 › 嵩县城关镇开发区",
    ]
    assert offered(client, "localitytag", "tag", "songxian")[0] == "河南省 › 洛阳市 › 嵩县"
    assert offered(client, "localitytag", "tag")[0] == "河南省"


def test_a_search_in_the_list_stays_below_the_place_where_one_stands(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    assert rows(client.get(PLACES, {"q": "城关镇"})) == [far, *reversed(towns)]
    assert rows(client.get(PLACES, {"q": "城关镇", "under": luoyang.slug})) == [*reversed(towns)]
    assert rows(client.get(PLACES, {"level__exact": "town", "under": counties[0].slug})) == [towns[0]]


def test_a_place_that_is_added_below_another_needs_only_its_name(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    url = f"{PLACES}add/?parent={counties[0].pk}"
    assert client.post(url, filled(client.get(url), name="车村镇")).status_code == 302
    added = Locality.objects.get(name="车村镇")
    assert (added.parent, added.level, added.order) == (counties[0], Level.TOWN, towns[0].order + 1)
    for nonsense in ("x", "9" * 30, "²", "0"):
        assert client.get(f"{PLACES}add/", {"parent": nonsense}).status_code == 200


def test_a_place_that_moves_or_is_renamed_says_how_many_pieces_follow(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    make_article(places=[towns[0]])
    make_live_article(places=[counties[0]])
    before = freshness._read()
    response = client.post(change(counties[0]), filled(client.get(change(counties[0])), parent=henan.pk), follow=True)
    assert "现为 河南省 › 嵩县。报道此地或其下级的稿件：2篇，已随之更新。" in said(response)
    assert ListEntry.objects.filter(region=luoyang.slug).count() == 0
    assert freshness._read() != before
    response = client.post(change(counties[0]), filled(client.get(change(counties[0])), name="新嵩县"), follow=True)
    assert "现为 河南省 › 新嵩县。报道此地或其下级的稿件：2篇，已随之更新。" in said(response)
    assert Locality.objects.get(pk=towns[0].pk).trail == "河南省/新嵩县/城关镇"


def test_the_official_order_is_entered_in_the_list(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    address = f"{PLACES}?under={luoyang.slug}"
    data = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "1"}
    for n, (place, order) in enumerate(((counties[0], 2), (counties[1], 1))):
        data |= {f"form-{n}-id": place.pk, f"form-{n}-order": order, f"initial-form-{n}-order": place.order}
    assert client.post(address, data).status_code == 302
    assert rows(client.get(address)) == [counties[1], counties[0]]


def test_a_level_of_the_tree_and_a_search_cost_the_same_for_few_places_and_for_many(client, editor):
    henan, luoyang, counties, towns, far = make_tree()

    def cost():
        addresses = (f"?under={luoyang.slug}", "?q=县")
        listed = [queries(lambda address=address: client.get(PLACES + address)) for address in addresses]
        return [*listed, queries(lambda: offered(client, "localitytag", "tag", "县"))]

    few = cost()
    for n in range(30):
        make_place(f"县{n}", luoyang)
    assert cost() == few
    assert max(few) < 15


def test_a_second_place_of_one_name_is_refused_in_words_at_the_top_too(client, editor):
    henan, luoyang, *_ = make_tree()
    url = f"{PLACES}add/"
    data = filled(client.get(url), name="河南省", level="province")
    assert errors_of(client.post(url, data)) == {"name": "这里已有同名同级的地区。"}
    data = filled(client.get(url), name="洛阳市", level="city", parent=henan.pk)
    assert list(errors_of(client.post(url, data)).values()) == ["这里已有同名同级的地区。"]


# --- what is in use --------------------------------------------------------------------------------------


def test_a_row_in_use_is_not_deleted_and_the_page_says_what_uses_it(client, editor):
    henan, luoyang, counties, towns, far = make_tree()
    campaign, column = Campaign.objects.create(name="五星"), Column.objects.create(name="党建")
    unit, person = Unit.objects.create(name="县委办", locality=towns[0]), Contributor.objects.create(name="张三")
    CampaignTarget.objects.create(campaign=campaign, locality=towns[0], pieces=3)
    Affiliation.objects.create(contributor=person, unit=unit)
    page = make_page("稿")
    article = make_article(places=[towns[0]], campaigns=[campaign], column=column, captions=["图说。"])
    Byline.objects.create(article=article, role=Role.AUTHOR, contributor=person)
    wanted = {
        towns[0]: "稿件 1，单位 1，专题指标 1", luoyang: "下级地区 2", campaign: "稿件 1", column: "稿件 1", unit: "作者的所属单位 1",
        person: "署名 1", page: "稿件 1", page.edition: "版面 1", page.edition.outlet: "报纸 1", Photo.objects.get(): "稿件 1",
    }  # fmt: skip
    for row, uses in wanted.items():
        under = f"?under={row.parent.slug}" if isinstance(row, Locality) else ""
        sentence = f"“{row}”还在使用：{uses}。请先改掉这些，再删除。"
        for response in (
            client.get(delete(row)),
            client.post(delete(row), {"post": "yes"}),
            client.post(
                reverse(f"admin:articles_{row._meta.model_name}_changelist") + under,
                {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
            ),
        ):
            assert (row, response.status_code, response.context["protected"]) == (row, 200, [sentence])
            assert sentence in response.content.decode()
        assert type(row).objects.filter(pk=row.pk).exists()


def kept_by_the_database():
    """(model, name of the model and field) of every row that a list of the desk may not lose."""
    for model, screen in admin.site._registry.items():
        if isinstance(screen, UsedMixin):
            for relation in model._meta.get_fields(include_hidden=True):
                if getattr(relation, "on_delete", None) is models.PROTECT:
                    yield model, str(relation.field).removeprefix("articles.")


USED = {
    Campaign: lambda: Campaign.objects.create(name="五星"),
    Column: lambda: Column.objects.create(name="党建"),
    Contributor: lambda: Contributor.objects.create(name="张三"),
    Edition: lambda: Edition.objects.create(outlet=USED[Outlet](), day=date(2023, 11, 23)),
    Locality: lambda: make_place("嵩县"),
    Outlet: lambda: Outlet.objects.create(name="洛阳日报"),
    Page: lambda: Page.objects.create(edition=USED[Edition](), number=1),
    Photo: lambda: Photo.objects.create(caption="图"),
    Unit: lambda: Unit.objects.create(name="县委办"),
}
USING = {  # {model and field: (what makes a row that uses another, what the sentence calls it)}
    "Affiliation.unit": (lambda unit: Affiliation.objects.create(contributor=USED[Contributor](), unit=unit), "作者的所属单位"),
    "Article.column": (lambda column: make_article(column=column), "稿件"),
    "Byline.contributor": (lambda person: Byline.objects.create(article=make_article(), contributor=person), "署名"),
    "CampaignTag.tag": (lambda campaign: make_article(campaigns=[campaign]), "稿件"),
    "Contributor.merged_into": (lambda person: Contributor.objects.create(name="李四", merged_into=person), "并入它的作者"),
    "Edition.outlet": (lambda outlet: Edition.objects.create(outlet=outlet, day=date(2023, 11, 23)), "报纸"),
    "Figure.photo": (lambda photo: Figure.objects.create(article=make_article(), photo=photo), "稿件"),
    "Locality.parent": (lambda place: make_place("城关镇", place, Level.TOWN), "下级地区"),
    "LocalityTag.tag": (lambda place: make_article(places=[place]), "稿件"),
    "Page.edition": (lambda edition: Page.objects.create(edition=edition, number=1), "版面"),
    "PageImport.outlet": (lambda outlet: PageImport.objects.create(outlet=outlet, day=date(2023, 11, 23)), "整版导入"),
    "Placement.outlet": (lambda outlet: Placement.objects.create(article=make_article(), outlet=outlet, day=date(2023, 11, 23)), "刊发记录"),
    "Placement.page": (lambda page: Placement.objects.create(article=make_article(), page=page), "稿件"),
    "Submission.unit": (lambda unit: Submission.objects.create(number="1", sender="王五", text="来稿。", unit=unit), "来稿"),
    "Topic.campaign": (lambda campaign: Topic.objects.create(title="话题", campaign=campaign), "选题"),
    "Topic.column": (lambda column: Topic.objects.create(title="话题", column=column), "选题"),
    "Unit.locality": (lambda place: Unit.objects.create(name="镇政府", locality=place), "单位"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "using"), list(kept_by_the_database()))
def test_whatever_the_database_keeps_a_row_for_is_named_when_its_deletion_is_refused(client, editor, model, using):
    row = USED[model]()
    make, words = USING[using]
    make(row)
    for answer in (client.get(delete(row)), client.post(delete(row), {"post": "yes"})):
        assert answer.status_code == 200
        assert answer.context["protected"] == [f"“{row}”还在使用：{words} 1。请先改掉这些，再删除。"]
    assert model.objects.filter(pk=row.pk).exists()


def test_a_row_that_nothing_uses_is_deleted(client, editor):
    free = [
        make_place("嵩县"),
        Campaign.objects.create(name="五星"),
        Column.objects.create(name="党建"),
        Photo.objects.create(caption="图"),
    ]
    for row in (*free, Unit.objects.create(name="县委办"), Contributor.objects.create(name="张三"), make_page()):
        assert client.post(delete(row), {"post": "yes"}).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [Locality, Campaign, Column, Unit, Outlet])
def test_an_address_or_a_name_that_is_taken_is_refused_in_words(client, editor, model):
    fields = {"level": Level.COUNTY} if model is Locality else {}
    model.objects.create(name="甲", slug="jia", **fields)
    url = reverse(f"admin:articles_{model._meta.model_name}_add")
    data = filled(client.get(url), name="乙", slug="JIA", **fields)
    assert errors_of(client.post(url, data)) == {"slug": "这个网址已经有了，请另取一个，或留空由系统生成。"}
    if model is not Locality:
        data = filled(client.get(url), name="甲", slug="yi")
        assert errors_of(client.post(url, data)) == {"name": "名单里已有这个名称。"}


# --- units -----------------------------------------------------------------------------------------------


def test_units_stand_by_group_and_official_order(client, editor):
    for name, group, order in (("学校", "school", 1), ("乙镇", "town", 2), ("甲镇", "town", 1), ("局", "bureau", 9)):
        Unit.objects.create(name=name, group=UnitGroup(group), order=order)
    assert [unit.name for unit in rows(client.get("/admin/articles/unit/"))] == ["甲镇", "乙镇", "局", "学校"]


# --- editions and pages ----------------------------------------------------------------------------------


def make_edition():
    """Yesterday's paper, with two pages and a piece."""
    page = make_page("稿", day=timezone.localdate() - timedelta(days=1))
    Page.objects.filter(pk=page.pk).update(
        name="要闻", responsible_editor="王芳", art_editor="李丽", proofreader="赵敏"
    )
    Page.objects.create(edition=page.edition, number=2, number_inferred=True, name="党建")
    return page.edition


def test_tomorrows_edition_is_one_click_and_has_the_pages_of_the_last_one(client, editor):
    edition, tomorrow = make_edition(), timezone.localdate() + timedelta(days=1)
    form = client.get(EDITIONS).context["next_edition"]
    response = client.post(f"{EDITIONS}next/", {name: form[name].value() or edition.outlet.pk for name in form.fields})
    made = Edition.objects.get(day=tomorrow)
    assert response["Location"] == change(made)
    fields = ("number", "number_inferred", "name", "responsible_editor", "art_editor", "proofreader")
    assert list(made.pages.values_list(*fields)) == list(edition.pages.values_list(*fields))
    assert Placement.objects.filter(page__edition=made).count() == 0
    assert LogEntry.objects.get(object_id=str(made.pk)).user == editor


def test_an_edition_that_exists_or_has_none_before_it_is_not_made_and_the_day_is_kept(client, editor):
    edition = make_edition()
    later = Edition.objects.create(outlet=edition.outlet, day=edition.day + timedelta(days=1))
    for day, sentence in (
        (later.day, "这份报纸当天的期次已经建过。"),
        (edition.day, "这份报纸在这一天之前没有可以照建的一期。"),
    ):
        response = client.post(f"{EDITIONS}next/", {"outlet": edition.outlet.pk, "day": day.isoformat()})
        assert response.context["form"].errors == {"day": [sentence]}
        assert f'value="{day}"' in response.content.decode()
    for nonsense in ({"outlet": "x", "day": "明天"}, {}, {"outlet": "9" * 30, "day": "2023-02-30"}):
        assert client.post(f"{EDITIONS}next/", nonsense).status_code == 200
    assert Edition.objects.count() == 2


def test_only_those_who_may_add_editions_make_one(client, editor):
    edition = make_edition()
    client.force_login(make_editor("view_edition"))
    assert client.post(f"{EDITIONS}next/", {"outlet": edition.outlet.pk, "day": "2099-01-01"}).status_code == 403
    assert "next_edition" not in client.get(EDITIONS).context


def test_an_edition_shows_its_pages_with_their_editors_and_pieces(client, editor):
    edition = make_edition()
    page = client.get(change(edition)).content.decode()
    first = edition.pages.get(number=1)
    assert [word in page for word in ("王芳", "李丽", "赵敏", f"{change(first)}#placements-group")] == [True] * 4
    assert "1篇" in page


def test_a_page_with_pieces_is_not_taken_out_of_its_edition(client, editor):
    edition = make_edition()
    data = filled(client.get(change(edition))) | {"pages-0-DELETE": "on"}
    assert errors_of(client.post(change(edition), data)) == {"pages": "第1版：要闻上还有稿件，请先把稿件移出，再删除。"}
    data = filled(client.get(change(edition))) | {"pages-1-DELETE": "on"}
    assert client.post(change(edition), data).status_code == 302
    assert [page.number for page in edition.pages.all()] == [1]


def test_an_edition_that_is_saved_as_it_was_refreshes_no_piece_and_one_with_another_number_does(client, editor):
    edition = make_edition()
    data = filled(client.get(change(edition)))
    with CaptureQueriesContext(connection) as captured:
        client.post(change(edition), data)
    assert not [query for query in captured if "listentry" in query["sql"]]
    client.post(change(edition), data | {"pages-0-number": 7})
    assert {row.printed_order // 1000 for row in ListEntry.objects.filter(printed_order__gt=0)} == {7}


def test_the_pieces_of_a_page_are_ordered_by_number_and_each_change_is_logged_with_its_piece(client, editor):
    page = make_page("甲", "乙", "丙")
    data = filled(client.get(change(page))) | {"placements-2-position": 1}
    revisions = dict(Article.objects.values_list("headline", "revision"))
    assert client.post(change(page), data).status_code == 302
    assert in_print(page) == [(1, "丙"), (2, "甲"), (3, "乙")]
    notes = HistoryEntry.objects.filter(act=Act.CLASSIFIED, by=editor).values_list("article__headline", "note")
    assert sorted(notes) == [
        ("丙", "− 今日嵩县 2023-11-22 第1版 3\n+ 今日嵩县 2023-11-22 第1版 1"),
        ("乙", "− 今日嵩县 2023-11-22 第1版 2\n+ 今日嵩县 2023-11-22 第1版 3"),
        ("甲", "− 今日嵩县 2023-11-22 第1版 1\n+ 今日嵩县 2023-11-22 第1版 2"),
    ]
    listed = ListEntry.objects.filter(region="*", campaign="*", facet="*").order_by("printed_order")
    assert [(row.printed_order, row.publication.article.headline) for row in listed] == [
        (1001, "丙"),
        (1002, "甲"),
        (1003, "乙"),
    ]
    raised = {
        name: revision - revisions[name] for name, revision in Article.objects.values_list("headline", "revision")
    }
    assert raised == {"甲": 1, "乙": 1, "丙": 1}


def test_a_piece_that_moves_down_stands_behind_whoever_has_its_number(db):
    page = make_page("甲", "乙", "丙")
    before = dict(page.placements.values_list("pk", "position"))
    page.placements.filter(article__headline="甲").update(position=3)
    assert [row.article.headline for row in in_order(page.placements.all(), before)] == ["乙", "丙", "甲"]


def test_a_page_that_is_saved_as_it_was_logs_nothing(client, editor):
    page = make_page("甲", "乙")
    before = list(HistoryEntry.objects.values_list("pk", flat=True))
    client.post(change(page), filled(client.get(change(page))))
    assert list(HistoryEntry.objects.values_list("pk", flat=True)) == before
    assert in_print(page) == [(1, "甲"), (2, "乙")]


def test_a_piece_is_put_on_a_page_and_taken_off_it(client, editor):
    page, article = make_page("甲", "乙"), make_article(headline="新稿")
    data = filled(client.get(change(page))) | {"placements-2-article": article.pk, "placements-2-position": 1}
    assert client.post(change(page), data).status_code == 302
    assert [name for _, name in in_print(page)] == ["甲", "新稿", "乙"]
    data = filled(client.get(change(page))) | {"placements-0-DELETE": "on"}
    client.post(change(page), data)
    assert in_print(page) == [(1, "新稿"), (2, "乙")]
    last = HistoryEntry.objects.filter(article__headline="甲").first()
    assert (last.act, last.note) == (Act.CLASSIFIED, "− 今日嵩县 2023-11-22 第1版 1")


def test_a_piece_that_was_taken_off_the_page_meanwhile_is_said_in_words(client, editor):
    page = make_page("甲", "乙")
    data = filled(client.get(change(page))) | {"placements-0-position": 2}
    del data["placements-0-article"]  # which piece it is a browser shows, and does not send
    page.placements.filter(article__headline="甲").delete()
    response = client.post(change(page), data)
    assert response.status_code == 409
    assert "其间已被移出，您在其中填的是：" in "".join(response.context["notes"])
    carried = dict(response.context["carried"])
    chosen = {f"choice:{part.key}": part.chosen or "mine" for part in response.context["differences"]}
    assert client.post(change(page), carried | chosen).status_code == 302
    assert list(page.placements.values_list("article__headline", flat=True)) == ["乙"]


def test_pages_are_offered_newest_first(client, editor):
    for day in (21, 23, 22):
        make_page(day=date(2023, 11, day))
    assert [text[5:15] for text in offered(client, "placement", "page")] == ["2023-11-23", "2023-11-22", "2023-11-21"]


def test_the_form_of_a_page_costs_the_same_for_two_pieces_and_for_ten(client, editor):
    def cost(page):
        return queries(lambda: client.get(change(page)))

    assert cost(make_page(*"甲乙")) == cost(make_page(*"甲乙丙丁戊己庚辛壬癸", number=2))


# --- photos ----------------------------------------------------------------------------------------------


def test_photos_are_listed_with_their_picture_and_found_by_caption_and_credit(client, editor):
    url = f"{PHOTOS}add/"
    client.post(url, {"upload": jpeg(), "caption": "药农在晾晒丹参。", "credit": "王立志 摄"})
    bare = Photo.objects.create(caption="没有文件的图")
    photo = Photo.objects.exclude(pk=bare.pk).get()
    page = client.get(PHOTOS).content.decode()
    assert (photo.web in page, 'loading="lazy"' in page) == (True, True)
    assert rows(client.get(PHOTOS, {"q": "丹参"})) == rows(client.get(PHOTOS, {"q": "王立志"})) == [photo]
    assert rows(client.get(PHOTOS, {"file": "yes"})) == [photo]
    assert rows(client.get(PHOTOS, {"file": "no"})) == [bare]


def test_a_photo_is_offered_with_caption_day_and_credit(client, editor):
    Photo.objects.create(caption="药农在晾晒丹参。", credit="王立志 摄", taken_day=date(2023, 11, 21))
    Photo.objects.create(caption="长" * 40, credit="李丽 摄", taken_day=date(2023, 11, 22))
    assert offered(client, "figure", "photo") == [
        f"{'长' * 30}…（2023-11-22，李丽 摄，原图暂缺）",
        "药农在晾晒丹参。（2023-11-21，王立志 摄，原图暂缺）",
    ]


def test_a_photo_names_the_newest_pieces_that_use_it_and_no_more_than_twenty(client, editor):
    photo = Photo.objects.create(caption="图")
    for n in range(22):
        Figure.objects.create(article=make_article(headline=f"稿{n}号"), photo=photo, position=1)
    page = client.get(change(photo)).content.decode()
    assert [n for n in range(22) if f">稿{n}号<" in page] == list(range(2, 22))
    assert "等" in page


def test_a_file_comes_later_and_says_which_pieces_have_to_go_out_again(client, editor):
    article = make_live_article(headline="老街", captions=["老街。"])
    photo = Photo.objects.get()
    data = filled(client.get(change(photo))) | {"upload": jpeg()}
    response = client.post(change(photo), data, follow=True)
    assert said(response)[0] == "以下稿件重新保存并发布后，读者才能看到这张图片：老街"
    photo.refresh_from_db()
    assert photo.web and article.versions.count() == 1


def test_a_long_list_of_photos_is_not_counted_to_its_end(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.paging.COUNTED", 2)
    for n in range(4):
        Photo.objects.create(caption=f"图{n}")
    assert client.get(PHOTOS).context["cl"].result_count == 2


def test_a_change_of_what_readers_see_renews_the_public_pages(client, editor):
    load_seed_page()
    facts = [Column.objects.first(), Campaign.objects.first(), Contributor.objects.first(), Outlet.objects.first()]
    for row in (*facts, Edition.objects.first(), Page.objects.first(), Locality.objects.get(slug="songxian")):
        before = freshness._read()
        assert client.post(change(row), filled(client.get(change(row)))).status_code == 302, row
        assert freshness._read() != before, row


def test_of_two_orders_of_a_page_made_at_once_the_second_is_asked_again(client, editor):
    edition = make_edition()
    page = edition.pages.get(number=1)
    more = [make_live_article(headline=f"第{n}稿") for n in (2, 3)]
    for position, article in enumerate(more, 2):
        Placement.objects.create(article=article, page=page, position=position)
    opened = filled(client.get(change(page)))
    last = Placement.objects.get(article=more[1])
    Placement.objects.filter(pk=last.pk).update(position=99)  # a colleague's order
    answer = client.post(change(page), opened | {"responsible_editor": "新责编"})
    assert (answer.status_code, [part.chosen for part in answer.context["differences"]]) == (409, ["mine", "saved"])
    assert (Placement.objects.get(pk=last.pk).position, Page.objects.get(pk=page.pk).responsible_editor) == (99, "王芳")
    chosen = {f"choice:{part.key}": part.chosen for part in answer.context["differences"]}
    assert client.post(change(page), dict(answer.context["carried"]) | chosen).status_code == 302
    assert Page.objects.get(pk=page.pk).responsible_editor == "新责编"
