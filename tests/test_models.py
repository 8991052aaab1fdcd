"""What the database itself refuses, and what the models promise: numbers, places, tags, addresses, slots."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from articles import publish
from articles.models import (
    Affiliation,
    Article,
    Autosave,
    Byline,
    Campaign,
    CampaignName,
    CampaignTag,
    CampaignTarget,
    Column,
    Comment,
    Contributor,
    Correction,
    Coverage,
    Edition,
    Fault,
    Figure,
    Flag,
    HistoryEntry,
    ImportedPiece,
    ListEntry,
    Locality,
    LocalityName,
    LocalityTag,
    Office,
    Outlet,
    Page,
    PageImport,
    Photo,
    Placement,
    Publication,
    ReaderReport,
    Review,
    SavedFilter,
    SearchText,
    Series,
    Shift,
    SignOff,
    Slot,
    StagesInForce,
    Submission,
    Term,
    Topic,
    Unit,
    Version,
    Writer,
)
from articles.models.pieces import number_for
from articles.vocabulary import (
    Decision,
    FaultKind,
    Kind,
    Level,
    Medium,
    Post,
    ReportOutcome,
    Role,
    Severity,
    SlotSection,
    Stage,
)

from .factories import make_article, make_editor, make_live_article, make_page, make_place, make_publisher

DAY = date(2023, 11, 23)
NOON = datetime(2023, 11, 23, 4, tzinfo=UTC)  # in Shanghai
EARLIER = {"from_day": DAY, "to_day": DAY - timedelta(days=1)}


LATER = NOON + timedelta(hours=1)


def make_version(**fields):
    """The second version of a piece."""
    return Version.objects.create(
        **{
            "article": make_article(),
            "number": 2,
            "content": "{}",
            "sha256": "0" * 64,
            "kind": Kind.STORY,
            "title": "题",
        }
        | fields
    )


def of_a_version():
    version = make_article().versions.get()
    return {"article": version.article, "version": version}


def comment_on(article, **fields):
    fields = {"text": "请核实。", "by": make_editor(), **fields}
    return Comment.objects.create(article=article, version=article.versions.get(), **fields)


def open_round(article=None):
    article = article or make_article()
    return Review.objects.create(article=article, version=article.versions.get(), opened_by=make_editor())


def sign(review, **fields):
    """A sign-off on the version that was submitted."""
    fields = {"stage": Stage.FIRST_REVIEW, "decision": Decision.PASSED, "by": make_editor(), **fields}
    return SignOff.objects.create(review=review, version=review.version, sha256=review.version.sha256, **fields)


def make_import(**fields):
    return PageImport.objects.create(
        **{"day": DAY, "text": "版面。", "sha256": f"{PageImport.objects.count():064}", **fields}
    )


def bring_in(page_import, number, fingerprint):
    """A piece of that page."""
    return ImportedPiece.objects.create(
        page_import=page_import, number=number, kind=Kind.STORY, day=DAY, fingerprint=fingerprint * 64,
        first_line=1, last_line=2, article=make_article(),
    )  # fmt: skip


def search_text_beside(**facts):
    """One more search text of a piece that readers and the desk find already."""
    article, other = make_live_article(), make_article()
    SearchText.objects.filter(article=other).delete()
    facts = {"newest": False, "headline_length": 0, "rules": 1, "text": "", **facts}
    return SearchText.objects.create(version=other.versions.get(), article=article, **facts)


def twice(model, **fields):
    model.objects.create(**fields)
    model.objects.create(**fields)


def merge_into_itself(contributor):
    change(contributor, merged_into=contributor)


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


# --- constraints -----------------------------------------------------------------------------------------

REFUSED = {
    "locality_name_once_at_the_top": lambda: [make_place("河南省", slug=slug) for slug in ("henan", "yu")],
    "writer_once_of_a_version": lambda: twice(Writer, version=make_article().versions.get(), editor=make_editor()),
    "article_has_a_headline_unless_photo_or_brief": lambda: Article.objects.create(headline="", body="正文。"),
    "article_has_text_unless_photo": lambda: Article.objects.create(headline="简讯", body="", kind=Kind.BRIEF),
    "article_has_an_address_when_a_site_page": lambda: make_article(kind=Kind.STORY, address="about"),
    "contributor_not_merged_into_itself": lambda: merge_into_itself(Contributor.objects.create(name="张三")),
    "coverage_once": lambda: twice(Coverage, article=make_article(), region=make_place()),
    "saved_filter_once": lambda: twice(SavedFilter, editor=make_editor(), name="本周", query="kind=brief"),
    "byline_once_in_a_role": lambda: twice(
        Byline, article=make_article(), role=Role.AUTHOR, contributor=Contributor.objects.create(name="张三")
    ),
    "campaign_ends_after_it_begins": lambda: Campaign.objects.create(
        name="五星", first_day=DAY, last_day=DAY - timedelta(days=1)
    ),
    "campaign_name_once": lambda: twice(CampaignName, campaign=Campaign.objects.create(name="五星"), name="五星支部"),
    "campaign_target_once": lambda: twice(
        CampaignTarget, campaign=Campaign.objects.create(name="五星"), locality=make_place(), pieces=3
    ),
    "campaign_once_on_a_piece": lambda: twice(
        CampaignTag, content_object=make_article(), tag=Campaign.objects.create(name="五星")
    ),
    "locality_once_on_a_piece": lambda: twice(LocalityTag, content_object=make_article(), tag=make_place()),
    "slot_once_in_a_section": lambda: twice(Slot, article=make_article(), section=SlotSection.LEAD),
    "list_entry_once": lambda: twice(
        ListEntry, publication=make_live_article().publication, region="x", campaign="x", facet="x", published_at=NOON
    ),
    "search_text_of_the_newest": lambda: search_text_beside(newest=True),
    "search_text_of_readers": lambda: search_text_beside(newest=False, published_at=NOON),
    "edition_once_a_day": lambda: twice(Edition, outlet=Outlet.objects.create(name="今日嵩县"), day=DAY),
    "edition_inferred_has_reason": lambda: Edition.objects.create(
        outlet=Outlet.objects.create(name="今日嵩县"), day=DAY, inferred=True
    ),
    "page_once_in_an_edition": lambda: [make_page(1), make_page(1)],
    "page_number_from_one": lambda: make_page(0),
    "placement_is_on_a_page_or_elsewhere": lambda: Placement.objects.create(article=make_article()),
    "placement_once_on_a_page": lambda: twice(Placement, article=make_article(), page=make_page()),
    "placement_once_elsewhere": lambda: twice(
        Placement, article=make_article(), outlet=Outlet.objects.create(name="洛阳日报"), day=DAY
    ),
    "affiliation_ends_after_it_begins": lambda: Affiliation.objects.create(
        contributor=Contributor.objects.create(name="张三"), unit=Unit.objects.create(name="县委办"), **EARLIER
    ),
    "photo_file_has_its_hash_and_web_copy": lambda: Photo.objects.create(original="originals/x.jpg"),
    "figure_has_what_its_medium_needs": lambda: Figure.objects.create(article=make_article()),
    "flag_cleared_by_a_person": lambda: Flag.objects.create(article=make_article(), cleared_at=NOON),
    "locality_code_is_set_or_null": lambda: make_place(code=""),
    "locality_is_not_its_own_parent": lambda: change(make_place(), parent=F("pk")),
    "locality_name_once_under_a_parent": lambda: [
        make_place("城关镇", parent, Level.TOWN) for parent in [make_place()] * 2
    ],
    "locality_name_once": lambda: twice(LocalityName, locality=make_place(), name="伊川"),
    "locality_name_ends_after_it_begins": lambda: LocalityName.objects.create(
        locality=make_place(), name="伊川", **EARLIER
    ),
    "version_number_once": lambda: twice(
        Version, article=make_article(), number=7, content="{}", sha256="0" * 64, kind=Kind.STORY, title="标题"
    ),
    "version_numbers_from_one": lambda: make_version(number=0),
    "version_has_a_title": lambda: make_version(title=""),
    "publication_ends_after_it_begins": lambda: change(make_live_article().publication, expires_at=F("published_at")),
    "publication_first_is_not_later": lambda: change(
        make_live_article().publication, first_published_at=F("published_at") + timedelta(seconds=1)
    ),
    "publication_has_a_person_unless_archive": lambda: change(make_live_article().publication, published_by=None),
    "publication_comparison_has_a_person": lambda: change(make_live_article().publication, compared_at=NOON),
    "page_import_page_from_one": lambda: make_import(page_number=0),
    "page_import_once_a_day": lambda: [make_import(sha256="a" * 64) for _ in range(2)],
    "imported_piece_once_a_day": lambda: [bring_in(make_import(sha256=f"{n}" * 64), n, "a") for n in (1, 2)],
    "imported_piece_number_once_on_a_page": lambda: [
        bring_in(page, 1, fingerprint) for page in [make_import()] for fingerprint in "ab"
    ],
    "submission_has_text_or_file": lambda: Submission.objects.create(sender="王博"),
    "submission_verified_by_a_person": lambda: Submission.objects.create(
        sender="王博", text="正文。", verified_at=NOON, verification="电话"
    ),
    "flag_of_an_error_cleared_with_a_reason": lambda: Flag.objects.create(
        article=make_article(), severity=Severity.ERROR, cleared_at=NOON, cleared_by=make_editor()
    ),
    "stages_as_the_desk_knows_them": lambda: StagesInForce.objects.create(reviews=4, set_by=make_editor()),
    "review_one_at_a_time": lambda: [open_round(article) for article in [make_article()] * 2],
    "review_ends_with_an_outcome_and_a_person": lambda: change(open_round(), closed_at=NOON),
    "sign_off_once_by_a_person_at_a_stage": lambda: [
        sign(review, by=by, stage=Stage.FIRST_PROOF) for review, by in [(open_round(), make_editor())] * 2
    ],
    "sign_off_of_reviews_by_different_people": lambda: [
        sign(review, by=by, stage=stage)
        for review, by in [(open_round(), make_editor())]
        for stage in (Stage.FIRST_REVIEW, Stage.FINAL_REVIEW)
    ],
    "sign_off_against_has_a_reason": lambda: sign(open_round(), decision=Decision.RETURNED),
    "sign_off_stands_in_for_another": lambda: [
        sign(open_round(), by=account, instead_of=account) for account in [make_editor()]
    ],
    "comment_resolved_by_a_person": lambda: comment_on(make_article(), resolved_at=NOON),
    "comment_says_something": lambda: comment_on(make_article(), text=""),
    "shift_one_of_a_post_a_day": lambda: twice(Shift, day=DAY, post=Post.CHIEF, editor=make_editor()),
    "shift_stand_in_with_both_moments": lambda: Shift.objects.create(
        day=DAY, post=Post.CHIEF, editor=make_editor(), stand_in=make_editor(), stands_in_from=NOON
    ),
    "shift_stand_in_is_another": lambda: [
        Shift.objects.create(
            day=DAY, post=Post.CHIEF, editor=account, stand_in=account, stands_in_from=NOON, stands_in_until=LATER
        )
        for account in [make_editor()]
    ],
    "topic_has_a_title": lambda: Topic.objects.create(title=""),
    "correction_says_something": lambda: Correction.objects.create(made_by=make_editor(), **of_a_version(), text=""),
    "fault_weighs_something": lambda: Fault.objects.create(
        recorded_by=make_editor(), **of_a_version(), kind=FaultKind.FACT, weight=0, found_by="读者"
    ),
    "office_ends_after_it_begins": lambda: Office.objects.create(name="张三", title="县长", **EARLIER),
    "office_has_a_name_and_a_title": lambda: Office.objects.create(name="张三", title=""),
    "term_wrong_and_right_differ": lambda: Term.objects.create(wrong="登陆", right="登陆"),
    "autosave_one_of_a_form": lambda: twice(Autosave, account=make_editor(), form="article-1"),
    "submission_declined_by_a_person_with_a_reason": lambda: Submission.objects.create(
        sender="王博", text="正文。", declined_at=NOON, declined_by=make_editor()
    ),
    "locality_tile_is_a_row_and_a_column": lambda: make_place(tile_row=1),
    "page_scan_has_its_web_copy": lambda: Page.objects.filter(pk=make_page().pk).update(scan="originals/pages/1.jpg"),
    "photo_focus_is_in_the_picture": lambda: Photo.objects.create(focus_x=101),
    "report_says_something": lambda: ReaderReport.objects.create(**of_a_version(), text="", sender="a"),
    "report_settled_by_a_person": lambda: ReaderReport.objects.create(
        **of_a_version(), text="错了。", sender="a", outcome=ReportOutcome.NO_ERROR
    ),
    "submission_taken_back_before_it_is_a_piece": lambda: Submission.objects.create(
        sender="王博", text="正文。", recalled_at=NOON, article=make_article()
    ),
}


def test_every_constraint_of_the_models_is_tried_below():
    declared = {c.name for model in apps.get_app_config("articles").get_models() for c in model._meta.constraints}
    assert declared == set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(db, name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        REFUSED[name]()
    assert name in str(refusal.value) or str(refusal.value).startswith("UNIQUE constraint failed")


def test_the_database_takes_what_stands_just_inside_its_constraints(db):
    place, account = make_place(), make_editor()
    make_article(headline="", kind=Kind.BRIEF)
    make_article(headline="", body="", kind=Kind.PHOTO)
    Campaign.objects.create(name="五星", first_day=DAY, last_day=DAY)
    LocalityName.objects.create(locality=place, name="伊川", from_day=DAY, to_day=DAY)
    article = make_article()
    for role in (Role.AUTHOR, Role.PHOTO):
        Byline.objects.create(article=article, role=role, contributor=Contributor.objects.get_or_create(name="张三")[0])
    Figure.objects.create(article=article, medium=Medium.VIDEO, file="web/figures/x.mp4")
    cleared = {"article": article, "cleared_at": NOON, "cleared_by": account}
    Flag.objects.create(severity=Severity.WARNING, **cleared)
    Flag.objects.create(severity=Severity.ERROR, reason="原文如此", **cleared)
    Flag.objects.create(severity=Severity.ERROR, article=article)
    make_import(page_number=None)
    page = make_import(page_number=1)
    for number, fingerprint in enumerate("ab", 1):
        bring_in(page, number, fingerprint)
    Submission.objects.create(sender="王博", file="submissions/x.txt")
    Submission.objects.create(sender="王博", text="正文。", verification="打过电话，没人接")
    Submission.objects.create(sender="王博", text="正文。", verified_at=NOON, verified_by=account, verification="电话")
    archived = publish.publish_archive(article, at=NOON)
    change(archived, expires_at=NOON + timedelta(microseconds=1), compared_at=NOON, compared_by=account)
    assert make_place("城关镇", place, Level.TOWN).slug == "cheng-guan-zhen"


# --- numbers ---------------------------------------------------------------------------------------------


def test_numbers_of_a_day_count_from_one(db):
    assert [number_for(DAY) for _ in range(3)] == ["2023-1123-001", "2023-1123-002", "2023-1123-003"]


def test_each_day_counts_for_itself(db):
    assert [number_for(day) for day in (DAY, date(2024, 1, 5), DAY)] == [
        "2023-1123-001",
        "2024-0105-001",
        "2023-1123-002",
    ]


def test_the_thousandth_number_of_a_day_has_four_digits(db):
    Series.objects.create(name=f"article {DAY}", last=999)
    assert number_for(DAY) == "2023-1123-1000"


def test_a_piece_is_numbered_by_its_day_in_shanghai_and_keeps_its_number(db):
    article = make_article(created_at=datetime(2023, 11, 22, 16, tzinfo=UTC))
    article.save()
    assert article.number == "2023-1123-001"


def test_a_number_that_a_fixture_brought_is_stepped_over(db):
    make_article(number="2023-1123-001")
    make_article(number="2023-1123-003")
    entered = [make_article(created_at=NOON).number for _ in range(2)]
    assert entered == ["2023-1123-002", "2023-1123-004"]


def test_no_number_stands_twice(db):
    make_article(number="2023-1123-001")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(number="2023-1123-001")


# --- texts -----------------------------------------------------------------------------------------------


def test_saving_a_piece_cleans_its_texts(db):
    article = make_article(
        headline=" 标\u200b题\n副 ", body="\u3000\u3000甲\r\n\r\n＃＃乙", printed_byline=" （张三）\x00"
    )
    article.refresh_from_db()
    assert (article.headline, article.body, article.printed_byline) == ("标题 副", "甲\n## 乙", "（张三）")


def test_a_missing_headline_is_stood_for_by_the_text_then_by_a_caption_then_by_the_number(db):
    assert make_article(kind=Kind.BRIEF, headline="", body="**天晴**了。人们出门。").title == "天晴了"
    assert make_article(kind=Kind.PHOTO, headline="", body="【图1】", captions=["", "秋收。"]).title == "秋收"
    silent = make_article(kind=Kind.PHOTO, headline="", body="", captions=[""])
    assert silent.title == f"（无题 {silent.number}）"


# --- places ----------------------------------------------------------------------------------------------


def make_tree():
    """河南省 > 洛阳市 > 嵩县 > 城关镇"""
    chain = []
    for name, level in zip("河南省 洛阳市 嵩县 城关镇".split(), Level.values[:4], strict=True):
        chain.append(make_place(name, chain[-1] if chain else None, level))
    return chain


def paths_and_trails(*places):
    return [(p.path, p.trail) for p in Locality.objects.filter(pk__in=[p.pk for p in places])]


def test_a_place_knows_its_ancestors_by_slug_and_by_name(db):
    town = make_tree()[-1]
    assert town.slugs == ["he-nan-sheng", "luo-yang-shi", "song-xian", "cheng-guan-zhen"]
    assert [name for name, _ in town.chain] == ["河南省", "洛阳市", "嵩县", "城关镇"]
    assert ([slug for _, slug in town.chain], str(town)) == (town.slugs, "河南省 › 洛阳市 › 嵩县 › 城关镇")
    assert town.get_absolute_url() == "/regions/cheng-guan-zhen/"


def test_a_renamed_place_keeps_its_address_and_renames_the_trail_of_all_below(db):
    province, city, county, town = make_tree()
    city.name = "古都市"
    city.save()
    assert paths_and_trails(city, county, town) == [
        ("he-nan-sheng/luo-yang-shi/", "河南省/古都市"),
        ("he-nan-sheng/luo-yang-shi/song-xian/", "河南省/古都市/嵩县"),
        ("he-nan-sheng/luo-yang-shi/song-xian/cheng-guan-zhen/", "河南省/古都市/嵩县/城关镇"),
    ]


def test_a_moved_place_takes_all_below_along(db):
    province, city, county, town = make_tree()
    county.parent = make_place("郑州市", province, Level.CITY)
    county.save()
    assert paths_and_trails(city, county, town) == [
        ("he-nan-sheng/luo-yang-shi/", "河南省/洛阳市"),
        ("he-nan-sheng/zheng-zhou-shi/song-xian/", "河南省/郑州市/嵩县"),
        ("he-nan-sheng/zheng-zhou-shi/song-xian/cheng-guan-zhen/", "河南省/郑州市/嵩县/城关镇"),
    ]


def test_within_is_the_place_and_all_below_and_chain_the_place_and_all_above(db):
    province, city, county, town = make_tree()
    make_place("新安县", city)
    assert list(Locality.objects.within(county)) == [county, town]
    assert list(Locality.objects.chain(county)) == [province, city, county]


def test_a_slug_that_begins_like_another_is_not_within_it(db):
    luo, _ = make_place("洛", slug="luo"), make_place("洛阳", slug="luoyang")
    assert list(Locality.objects.within(luo)) == [luo]


def test_one_name_may_stand_in_two_counties_but_not_twice_in_one(db):
    song, xin = make_place("嵩县"), make_place("新安县")
    towns = [make_place("城关镇", county, Level.TOWN) for county in (song, xin)]
    assert [town.slug for town in towns] == ["cheng-guan-zhen", "cheng-guan-zhen-2"]
    assert [str(town) for town in towns] == ["嵩县 › 城关镇", "新安县 › 城关镇"]


def test_pieces_within_a_place_are_about_it_or_what_lies_below_each_once(db):
    province, city, county, town = make_tree()
    about_both, about_town, mentioned = make_article(places=[county, town]), make_article(places=[town]), make_article()
    LocalityTag.objects.create(content_object=mentioned, tag=town, relation="mentioned")
    assert list(Article.objects.within(city).order_by("pk")) == [about_both, about_town]


# --- tags ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["add", "remove", "set"])
def test_text_is_no_tag_and_never_creates_a_place(db, act):
    place = make_place("城关镇")
    article = make_article(places=[place])
    for words in (["城关镇"], ["无此地"], [place, "城关镇"]):
        with pytest.raises(TypeError):
            getattr(article.localities, act)(*([words] if act == "set" else words))
    assert (list(Locality.objects.all()), list(article.localities.all())) == ([place], [place])


def test_setting_one_of_two_places_of_the_same_name_leaves_the_other_out(db):
    here, there = make_place("城关镇", make_place("嵩县")), make_place("城关镇", make_place("新安县"))
    article = make_article(places=[here])
    article.localities.set([there])
    assert list(article.localities.all()) == [there]
    article.localities.set([here, there])
    assert list(article.localities.order_by("pk")) == [here, there]
    article.localities.remove(here)
    assert list(article.localities.all()) == [there]
    article.localities.set([])
    assert list(article.localities.all()) == []


def test_adding_a_place_again_changes_nothing(db):
    place = make_place()
    article = make_article(places=[place])
    article.localities.add(place, place)
    assert list(article.localities.all()) == [place]


def test_a_campaign_is_no_place(db):
    with pytest.raises(ValueError):
        make_article().localities.add(Campaign.objects.create(name="五星"))
    assert LocalityTag.objects.count() == 0


def test_a_place_with_pieces_cannot_be_deleted(db):
    place = make_place()
    make_article(places=[place])
    with pytest.raises(ProtectedError):
        place.delete()


# --- addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "names", "slugs"),
    [
        (Locality, ["郸城", "丹城", "单程"], ["dan-cheng", "dan-cheng-2", "dan-cheng-3"]),
        (Campaign, ["五星", "“五星”"], ["wu-xing", "wu-xing-2"]),
        (Column, ["党建", "当建"], ["dang-jian", "dang-jian-2"]),
        (Unit, ["县委办", "县 委 办"], ["xian-wei-ban", "xian-wei-ban-2"]),
        (Outlet, ["ABC 日报", "……"], ["abc-ri-bao", "x"]),
    ],
)
def test_an_address_is_made_from_pinyin_and_counts_up_where_it_is_taken(db, model, names, slugs):
    fields = {"level": Level.COUNTY} if model is Locality else {}
    rows = [model.objects.create(name=name, **fields) for name in names]
    assert [row.slug for row in rows] == slugs


def test_an_address_is_in_small_letters(db):
    assert Column.objects.create(name="党建", slug="DangJian").slug == "dangjian"
    assert make_place(slug="SongXian").slug == "songxian"


def test_a_renamed_column_keeps_its_address(db):
    column = Column.objects.create(name="党建大家谈")
    column.name = "组工视点"
    column.save()
    assert Column.objects.get().slug == "dang-jian-da-jia-tan"


# --- people ----------------------------------------------------------------------------------------------


def test_namesakes_are_two_rows_sorted_by_pinyin_and_told_apart_by_their_notes(db):
    for name, note in (("张三", "城关镇"), ("李四", ""), ("张三", "县医院")):
        Contributor.objects.create(name=name, note=note)
    assert list(map(str, Contributor.objects.all())) == ["李四", "张三（城关镇）", "张三（县医院）"]
    assert len(set(Contributor.objects.values_list("uuid", flat=True))) == 3


def test_deleting_the_account_leaves_the_contributor(db):
    account = make_editor()
    contributor = Contributor.objects.create(name="张三", account=account)
    account.delete()
    contributor.refresh_from_db()
    assert contributor.account is None


def test_a_credited_contributor_cannot_be_deleted(db):
    make_article(credits=[(Role.AUTHOR, "张三")])
    with pytest.raises(ProtectedError):
        Contributor.objects.get().delete()


# --- what is kept ----------------------------------------------------------------------------------------


def test_a_piece_with_a_version_cannot_be_deleted(db):
    article = make_article()
    with pytest.raises(ProtectedError):
        article.delete()
    with pytest.raises(ProtectedError):
        Article.objects.all().delete()
    assert list(Article.objects.all()) == [article]


def test_an_account_that_saved_a_version_cannot_be_deleted(db):
    account = make_editor()
    make_article(by=account)
    with pytest.raises(ProtectedError):
        account.delete()


def test_an_account_that_a_version_names_as_its_writer_cannot_be_deleted(db):
    account = make_editor()
    contributor = Contributor.objects.create(name="张三", account=account)
    article = make_article(credits=[(Role.AUTHOR, "张三")])
    assert list(article.versions.get().writers.all()) == [account]
    with pytest.raises(ProtectedError):
        account.delete()
    assert list(article.versions.get().writers.all()) == [contributor.account]


@pytest.mark.parametrize("model", [Version, Publication, HistoryEntry])
def test_what_was_written_and_released_holds_its_piece(model):
    assert model._meta.get_field("article").remote_field.on_delete is models.PROTECT


# --- the front page --------------------------------------------------------------------------------------


def test_a_slot_stands_while_it_has_not_ended_and_its_piece_is_public(db):
    by, now = make_publisher(), timezone.now()
    minute = timedelta(minutes=1)
    ending = make_live_article(published_at=now - minute)
    coming = make_live_article(published_at=now + minute)
    expiring = make_live_article(published_at=now - minute, expires_at=now + minute)
    held = make_live_article(published_at=now - minute)
    publish.hold(held.publication, by=by)
    for order, article in enumerate((expiring, ending, coming, held, make_article())):
        Slot.objects.create(article=article, order=order, ends_at=now + minute if article is ending else None)
    at = {shift: [slot.article for slot in Slot.objects.at(now + shift * minute)] for shift in (-2, 0, 1)}
    assert at == {-2: [], 0: [expiring, ending], 1: [coming]}


def test_slots_stand_in_the_editors_order(db):
    first, second, third = (make_live_article() for _ in range(3))
    for order, article in ((3, third), (1, first), (2, second)):
        Slot.objects.create(article=article, order=order)
    assert [slot.article for slot in Slot.objects.at(timezone.now())] == [first, second, third]
