"""Campaigns in a piece: by official wording and aliases, whatever the quote marks, and not where words mean something else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import gazetteer
from articles.intake.campaigns import Campaigns
from articles.models import Campaign, CampaignName

ROOT = Path(__file__).resolve().parent.parent
SEED = [
    item for item in json.loads((ROOT / "tests/data/seed/truth.json").read_text("utf-8")) if item["kind"] != "furniture"
]
WUXING, JIAOYU, LIANXUE, WANREN = "wuxing", "zhuti-jiaoyu", "lianxue-lianjian", "wanren-zhu-wanqi"


def rows_of_the_seed():
    rows = json.loads((ROOT / "fixtures/seed_page.json").read_text("utf-8"))
    aliases = {}
    for row in rows:
        if row["model"] == "articles.campaignname":
            aliases.setdefault(row["fields"]["campaign"][0], []).append(row["fields"]["name"])
    for row in rows:
        if row["model"] == "articles.campaign":
            yield row["fields"]["slug"], row["fields"]["name"], aliases.get(row["fields"]["slug"], [])


ROWS = list(rows_of_the_seed())
CAMPAIGNS = Campaigns(ROWS)


def named(*paragraphs, **fields):
    return CAMPAIGNS.read(paragraphs=paragraphs, **fields)


@pytest.mark.parametrize("item", SEED, ids=lambda item: str(item["seq"]))
def test_each_piece_of_the_seed_page_has_its_campaigns_in_order(item):
    names = {slug: name for slug, name, _ in ROWS}
    found = named(*item["body_paragraphs"], kicker=item["kicker"] or "", headline=item["headline"] or "")
    assert [names[slug] for slug in found] == item["campaigns"]


@pytest.mark.parametrize(
    "words",
    [
        "以“五星”支部创建为抓手",
        '以"五星"支部创建为抓手',
        "以「五星」支部创建为抓手",
        "以『五星』支部创建为抓手",
        "以‘五星’支部创建为抓手",
        "以＂五星＂支部创建为抓手",
        "以五星支部创建为抓手",
        "以“五星支部”创建为抓手",
        "以“五星”为抓手",
        "争创「五星」，提升",
        "“支部过硬星”创建",
    ],
)
def test_a_campaign_is_found_whatever_its_quote_marks(words):
    assert named(words) == (WUXING,)


def test_width_and_case_of_letters_do_not_matter():
    campaigns = Campaigns([("net", "ＨＲ网络２.０", ["Red HR"])])
    assert campaigns.read(paragraphs=["HR网络2.0启动"]) == campaigns.read(headline="ｒｅｄ　hr") == ("net",)


@pytest.mark.parametrize(
    "words",
    ["五星红旗飘扬", "入住五星级酒店", "“五星级”标准", "评为五星大队", "“五星红旗”迎风", "”五星“", "“四星”五星“六星”"],
)
def test_an_alias_of_two_characters_is_nothing_inside_of_other_words(words):
    assert named(words) == ()


def test_a_short_alias_with_no_word_beside_it_counts():
    assert named("四星、五星，各有奖励。") == named("五星") == (WUXING,)


def test_what_is_called_after_a_quotation_is_not_the_campaign_of_that_name():
    assert named("开展“联学联建”主题教育") == named('开展"联学联建"主题教育') == (LIANXUE,)
    assert named("开展“不忘初心”主题教育") == named("开展「缅怀先烈」主题教育活动") == ()
    assert named("“联学联建”主题教育与第二批主题教育同步") == (LIANXUE, JIAOYU)
    assert named("开展“主题教育”") == (JIAOYU,)


def test_the_longest_wording_wins():
    campaigns = Campaigns([("all", "文明创建", []), ("city", "文明创建示范城市", [])])
    assert campaigns.read(paragraphs=["文明创建示范城市验收"]) == ("city",)
    assert campaigns.read(paragraphs=["文明创建示范"]) == ("all",)


def test_titles_come_before_the_body_and_captions_last():
    assert CAMPAIGNS.read(
        kicker="万人助万企",
        headline="主题教育见实效",
        subhead="“五星”引领",
        paragraphs=["主题教育"],
        captions=["联学联建"],
    ) == (WANREN, JIAOYU, WUXING, LIANXUE)


def test_of_two_campaigns_of_one_wording_the_first_has_it():
    assert Campaigns([("new", "春耕", []), ("old", "备耕", ["“春耕”行动", "春耕"])]).read(headline="“春耕”") == ("new",)


def test_a_campaign_without_a_wording_is_never_found():
    assert Campaigns([("none", "“”", [""])]).read(headline="“”") == Campaigns([]).read(headline="春耕") == ()


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            "五星 “五星” 支部创建 主题教育 联学联建 “ ” ‘ ’ \" ' 「 」 ， 级 红旗 ㍿ ﷺ ß \u3000".split(" ")
        ),
        st.text(max_size=3),
    ),
    max_size=20,
).map("".join)


@given(text=PIECES, more=PIECES)
def test_any_text_names_known_campaigns_once_each(text, more):
    found = named(text, more)
    assert len(found) == len(set(found))
    assert set(found) <= {slug for slug, *_ in ROWS}
    assert found == named(text, more) == tuple(dict.fromkeys([*named(text), *named(more)]))


def test_the_campaigns_of_the_desk_are_read_with_two_queries(db, django_assert_num_queries):
    wuxing = Campaign.objects.create(slug=WUXING, name="“五星”支部创建")
    Campaign.objects.create(slug=JIAOYU, name="主题教育")
    for name in ("五星", "五星支部"):
        CampaignName.objects.create(campaign=wuxing, name=name)
    with django_assert_num_queries(2):
        campaigns = gazetteer.campaign_index()
    assert campaigns.read(paragraphs=["主题教育以“五星”为抓手"]) == (JIAOYU, WUXING)
