"""Snapshots of a piece: when one is taken, what it holds, and the story a page makes of it."""

import hashlib
import json
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from articles import text
from articles.models import Article, Byline, Campaign, Column, Contributor, Figure, HistoryEntry, Photo, Version
from articles.refusals import StaleSave
from articles.story import Part, byline_parts, story_from
from articles.versions import canonical, claim, hash_of, save_version, settle_revision, snapshot
from articles.vocabulary import Act, Kind, Medium, Role

from .factories import make_article, make_editor, make_place

HASH = "ab" * 32


def make_photo(**fields):
    files = {"original": "originals/x.jpg", "sha256": HASH, "web": "web/photos/x.jpg", "width": 1600, "height": 900}
    return Photo.objects.create(**{**files, **fields})


def numbers(article):
    return sorted(article.versions.values_list("number", flat=True))


# --- when one is taken -----------------------------------------------------------------------------------


def test_the_first_save_takes_version_one(db):
    article, by = make_article(), make_editor()
    assert (numbers(article), article.version_number) == ([1], 1)
    assert list(article.history.values_list("act", "version__number")) == [(Act.CREATED, 1)]
    article.headline = "新标题"
    article.save()
    version = save_version(article, by=by)
    article.refresh_from_db()
    assert (version.number, version.title, version.created_by, article.version_number) == (2, "新标题", by, 2)
    assert list(article.history.values_list("act", "version__number", "by")) == [
        (Act.EDITED, 2, by.pk),
        (Act.CREATED, 1, None),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", Kind.BRIEF),
        ("kicker", "嵩县"),
        ("headline", "新标题"),
        ("subhead", "副题"),
        ("summary", "摘要。"),
        ("body", "新正文。"),
        ("printed_byline", "（张三）"),
        ("ai_made", True),
        ("source_name", "洛阳日报"),
    ],
)
def test_a_change_that_readers_see_takes_a_version(db, field, value):
    article = make_article()
    setattr(article, field, value)
    article.save()
    save_version(article, by=None)
    assert numbers(article) == [1, 2]


def test_a_change_of_column_credit_or_figure_takes_a_version(db):
    article = make_article(credits=[(Role.AUTHOR, "张三")], captions=["图说"])
    article.column = Column.objects.create(name="党建大家谈")
    article.save()
    save_version(article, by=None)
    article.bylines.update(role=Role.PHOTO)
    save_version(article, by=None)
    article.figures.update(alt="三个人")
    save_version(article, by=None)
    article.figures.all().delete()
    save_version(article, by=None)
    assert numbers(article) == [1, 2, 3, 4, 5]


def test_a_save_that_changes_nothing_readers_see_takes_none(db):
    article = make_article(body="正文。")
    article.grade, article.genre, article.body = "A", "news", "　正文。\r\n\r\n"
    article.save()
    assert (save_version(article, by=None), numbers(article), article.history.count()) == (None, [1], 1)


def test_filing_a_piece_elsewhere_takes_none(db):
    article, place, campaign = make_article(), make_place(), Campaign.objects.create(name="五星")
    article.localities.add(place)
    article.campaigns.add(campaign)
    assert (save_version(article, by=None), numbers(article)) == (None, [1])
    assert (list(article.localities.all()), list(article.campaigns.all())) == ([place], [campaign])


def test_a_text_that_returns_to_an_earlier_one_is_a_new_version(db):
    article = make_article(headline="甲")
    for headline in ("乙", "甲"):
        article.headline = headline
        article.save()
        save_version(article, by=None)
    first, second, third = article.versions.order_by("number")
    assert (numbers(article), third.sha256 == first.sha256, third.sha256 == second.sha256) == ([1, 2, 3], True, False)


def test_old_versions_never_change(db):
    photo = make_photo()
    article = make_article(headline="甲", credits=[(Role.AUTHOR, "张三")], column=Column.objects.create(name="党建"))
    Figure.objects.create(article=article, photo=photo, caption="秋收")
    save_version(article, by=None)
    kept = list(Version.objects.order_by("number").values())
    Contributor.objects.update(name="张山")
    Column.objects.update(name="组工")
    Photo.objects.update(sha256="cd" * 32)
    article.headline, article.body = "乙", "新正文。"
    article.save()
    article.figures.all().delete()
    save_version(Article.objects.get(), by=None)
    assert list(Version.objects.order_by("number").values())[:-1] == kept
    assert numbers(article) == [1, 2, 3]


# --- what it holds ---------------------------------------------------------------------------------------


def test_a_snapshot_holds_everything_a_reader_sees(db):
    column = Column.objects.create(name="党建大家谈")
    article = make_article(
        kicker="嵩县", headline="标题", subhead="副题", summary="摘要。", body="正文。", column=column,
        printed_byline="（本报记者 张三）", credits=[(Role.REPORTER, "张三")], source_name="洛阳日报", source_author="李四",
        source_headline="原题", source_url="https://example.com/1", source_day=date(2023, 11, 22), ai_made=True,
    )  # fmt: skip
    photo = make_photo()
    used = Figure.objects.create(
        article=article, photo=photo, crop="0,0,50,50", caption="秋收", credit="王五 摄", alt="麦田"
    )
    assert snapshot(article) == {
        "schema": 1,
        "kind": "story",
        "kicker": "嵩县",
        "headline": "标题",
        "subhead": "副题",
        "summary": "摘要。",
        "body": "正文。",
        "byline": "（本报记者 张三）",
        "ai_made": True,
        "column": {"slug": "dang-jian-da-jia-tan", "name": "党建大家谈"},
        "credits": [{"contributor": str(Contributor.objects.get().uuid), "name": "张三", "role": "reporter"}],
        "figures": [
            {
                "figure": str(used.uuid),
                "medium": "picture",
                "photo": str(photo.uuid),
                "sha256": HASH,
                "web": "web/photos/x.jpg",
                "width": 1600,
                "height": 900,
                "file": "",
                "crop": "0,0,50,50",
                "caption": "秋收",
                "credit": "王五 摄",
                "alt": "麦田",
                "ai_made": False,
            }
        ],
        "source": {
            "name": "洛阳日报",
            "author": "李四",
            "headline": "原题",
            "url": "https://example.com/1",
            "day": "2023-11-22",
        },
    }


def test_what_a_piece_does_not_have_is_null_or_empty(db):
    seen = snapshot(make_article())
    assert (seen["column"], seen["source"], seen["credits"], seen["figures"]) == (None, None, [], [])


def test_a_video_is_held_by_its_file(db):
    article = make_article()
    Figure.objects.create(article=article, medium=Medium.VIDEO, file="web/figures/x.mp4", sha256=HASH)
    (figure,) = snapshot(article)["figures"]
    held = (figure["medium"], figure["file"], figure["photo"], figure["sha256"])
    assert held == ("video", "web/figures/x.mp4", None, HASH)


def test_credits_and_figures_stand_in_the_editors_order(db):
    article = make_article(credits=[(Role.REPORTER, "张三"), (Role.PHOTO, "李四")], captions=["一", "二"])
    article.bylines.filter(contributor__name="张三").update(position=9)
    article.figures.filter(caption="一").update(position=9)
    seen = snapshot(article)
    assert [credit["name"] for credit in seen["credits"]] == ["李四", "张三"]
    assert [figure["caption"] for figure in seen["figures"]] == ["二", "一"]


def test_the_hash_is_of_exactly_the_stored_bytes(db):
    article = make_article(headline="“五星” & <b>\U0001f33e", body="甲\n乙\u3000丙", captions=["图\\说\"'"])
    stored = article.versions.get()
    assert hashlib.sha256(stored.content.encode("utf-8")).hexdigest() == stored.sha256
    assert stored.content == canonical(stored.story) == canonical(snapshot(article))


def test_canonical_text_is_sorted_dense_and_chinese():
    assert canonical({"乙": [1, None], "甲": {"b": "五星", "a": True}}) == '{"乙":[1,null],"甲":{"a":true,"b":"五星"}}'
    assert hash_of("五星") == hashlib.sha256("五星".encode()).hexdigest()


@given(st.dictionaries(st.text(max_size=4), st.none() | st.booleans() | st.integers() | st.text(max_size=4)))
def test_canonical_text_depends_on_the_content_alone(content):
    backwards = dict(reversed(content.items()))
    assert canonical(backwards) == canonical(content) == canonical(json.loads(canonical(content)))


# --- cards -----------------------------------------------------------------------------------------------


def card(version):
    texts = ("kind", "kicker", "title", "lead", "byline", "characters", "caption", "credit", "alt")
    pictures = ("picture", "picture_width", "picture_height", "picture_ai_made")
    return {field: getattr(version, field) for field in texts + pictures}


def test_the_card_of_a_story_shows_its_first_picture_and_the_beginning_of_the_text(db):
    article = make_article(
        kicker="嵩县", headline="标题", body="## 小标题\n【图1】\n第二段。", printed_byline="（张三）"
    )
    Figure.objects.create(article=article, position=1, medium=Medium.VIDEO, file="web/figures/x.mp4", caption="视频")
    photo = make_photo(ai_made=True)
    Figure.objects.create(article=article, position=2, photo=photo, caption="秋收", credit="王五 摄", alt="麦田")
    assert card(save_version(article, by=None)) == {
        "kind": Kind.STORY,
        "kicker": "嵩县",
        "title": "标题",
        "lead": "小标题",
        "byline": "（张三）",
        "characters": 7,
        "picture": "web/photos/x.jpg",
        "picture_width": 1600,
        "picture_height": 900,
        "picture_ai_made": True,
        "caption": "秋收",
        "credit": "王五 摄",
        "alt": "麦田",
    }


def test_the_card_of_photo_news_takes_title_and_length_from_its_captions(db):
    version = make_article(
        kind=Kind.PHOTO, headline="", body="", captions=["天晴了。人们出门。", "秋收。"]
    ).versions.get()
    assert card(version) == {
        "kind": Kind.PHOTO,
        "kicker": "",
        "title": "天晴了",
        "lead": "",
        "byline": "",
        "characters": 12,
        "picture": "",
        "picture_width": 0,
        "picture_height": 0,
        "picture_ai_made": False,
        "caption": "天晴了。人们出门。",
        "credit": "",
        "alt": "",
    }


def test_the_card_of_a_brief_takes_its_title_from_the_text(db):
    version = make_article(kind=Kind.BRIEF, headline="", body="**天晴**了。人们出门。\n第二段").versions.get()
    shown = card(version)
    assert (shown["title"], shown["lead"], shown["characters"]) == ("天晴了", "天晴了。人们出门。", 12)


def test_a_summary_stands_before_the_text_and_a_long_beginning_is_cut(db):
    assert make_article(summary="摘要。", body="正文。").versions.get().lead == "摘要。"
    assert make_article(body="字" * 201).versions.get().lead == "字" * 200


# --- writers ---------------------------------------------------------------------------------------------


def test_writers_are_the_credited_accounts_and_whoever_submitted_it_as_their_own(db):
    credited, submitter, typist = (make_editor() for _ in range(3))
    Contributor.objects.create(name="张三", account=credited)
    article = make_article(by=typist, own_work_of=submitter, credits=[(Role.REPORTER, "张三"), (Role.PHOTO, "李四")])
    assert list(article.versions.get().writers.order_by("pk")) == [credited, submitter]


def test_a_writer_who_is_credited_twice_and_submitted_it_is_one_writer(db):
    account = make_editor()
    Contributor.objects.create(name="张三", account=account)
    article = make_article(own_work_of=account, credits=[(Role.REPORTER, "张三"), (Role.PHOTO, "张三")])
    assert list(article.versions.get().writers.all()) == [account]


def test_the_writers_of_a_version_stay_when_the_credits_change(db):
    account = make_editor()
    Contributor.objects.create(name="张三", account=account)
    article = make_article(credits=[(Role.AUTHOR, "张三")])
    Byline.objects.all().delete()
    save_version(article, by=None)
    assert [list(version.writers.all()) for version in article.versions.order_by("number")] == [[account], []]


# --- stale saves -----------------------------------------------------------------------------------------


def test_a_save_from_an_old_base_is_refused_and_from_the_present_one_is_not(db):
    article = make_article()
    article.headline = "新标题"
    article.save()
    save_version(article, by=None)
    for base in (0, 1, 3):
        with pytest.raises(StaleSave):
            claim(article.pk, base)
    claim(article.pk, 2)


def test_a_snapshot_of_a_copy_that_is_no_longer_the_newest_is_refused(db):
    article = make_article()
    mine, theirs = Article.objects.get(), Article.objects.get()
    for copy in (theirs, mine):
        copy.headline = f"新标题 {id(copy)}"
    theirs.save()
    save_version(theirs, by=None)
    with pytest.raises(StaleSave):
        save_version(mine, by=None)
    assert (numbers(article), HistoryEntry.objects.count()) == ([1, 2], 2)


def test_a_save_of_the_filing_alone_makes_older_forms_stale_too(db):
    article = make_article()
    base = article.revision
    settle_revision(article)
    with pytest.raises(StaleSave):
        claim(article.pk, base)
    claim(article.pk, article.revision)


def test_a_claim_that_is_refused_writes_nothing(db):
    article = make_article(headline="甲")
    with pytest.raises(StaleSave), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(headline="乙")
        claim(article.pk, 7)
    assert Article.objects.values_list("headline", "version_number").get() == ("甲", 1)


# --- stories ---------------------------------------------------------------------------------------------


def figure(caption, **fields):
    empty = {
        "medium": "picture",
        "photo": None,
        "sha256": "",
        "web": "",
        "width": 0,
        "height": 0,
        "file": "",
        "crop": "",
    }
    return {**empty, "caption": caption, "credit": "", "alt": "", "ai_made": False, **fields}


def story(body, *captions, **fields):
    content = {
        "kind": "story",
        "kicker": "",
        "headline": "标题",
        "subhead": "",
        "body": body,
        "byline": "",
        "ai_made": False,
        "column": None,
        "credits": [],
        "figures": [figure(caption) for caption in captions],
        "source": None,
    }
    return story_from({**content, **fields})


def shown(told):
    """The text of each block and the caption of each figure, in reading order."""
    return ["".join(run.text for run in block.runs) if block else [figure.caption] for block, figure in told.blocks]


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("甲\n乙", [["图一"], ["图二"], "甲", "乙"]),
        ("甲\n【图1】\n乙\n【图2】", ["甲", ["图一"], "乙", ["图二"]]),
        ("甲\n【图2】\n乙\n【图1】", ["甲", ["图二"], "乙", ["图一"]]),
        ("甲\n【图2】", [["图一"], "甲", ["图二"]]),
        ("甲\n【图3】\n乙", [["图一"], ["图二"], "甲", "乙"]),
        ("【图1】\n甲\n【图1】\n【图2】", [["图一"], "甲", ["图二"]]),
        ("甲，见【图1】", [["图一"], ["图二"], "甲，见【图1】"]),
        ("", [["图一"], ["图二"]]),
    ],
)
def test_a_figure_stands_at_its_first_mark_or_above_the_text(body, order):
    assert shown(story(body, "图一", "图二")) == order


@given(st.lists(st.one_of(st.integers(0, 6).map("【图{}】".format), st.just("甲"))), st.integers(0, 4))
def test_every_figure_is_shown_exactly_once_whatever_the_marks(lines, figures):
    told = story(text.clean_body("\n".join(lines)), *map(str, range(figures)))
    assert sorted(f.caption for _, f in told.blocks if f) == [str(n) for n in range(figures)]


def test_a_picture_without_a_file_has_no_address_and_others_have_their_readers_copy():
    figures = [
        figure("甲"),
        figure("乙", web="web/photos/x.jpg"),
        figure("丙", medium="video", file="web/figures/x.mp4"),
    ]
    told = story("正文", figures=figures)
    assert [f.url for _, f in told.blocks if f] == ["", "/media/web/photos/x.jpg", "/media/web/figures/x.mp4"]
    assert [f.medium for _, f in told.blocks if f] == ["picture", "picture", "video"]


def test_a_story_made_from_a_stored_version_says_what_the_editor_wrote(db):
    article = make_article(body="## 小标题\n**甲**乙", credits=[(Role.AUTHOR, "张三")], printed_byline="（张三）")
    contributor = Contributor.objects.get().uuid
    told = story_from(article.versions.get().story)
    assert (told.headline, told.contributors) == (article.headline, (contributor,))
    assert [block for block, _ in told.blocks] == text.blocks("## 小标题\n**甲**乙")
    assert told.byline == (Part("（"), Part("张三", contributor), Part("）"))


# --- bylines ---------------------------------------------------------------------------------------------

ZHANG, LI = uuid4(), uuid4()


def credits(*names):
    ids = {"张三": ZHANG, "李四": LI}
    return [{"contributor": str(ids[name]), "name": name, "role": "author"} for name in names]


@pytest.mark.parametrize(
    ("printed", "names", "parts"),
    [
        ("", ["张三"], ()),
        ("张三", ["张三"], (Part("张三", ZHANG),)),
        ("（本报记者 张三）", [], (Part("（本报记者 张三）"),)),
        ("记者 张三 李四 文/图", ["张三", "李四"], (Part("记者 "), Part("张三", ZHANG), Part(" "), Part("李四", LI), Part(" 文/图"))),
        ("记者 张三 李四", ["李四"], (Part("记者 张三 "), Part("李四", LI))),
        ("张　三 李四", ["张三", "李四"], (Part("张　三 "), Part("李四", LI))),
        ("张三 摄影 张三", ["张三", "张三"], (Part("张三", ZHANG), Part(" 摄影 "), Part("张三", ZHANG))),
        ("张三", ["张三", "张三"], (Part("张三", ZHANG),)),
    ],
)  # fmt: skip
def test_a_printed_line_is_cut_at_the_credited_names_and_names_spelt_otherwise_stay_text(printed, names, parts):
    assert byline_parts(printed, credits(*names)) == parts


@given(st.text("张三李四 　（）"), st.lists(st.sampled_from(["张三", "李四"])))
def test_cutting_a_printed_line_loses_none_of_it(printed, names):
    assert "".join(part.text for part in byline_parts(printed, credits(*names))) == printed


def test_contributors_are_uuids():
    assert story("正文", credits=credits("张三", "李四")).contributors == (ZHANG, LI)
    assert all(isinstance(uuid, UUID) for uuid in story("正文", credits=credits("张三")).contributors)


def test_copies_of_a_picture_that_were_made_anew_take_no_version_and_come_with_the_next(db):
    article = make_article()
    photo = make_photo(original="originals/a.jpg", sha256="a" * 64, web="web/photos/a.jpg", width=800, height=600)
    Figure.objects.create(article=article, photo=photo)
    save_version(article, by=None)
    Photo.objects.update(web="web/photos/a/1600.jpg", width=1600, height=1200)
    assert save_version(article, by=None) is None
    article.body = "改过的正文。"
    article.save()
    (figure,) = save_version(article, by=None).story["figures"]
    assert (figure["web"], figure["width"]) == ("web/photos/a/1600.jpg", 1600)
    Photo.objects.update(sha256="b" * 64)  # another file
    assert save_version(article, by=None) is not None
