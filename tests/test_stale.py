"""Two people in one form: a stale save is refused on every path, both texts are shown part by part, and nothing is lost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import classify, listing, trash
from articles.models import (
    Article,
    Autosave,
    Campaign,
    Column,
    Contributor,
    Figure,
    Outlet,
    Photo,
    Version,
)
from articles.versions import save_version, settle_revision
from tests.desk import filled
from tests.factories import make_article, make_editor, make_place


def change(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def editor(client):
    editor = make_editor("*", display_name="王博")
    client.force_login(editor)
    return editor


@pytest.fixture
def colleague(db):
    return make_editor("*", display_name="李静")


def saved_by(colleague, article, **fields):
    """What a colleague's save does, without a form."""
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    if save_version(article, by=colleague) is None:
        settle_revision(article)


def parts(response):
    """{label: (mine, saved, chosen)} of the page of two texts."""
    return {part.label: (part.mine, part.saved, part.chosen) for part in response.context["differences"]}


def chosen(response, **choices):
    """The POST data of the page of two texts, with what is chosen already or by the key of a part."""
    data = {}
    for name, value in response.context["carried"]:
        data.setdefault(name, []).append(value)
    for part in response.context["differences"]:
        if choice := choices.pop(part.key.replace("-", "_"), part.chosen):
            data[f"choice:{part.key}"] = choice
    return {**data, **choices, "_continue": "1"}


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_says_who_saved_and_when_and_shows_each_part_that_differs(client, editor, colleague):
    article = make_article(headline="标题", body="原文。\n第二段。", summary="提要")
    mine = filled(client.get(change(article)), body="我的原文。\r\n第二段。\r\n", subhead="我的副题")
    saved_by(colleague, article, body="她的原文。\n第二段。", summary="她的提要")
    response = client.post(change(article), mine)
    when = timezone.localtime(article.versions.first().created_at)
    said = f"您编辑期间，李静已于 {when:%H:%M} 保存过本稿。您的文字没有丢失，请逐项选择保留哪一稿。"
    assert (response.status_code, response.context["said"]) == (409, said)
    assert parts(response) == {
        "副题": ("我的副题", "", "mine"),
        "正文": ("我的原文。\n第二段。", "她的原文。\n第二段。", ""),
        "摘要": ("提要", "她的提要", "saved"),
    }
    page = response.content.decode()
    assert ("<ins>" in page, "<del>" in page, "标题" in page) == (True, True, True)


def test_what_is_chosen_is_saved_from_the_present_state_in_one_version(client, editor, colleague):
    article = make_article(headline="标题", body="原文。")
    mine = filled(client.get(change(article)), body="我的。", subhead="我的副题")
    saved_by(colleague, article, body="她的。", summary="她的提要")
    page = client.post(change(article), mine)
    assert client.post(change(article), chosen(page, body="mine")).status_code == 302
    article.refresh_from_db()
    assert (article.body, article.subhead, article.summary) == ("我的。", "我的副题", "她的提要")
    assert list(Version.objects.order_by("number").values_list("number", "created_by__display_name")) == [
        (1, None), (2, "李静"), (3, "王博"),
    ]  # fmt: skip
    assert Autosave.objects.count() == 0


def test_a_part_that_both_changed_must_be_chosen_and_may_be_edited(client, editor, colleague):
    article = make_article(body="原文。")
    mine = filled(client.get(change(article)), body="我的。")
    saved_by(colleague, article, body="她的。")
    page = client.post(change(article), mine)
    again = client.post(change(article), chosen(page))
    assert (again.status_code, [part.error for part in again.context["differences"]]) == (409, ["请选择保留哪一稿。"])
    typed = {"edited:body": "两稿合成。"}
    unsaid = client.post(change(article), chosen(again, body="saved") | typed)
    assert (unsaid.status_code, unsaid.context["differences"][0].edited) == (409, "两稿合成。")
    assert client.post(change(article), chosen(unsaid, body="edited") | typed).status_code == 302
    article.refresh_from_db()
    assert (article.body, article.version_number) == ("两稿合成。", 3)


def test_the_page_is_guarded_too_and_what_was_typed_stays_through_a_second_refusal(client, editor, colleague):
    article = make_article(body="原文。")
    mine = filled(client.get(change(article)), body="我的。", subhead="我的副题")
    saved_by(colleague, article, body="她的。")
    page = client.post(change(article), mine)
    saved_by(colleague, article, body="她又改的。")
    again = client.post(change(article), chosen(page, body="edited") | {"edited:body": "我改定的。"})
    assert (again.status_code, parts(again)["正文"]) == (409, ("我改定的。", "她又改的。", ""))
    assert client.post(change(article), chosen(again, body="mine")).status_code == 302
    article.refresh_from_db()
    assert (article.body, article.subhead) == ("我改定的。", "我的副题")


def test_filing_alone_and_ones_own_other_window_are_named_too(client, editor, colleague):
    article = make_article()
    mine = filled(client.get(change(article)), body="我的。")
    client.post(change(article), filled(client.get(change(article)), grade="A"))
    response = client.post(change(article), mine)
    assert "您自己（在另一个窗口）已于" in response.context["said"]
    assert parts(response) == {"正文": ("我的。", "正文。", "mine"), "等级": ("空", "甲等", "saved")}


def test_what_is_the_same_on_both_sides_is_not_asked_about(client, editor, colleague):
    article = make_article()
    mine = filled(client.get(change(article)), body="同样的。")
    saved_by(colleague, article, body="同样的。")
    response = client.post(change(article), mine)
    assert (response.status_code, parts(response)) == (409, {})
    assert client.post(change(article), chosen(response)).status_code == 302


# --- rows ------------------------------------------------------------------------------------------------


def test_rows_are_chosen_as_wholes_and_added_ones_of_both_stay(client, editor, colleague):
    songxian, luohe, other = make_place(), make_place("漯河市"), make_place("临颍县")
    article = make_article(places=[songxian], captions=("图一。", "图二。"), credits=[("reporter", "张三")])
    listing.refresh(article)
    mine = filled(client.get(change(article))) | {
        "figures-0-caption": "我的图一。", "locality_tags-1-tag": luohe.pk, "locality_tags-1-relation": "about",
    }  # fmt: skip
    article.figures.filter(position=2).update(caption="她的图二。")
    article.bylines.all().delete()
    filed = classify.classification(article)
    article.locality_tags.create(tag=other, position=2)
    classify.settle(article, filed, by=colleague)
    saved_by(colleague, article)
    page = client.post(change(article), mine)
    assert [(part.key.partition("-")[0], part.chosen) for part in page.context["differences"]] == [
        ("figures", "mine"), ("figures", "saved"), ("bylines", "saved"), ("locality_tags", "mine"),
    ]  # fmt: skip
    assert "临颍县" in "".join(page.context["notes"])
    assert client.post(change(article), chosen(page)).status_code == 302
    assert list(article.figures.values_list("caption", flat=True)) == ["我的图一。", "她的图二。"]
    assert article.bylines.count() == 0
    assert set(article.locality_tags.values_list("tag__name", flat=True)) == {"嵩县", "临颍县", "漯河市"}


def test_a_row_that_somebody_deleted_may_be_kept_as_it_was_typed(client, editor, colleague):
    article = make_article(captions=("图一。", "图二。"), body="正文。\n【图1】\n【图2】")
    mine = filled(client.get(change(article))) | {"figures-0-caption": "我改的图一。"}
    article.figures.get(position=1).delete()
    article.figures.update(position=1)
    saved_by(colleague, article, body="正文。\n【图1】")
    page = client.post(change(article), mine)
    assert parts(page)["配图 2"][1:] == ("已删除", "")
    client.post(change(article), chosen(page, figures_new1="mine", body="mine"))
    article.refresh_from_db()
    assert list(article.figures.values_list("caption", flat=True)) == ["图二。", "我改的图一。"]
    assert article.body == "正文。\n【图2】\n【图1】"


def test_the_marks_of_my_text_follow_the_figures_as_they_now_are(client, editor, colleague):
    article = make_article(captions=("甲。", "乙。"), body="正文。\n【图1】\n【图2】")
    mine = filled(client.get(change(article)), body="我的正文。\r\n【图1】\r\n【图2】\r\n【图3】") | {
        "figures-TOTAL_FORMS": 3, "figures-2-medium": "picture", "figures-2-caption": "我的丙。",
    }  # fmt: skip
    Figure.objects.create(article=article, position=3, photo=Photo.objects.create(), caption="她的丁。")
    first, second = article.figures.order_by("position")[:2]
    Figure.objects.filter(pk=first.pk).update(position=2)
    Figure.objects.filter(pk=second.pk).update(position=1)
    saved_by(colleague, article, body="正文。\n【图2】\n【图1】")
    page = client.post(change(article), mine)
    assert client.post(change(article), chosen(page, body="mine")).status_code == 302
    article.refresh_from_db()
    assert list(article.figures.values_list("caption", flat=True)) == ["乙。", "甲。", "她的丁。", "我的丙。"]
    assert article.body == "我的正文。\n【图2】\n【图1】\n【图4】"


# --- who may not any more --------------------------------------------------------------------------------


def test_of_a_piece_in_the_bin_and_of_a_lost_permission_the_text_is_shown_and_kept(client, editor, colleague):
    writer = make_editor("change_article", "view_article")
    client.force_login(writer)
    article = make_article()
    mine = filled(client.get(change(article)), body="我的长文。")
    writer.user_permissions.clear()
    refused = client.post(change(article), mine)
    assert (refused.status_code, "我的长文。" in refused.content.decode()) == (403, True)
    assert "不能再修改稿件" in refused.context["said"]
    assert dict(Autosave.objects.get(account=writer, form=f"article-{article.pk}").fields)["body"] == "我的长文。"
    client.force_login(editor)
    mine = filled(client.get(change(article)), body="我的另一篇。")
    trash.trash(article, by=colleague)
    refused = client.post(change(article), mine)
    assert (refused.status_code, "我的另一篇。" in refused.content.decode()) == (409, True)
    assert "回收站" in refused.context["said"]
    assert Article.objects.get().body == "正文。"


# --- other forms -----------------------------------------------------------------------------------------


def test_a_stale_form_of_a_reference_row_is_refused_field_by_field(client, editor, colleague):
    campaign = Campaign.objects.create(name="五星支部", description="原说明。")
    mine = filled(client.get(change(campaign)), description="我的说明。") | {"other_names-0-name": "五星"}
    client.force_login(colleague)
    assert client.post(change(campaign), filled(client.get(change(campaign)), name="五星")).status_code == 302
    client.force_login(editor)
    page = client.post(change(campaign), mine)
    assert page.status_code == 409
    assert "李静" in page.context["said"]
    assert [(part.mine, part.saved, part.chosen) for part in page.context["differences"][:2]] == [
        ("五星支部", "五星", "saved"), ("我的说明。", "原说明。", "mine"),
    ]  # fmt: skip
    assert client.post(change(campaign), chosen(page)).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.description) == ("五星", "我的说明。")
    assert list(campaign.other_names.values_list("name", flat=True)) == ["五星"]


def test_a_form_without_the_state_it_was_opened_on_is_refused(client, editor):
    column = Column.objects.create(name="党建")
    data = {key: value for key, value in filled(client.get(change(column)), name="别名").items() if key != "seen"}
    assert client.post(change(column), data).status_code == 409
    assert Column.objects.get().name == "党建"


def make_references():
    outlet = Outlet.objects.create(name="日报")
    return [
        Column.objects.create(name="党建"), make_place(), outlet, Contributor.objects.create(name="张三"),
        Photo.objects.create(caption="图"), outlet.editions.create(day="2023-11-22"),
    ]  # fmt: skip


def test_every_reference_form_saves_when_nobody_came_between_and_is_refused_when_somebody_did(client, editor):
    for row in make_references():
        opened = filled(client.get(change(row)))
        field = next(
            name
            for name in ("description", "note", "name", "caption", "number")
            if name in opened or hasattr(row, name)
        )
        assert client.post(change(row), opened | {field: "甲"}).status_code == 302, row
        refused = client.post(change(row), opened | {field: "乙"})
        assert refused.status_code == 409, row
        row.refresh_from_db()
        assert getattr(row, field) == "甲"


LISTED = "/admin/articles/column/"


def listed(client):
    """The POST data of a list edit as a browser sends it."""
    data = {"_save": "1"}
    formset = client.get(LISTED).context["cl"].formset
    for form in [formset.management_form, *formset.forms]:
        for bound in form:
            data[bound.html_name] = bound.value()
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = bound.value()
    return data


def test_a_list_edit_saves_what_was_changed_and_nothing_over_a_colleague(client, editor):
    first = Column.objects.create(name="一", order=1)
    Column.objects.create(name="二", order=2)
    mine = listed(client)
    Column.objects.filter(pk=first.pk).update(order=7)
    assert client.post(LISTED, mine | {"form-1-order": 5}).status_code == 302
    assert list(Column.objects.order_by("name").values_list("name", "order")) == [("一", 7), ("二", 5)]
    refused = client.post(LISTED, mine | {"form-0-order": 3, "form-1-order": 2})
    assert (refused.status_code, Column.objects.get(pk=first.pk).order) == (200, 7)
    (error,) = refused.context["cl"].formset.errors[0].values()
    assert "7" in error[0]
    again = {
        bound.html_initial_name: bound.as_widget(only_initial=True) for bound in refused.context["cl"].formset.forms[0]
    }
    assert 'value="7"' in again["initial-form-0-order"]
