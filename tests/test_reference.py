"""Places and units, and what is deleted when nothing uses it."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from articles import freshness
from articles.admin.lasting import UsedMixin
from articles.models import (
    Affiliation,
    Byline,
    Campaign,
    CampaignTarget,
    Column,
    Contributor,
    Edition,
    Figure,
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
from articles.vocabulary import Level, Role, UnitGroup
from tests.desk import errors_of, filled, rows
from tests.factories import make_article, make_live_article, make_place
from tests.reference import PLACES, change, delete, make_page, make_tree, offered, queries, said

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
