"""The pages of the desk that newsdesk adds or changes, each with something on it; for tests that go over all of them."""

import hashlib
import uuid
from datetime import date

from django.contrib import admin
from django.urls import get_resolver, reverse
from django.utils import timezone

from articles import contributions, faults
from articles.models import (
    Article,
    Campaign,
    Contributor,
    Editor,
    Fault,
    Flag,
    Office,
    PageImport,
    ReaderReport,
    Shift,
    Slot,
    Submission,
    Term,
    Topic,
    Unit,
)
from articles.versions import save_version
from articles.vocabulary import FaultKind, Kind, Post
from tests.factories import load_seed_page, make_live_article
from tests.page_import import PAGE
from tests.page_kinds import make_pictured_article
from tests.review_page import FIRST, Desk

NO_PAGE = {  # what a script asks, what is sent as a file, and what leads on
    "logout", "autocomplete", "jsi18n", "view_on_site", "articles_article_alike", "articles_article_byline", "articles_article_autosave", "articles_article_discard",
    "articles_article_live", "articles_article_wechat_preview", "articles_article_revert", "articles_article_paper", "articles_article_copy", "articles_article_export", "articles_article_ledger_file",
    "articles_slot_pieces", "articles_pageimport_picture", "articles_submission_file", "articles_submission_take_up", "articles_topic_start",
    "articles_topic_colleagues", "articles_article_choose", "articles_editor_reset", "desk_contribute_picture", "desk_kept_picture",
    "desk_sent_picture", "desk_contribution_recall", "login", "app_list", "index",
}  # fmt: skip

BY_THEMSELVES = (  # pages that need no row
    "workbench", "me", "password_change", "password_change_done", "articles_article_ledger", "articles_article_filters",
    "articles_fault_report", "articles_edition_next", "articles_contributor_duplicates", "articles_office_paste",
    "articles_term_paste", "desk_contribute", "desk_contribute_new",
)  # fmt: skip
DELETED = (Campaign, Topic)  # one of those that last, and one of those that go


def make_desk(username="admin"):
    """{name: address} of every page that this superuser opens, on a desk where everything has happened once."""
    account = Editor.objects.get(username=username)
    load_seed_page()
    rows = make_rows(account)
    found = {name: address(name) for name in BY_THEMSELVES} | pages_of_pieces(rows) | pages_of_other_rows(rows)
    for model in admin.site._registry:
        found |= pages_of(model, account, rows.get(model._meta.model_name))
    left_out = addresses_by_name() - found.keys() - NO_PAGE
    unseen = {name for name in left_out if not name.endswith(("_add", "_change", "_delete", "_history"))}
    assert unseen == set(), "pages of the desk that nobody looks at"
    return found


def make_rows(account):
    """{name: a row} of what has happened, each by its model or by where the piece stands."""
    desk = Desk()
    live = make_pictured_article(by=account, headline="嵩县中药材喜获丰收", captions=["药农在晾晒丹参。", "仓库。"])
    page = make_live_article(by=account, kind=Kind.PAGE, address="about", headline="关于我们")
    fault = Fault(article=live, version=live.publication.version, kind=FaultKind.FACT, weight=1, found_by="读者")
    faults.record(fault, by=account)
    unit = Unit.objects.create(name="城关镇政府")
    submission = Submission.objects.create(sender="城关镇 王博", text="嵩县丹参喜获丰收\n药农们忙碌。", unit=unit)
    words = {"headline": "嵩县丹参", "text": "药农们忙碌。", "byline": "通讯员 吴小燕", "phone": "13800000000"}
    sent, _ = contributions.send(account, entry=uuid.uuid4(), words=words)
    read = PageImport.objects.create(day=date(2024, 6, 7), text=PAGE, sha256=hashlib.sha256(PAGE.encode()).hexdigest())
    ReaderReport.objects.create(
        article=live, version=live.publication.version, text="“布署”应为“部署”。", sender="0" * 64
    )
    Topic.objects.create(title="秋收", owner=desk.writer)
    Office.objects.create(name="张三", title="县长")
    Term.objects.create(wrong="登陆", right="登录")
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=desk.editor)
    rows = {"article": live, "sitepage": page, "fault": fault, "submission": submission, "pageimport": read}
    return rows | {"sent": sent} | make_pieces_on_their_way(desk)


def make_pieces_on_their_way(desk):
    """Three that wait: changed since the first signature, a draft with an open error, and for the first signature."""
    in_review = desk.piece(headline="县城新修两条路", body="第一段。\n学生们再接再励。", signed=[FIRST])
    in_review.headline = "县城新修三条路"
    in_review.save()
    draft = desk.piece(headline="还没有写完", body="学生们再接再励，圆满完成", submitted=False)
    Flag.objects.create(article=draft, severity="error", field="body", paragraph=1, excerpt="再接再励")
    draft.body += "。\n又一段。"
    draft.save()
    save_version(draft, by=desk.writer)
    waits = desk.piece(headline="等人签字", signed=[])
    return {"in_review": in_review, "draft": Article.objects.get(pk=draft.pk), "waits": waits}


def pages_of_pieces(rows):
    live, in_review, draft, waits = (rows[name].pk for name in ("article", "in_review", "draft", "waits"))
    return {
        "article, in review": address("articles_article_change", in_review),
        "article, draft": address("articles_article_change", draft),
        "articles_article_versions": address("articles_article_versions", draft),
        "articles_article_version": address("articles_article_version", draft, 1),
        "articles_article_compare": address("articles_article_compare", draft, 1, 2),
        "articles_article_sheet": address("articles_article_sheet", in_review),
        "articles_article_release": address("articles_article_release", live),
        "release, not ready": address("articles_article_release", draft),
        "articles_article_preview": address("articles_article_preview", draft),
        "articles_article_wechat": address("articles_article_wechat", live),
        "articles, narrowed": address("articles_article_changelist") + "?region=songxian&state=live",
        "desk_review": address("desk_review", waits),
        "review, second": address("desk_review", in_review),
        "desk_remind": address("desk_remind", waits),
    }


def pages_of_other_rows(rows):
    one, other = Contributor.objects.order_by("pk")[:2]
    of_seed = Article.objects.exclude(campaigns=None).values_list("campaigns", flat=True).first()
    return {
        "articles_contributor_merge": address("articles_contributor_merge") + f"?id={one.pk}&id={other.pk}",
        "articles_campaign_pieces": address("articles_campaign_pieces", of_seed),
        "articles_submission_decline": address("articles_submission_decline", rows["submission"].pk),
        "desk_contribute_entry": address("desk_contribute_entry", uuid.uuid4()),
        "desk_contribution": address("desk_contribution", rows["sent"].number),
    }


def address(name, *args):
    """Of a page of the admin or of newsdesk's own."""
    return reverse(f"admin:{name}" if name.startswith(("articles_", "password_")) else name, args=args)


def pages_of(model, account, row=None):
    """Its list, its empty form, the form of one row and the question before it goes, where there are such pages."""
    name = f"articles_{model._meta.model_name}"
    found = {f"{name}_changelist": address(f"{name}_changelist")}
    may = Permitted(account)
    model_admin = admin.site._registry[model]
    if model_admin.has_add_permission(may):
        found[f"{name}_add"] = address(f"{name}_add")
    row = row or model.objects.first()
    if row and model is not Slot and model is not Shift and model_admin.has_view_permission(may, row):
        found[f"{name}_change"] = address(f"{name}_change", row.pk)
        if model in DELETED and model_admin.has_delete_permission(may, row):
            found[f"{name}_delete"] = address(f"{name}_delete", row.pk)
    return found


class Permitted:
    """As much of a request as the questions of permission ask for."""

    def __init__(self, user):
        self.user, self.GET, self.POST, self.method = user, {}, {}, "GET"


def addresses_by_name():
    """The names of all addresses under /admin/ and /desk/."""
    names = set()
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern).startswith(("admin/", "desk/")):
            inner = getattr(pattern, "url_patterns", [pattern])
            for one in inner:
                names |= {two.name for two in getattr(one, "url_patterns", [one])}
    return names - {None}
