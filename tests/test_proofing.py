"""The mechanical checks: what each one finds, what it leaves alone, and what they find together on the seed page."""

import json
import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.intake.places import Gazetteer, Place
from articles.proofing import CHECKS, Copy, proof
from articles.proofing.copy import LONGEST_EXCERPT, excerpt_of, passages
from articles.proofing.private import is_identity_number, passes_luhn
from articles.proofing.wording import WRONG_WORDS
from articles.repeats import Repeat, common_tail, repeats
from articles.vocabulary import Kind, Severity

DATA = Path(__file__).parent / "data"
SEED = [item for item in json.loads((DATA / "seed/truth.json").read_text("utf-8")) if item["kind"] != "furniture"]
SEED_LINES = (DATA / "seed/page.txt").read_text("utf-8").split("\n")
ORDINARY = tuple((DATA / "ordinary.txt").read_text("utf-8").splitlines())
THURSDAY = date(2023, 11, 23)


def story(*paragraphs, **fields):
    """A signed story of the paper of 23 November 2023."""
    fields = {"kind": Kind.STORY, "headline": "消息一则", "byline": "（记者 张三）", "day": THURSDAY} | fields
    return Copy(paragraphs=paragraphs, **fields)


def checks_in(copy, **options):
    return [finding.check for finding in proof(copy, **options)]


def words_of(copy, check, **options):
    """What the findings of one check point at."""
    texts = {(passage.field, passage.paragraph): passage.text for passage in passages(copy)}
    return [
        texts[found.field, found.paragraph][found.start : found.end]
        for found in proof(copy, **options)
        if found.check == check
    ]


# --- Repeats ---------------------------------------------------------------------------------------------

PASSAGE = "今年，该县在全县医疗领域开展名医评选，重奖一线专业技术人才，引导其传承精神、勇当先锋"
SLOGAN = "“政治强审、主责立审、研究促审、质效提升、科技强审、人才兴审”六大行动和"


def test_a_passage_that_stands_twice_is_found_where_it_stands_again():
    assert list(repeats("abcdefXabcdefYcdefX", 4)) == [Repeat(0, 7, 6), Repeat(2, 14, 5)]
    assert list(repeats("aaaabab", 2)) == [Repeat(0, 2, 2), Repeat(3, 5, 2)]
    assert list(repeats("abc\ndefXabc\ndef", 4)) == []
    assert list(repeats("aaaaaaaaaaaa", 4)) == [Repeat(0, 4, 4), Repeat(0, 8, 4)]


@given(st.text("甲乙丙\n", max_size=60), st.integers(2, 6))
def test_repeats_are_those_that_a_plain_search_finds(text, shortest):
    found = list(repeats(text, shortest))
    for first, again, length in found:
        assert text[first : first + length] == text[again : again + length]
        assert first + length <= again and length >= shortest and "\n" not in text[again : again + length]
    covered = {place for _first, again, length in found for place in range(again, again + length)}
    for place in range(len(text) - shortest + 1):
        window = text[place : place + shortest]
        if "\n" not in window and window in text[:place]:
            assert covered & set(range(place, place + shortest))


def test_a_text_of_a_million_characters_is_looked_up_once_a_character():
    class Counted(str):
        looked = 0

        def startswith(self, *args):
            Counted.looked += 1
            return super().startswith(*args)

    for text in ("啊" * 100_000, "".join(random.Random(1).choices("甲乙丙丁戊己庚辛", k=100_000)) * 2):
        Counted.looked = 0
        list(repeats(Counted(text), 30))
        assert Counted.looked < 2 * len(text)


def test_two_texts_share_their_tail():
    assert [common_tail("abc", "xbc"), common_tail("abc", "abc"), common_tail("", "a"), common_tail("ab", "cd")] == [
        2,
        3,
        0,
        0,
    ]


def test_a_passage_of_thirty_characters_that_stands_twice_is_an_error():
    assert words_of(story(f"近年来，{PASSAGE}。", f"据悉，{PASSAGE}，效果很好。"), "repeated_passage") == [
        f"，{PASSAGE}"
    ]
    assert words_of(story(f"近年来，{PASSAGE}。又见{PASSAGE}，效果很好。"), "repeated_passage") == [PASSAGE]
    assert checks_in(story(f"近年来，{PASSAGE[:20]}。", f"据悉，{PASSAGE[:20]}，效果很好。")) == []


def test_what_is_often_said_twice_is_no_error():
    thought = "学习贯彻习近平新时代中国特色社会主义思想"
    assert checks_in(story(f"坚持{thought}凝心铸魂，扎实开展{thought}主题教育。")) == []
    paper = "《中共中央 国务院关于学习运用“千村示范、万村整治”工程经验有力有效推进乡村全面振兴的意见》"
    assert checks_in(story(f"会议传达了{paper}。", f"会议指出，{paper}意义重大。")) == []
    assert checks_in(story(f"该局实施{SLOGAN}创建。", f"大家表示要抓好{SLOGAN}落实。")) == ["repeated_phrase"]


TAIL = "切实做到以党建为先、科技强审、人才兴审”六大行动，"
BEFORE = "聚焦主责主业，实施“政治强审、主责立审、研究促审、科技强审、人才兴审”六大行动，"
BETWEEN = "着力构建集中统一、全面覆盖、权威高效的审计监督体系，把各项工作做细做实，"


def test_a_law_may_repeat_itself():
    rule = "的，由国务院有关部门责令改正，没收违法所得，可以并处违法所得五倍以下的罚款"
    articles = [f"第{number}条违反本法第十{number}条规定{rule}。" for number in "一二三"]
    assert checks_in(story(*articles)) == ["repeated_phrase"] * 2


def test_two_lines_that_break_off_in_the_same_words_are_an_error_also_when_they_were_joined():
    joined = story(f"{BEFORE}{BETWEEN}{TAIL}并且不断向前。", raw=((len(BEFORE), len(BEFORE + BETWEEN + TAIL)),))
    assert words_of(joined, "repeated_passage") == ["、科技强审、人才兴审”六大行动，"]
    assert words_of(joined, "lost_text") == ["并且不断向前"]
    assert words_of(story(BEFORE, BETWEEN + TAIL), "repeated_passage") == ["、科技强审、人才兴审”六大行动，"]


def test_a_piece_that_breaks_off_in_words_it_had_is_an_error_without_the_joints():
    assert words_of(story(BEFORE + BETWEEN + TAIL), "repeated_passage") == ["、科技强审、人才兴审”六大行动，"]


def test_paragraphs_may_end_in_the_same_speaker_but_are_pointed_out_when_they_end_alike():
    one = "“去年我家种了二十亩辣椒，收成不错，今年想再多种一些，也让乡亲们跟着一起种。”王建民高兴地告诉记者。"
    other = "“村里的路修好了，外面的车能开到地头，辣椒不愁卖，价钱也比往年高出不少。”王建民高兴地告诉记者。"
    assert checks_in(story(one, other)) == []
    alike = "让群众的获得感、幸福感、安全感更加充实。"
    one = f"镇里把办好民生实事作为头等大事，修路架桥、通水通电，件件有着落，{alike}"
    other = f"村里则从小处着手，安装路灯，添置健身器材，组织义诊和文艺演出，{alike}"
    assert checks_in(story(one, other)) == ["repeated_phrase"]


def test_what_follows_a_repeat_has_lost_its_beginning():
    copy = story(
        f"近年来，该县推出新举措。{PASSAGE}。", f"据悉，该县通过投票、{PASSAGE}。", "政治影响力，坚持每年推荐。"
    )
    assert words_of(copy, "lost_text") == ["政治影响力"]
    assert [found.paragraph for found in proof(copy) if found.check == "lost_text"] == [2]


def test_a_paragraph_that_was_pasted_twice_loses_nothing():
    assert checks_in(story(f"{PASSAGE}。", f"{PASSAGE}。", "此后，活动仍在继续。")) == ["repeated_passage"]


# --- Marks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "活动“如火如荼地开展。",
        "人才兴审”六大行动开展得好。",
        "他说：“好的，‘联学联建要抓好。”",
        "新县（原经扶县位于大别山腹地。",
        "会议传达《实施方案，并作部署。",
        '他说："好的，一定办到。',
        "全县（含高新区）)共有12个乡镇。",
        "“我们要创新，张三说，“还要实干。”",
    ],
)
def test_a_mark_without_its_partner_is_an_error(text):
    assert {"unmatched_quote", "unmatched_bracket"} & set(checks_in(story(text)))


@pytest.mark.parametrize(
    "text",
    [
        "他说：“要充分发挥名医‘传、帮、带’作用。”",
        "坚持做到：1)抓早；2)抓小；（3）抓实；一）抓细。",
        "工程（一期）(含配套）已经完工。",
        '他说："好的"，又说："一定办到"。',
        '屏幕有5"大。',
        "网址https://a.cn/x(1.html，欢迎访问。",
        "It’s students’ work，很好。",
        "’99世界邮展与‘邮’票。",
        "《读〈论语〉有感》获一等奖。",
    ],
)
def test_marks_that_belong_together_are_left_alone(text):
    assert not {"unmatched_quote", "unmatched_bracket"} & set(checks_in(story(text)))


def test_a_quotation_over_several_paragraphs_opens_in_each_and_closes_in_the_last():
    right = ("张三说：“先说第一点。", "“再说第二点。", "“最后说第三点。”")
    assert checks_in(story(*right)) == []
    assert words_of(story(*right[:2]), "unmatched_quote") == ["“"]
    assert checks_in(story(right[0], "一个小标题", *right[1:], exempt=frozenset([1]))) == []
    assert words_of(story("张三说：“先说第一点。", "后来他没有再说。"), "unmatched_quote") == ["“"]


@pytest.mark.parametrize(
    "end", ["切实做到六大行动，", "逐项列", "增幅达8%", "大家一致认为：", "他接着说“", "包括小麦、"]
)
def test_a_paragraph_that_breaks_off_is_an_error(end):
    text = "今年以来，该县坚持把群众的事放在心上，" + end
    assert words_of(story("前一段说完了。", text), "cut_off_paragraph") == [end.split("，")[0] + "，" * ("，" in end)]


@pytest.mark.parametrize("end", list("。！？…”’）)】》.!?") + ["……", "。”", "！”"])
def test_a_paragraph_may_end_in_every_closing_mark(end):
    text = "（“‘《【今年以来，该县坚持把群众的事放在心上" + end
    assert "cut_off_paragraph" not in checks_in(story(text))


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("前一段说完了。", "一、强化组织领导", "后一段也说完了。"),
        ("主要做法如下：", "抓早抓小；", "后一段也说完了。"),
        ("床前明月光，", "疑是地上霜，", "举头望明月，", "低头思故乡"),
        ("前一段说完了。", "联系电话：12345，地址：人民路1号，联系人：张三"),
        ("前一段，也说完了。", "特此公告，望周知。鄢陵县民政局，2023年11月23日"),
        ("当选的有：张明、李丽（女，回族）、王建国、赵刚、钱进、孙权、周瑜、吴用、郑和、冯唐、陈胜",),
        ("愿与大家共勉，也愿大家指正。——编者",),
        ("11月21日，群众在收红薯，一片忙碌。 张广雨 赵争艳 摄",),
        ("欢迎关注，投稿邮箱，请发送到：bianji@example.com",),
    ],
)
def test_lines_that_are_no_sentences_do_not_break_off(paragraphs):
    assert "cut_off_paragraph" not in checks_in(story(*paragraphs))


def test_headings_captions_and_the_end_before_a_jump_do_not_break_off():
    text = "今年以来，该县坚持把群众的事放在心上，逐项列"
    assert checks_in(story(text, exempt=frozenset([0]))) == []
    assert checks_in(story(text, jump="下转第3版")) == []
    assert checks_in(Copy(kind=Kind.PHOTO, captions=(text,), byline="王立志 摄", day=THURSDAY)) == []
    assert checks_in(story(text, "后一段说完了。", jump="下转第3版")) == ["cut_off_paragraph"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("全县共有\ufffd\ufffd个村。", ["\ufffd\ufffd"]),
        ("亩产提高到□□□斤。", ["□□□"]),
        ("河南■阳有好景。", ["■"]),
        ("我们的??村子变美了。", ["??"]),
        ("ä¸­å›½很好。", ["ä¸­å›½"]),
        ("锟斤拷很好。", ["锟斤拷"]),
        ("价格&nbsp;上涨<br/>了。", ["&nbsp;", "<br/>"]),
        ("这个\ue123字没有。", ["\ue123"]),
    ],
)
def test_characters_that_could_not_be_read_are_an_error(text, words):
    assert words_of(story(text), "garbled") == words


@pytest.mark.parametrize(
    "text",
    ["□记者 张三", "■ 全县召开大会。", "真的吗??怎么办??他说。", "气温25℃，café很香。", "5<6，A&B公司。", "丨Ⅲ①〇。"],
)
def test_marks_and_rare_characters_are_not_garbled(text):
    assert words_of(story(text), "garbled") == []


def test_two_marks_in_a_row_are_pointed_out():
    assert words_of(story("大家都来了，，很高兴、。好的。。又见"), "mark_twice") == ["，，", "、。", "。。"]
    assert words_of(story("大家都来了……很高兴。”好。。。“嗯？！”"), "mark_twice") == []


def test_half_width_marks_beside_chinese_are_noted_once_a_paragraph():
    copy = story(
        "程文喜(中)查看红薯,很高兴.", "时间8:30，比分3:2，价值1,000.5元，见https://a.cn/?x=中。", "（全角）没有！"
    )
    found = [found for found in proof(copy) if found.check == "half_width"]
    assert [(one.severity, one.paragraph, one.detail) for one in found] == [
        (Severity.NOTE, 0, "汉字旁有 4 处半角标点：( ) , .")
    ]
    assert words_of(story("程文喜(中)说。"), "half_width") == ["(中)"]


# --- Figures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("群众满意率达102%。", "percent", ["102%"]),
        ("脱贫户占全村总户数的120%。", "percent", ["120%"]),
        ("全村有80户，其中脱贫户120户。", "parts_and_whole", ["120户"]),
        ("总投资2亿元，其中财政资金3.5亿元。", "parts_and_whole", ["3.5亿元"]),
        ("提供岗位137个，实现人均年增收4万余元，年产值达160万元。", "product", ["人均年增收4万余元，年产值达160万元"]),
        ("种植辣椒200亩，亩均收入8000元，总收入100万元。", "product", ["亩均收入8000元，总收入100万元"]),
        ("牛肉产量达10万头。", "unit_of_noun", ["牛肉产量达10万头"]),
        ("种植面积达3.2万吨。", "unit_of_noun", ["种植面积达3.2万吨"]),
        ("生猪存栏5000吨。", "unit_of_noun", ["存栏5000吨"]),
        ("入驻企业80多家，带动灵活就业人数十万人次。", "number_style", ["十万人次"]),
        ("慰问三百二十户，发放米面500袋。", "number_style", ["三百二十户"]),
        ("成功率达99.2%以上，近80余家，约30人左右。", "doubled_hedge", ["达99.2%以上", "近80余家", "约30人左右"]),
    ],
)
def test_figures_that_cannot_be_right(text, check, words):
    assert words_of(story(text), check) == words


@pytest.mark.parametrize(
    "text",
    [
        "产值同比增长120%，完成目标任务的105%，负债率达110%。",
        "群众满意率达99.8%，合格率100%。",
        "全村312户、1180人，其中脱贫户46户。",
        "全镇有35个村，其中脱贫户1200户。",
        "平均亩产500公斤，其中高产田每亩650公斤；城区每平方公里600人，其中老城每平方公里9500人。",
        "通货膨胀率达140.6%，产值超过10个亿。",
        "种植辣椒200亩，亩均收入5000元，总收入100万元。",
        "带动80户，户均增收3000元，集体收入5万元。",
        "牛肉产量达1万吨，牛饲养量达10万头，面积最大的3个村，产值5亿元。",
        "食用菌产量1.5亿袋，总投资2.3亿元，全长12公里。",
        "有数十万人次，几百户，三四十名，第二十户，六十多元，与80家一起。",
        "“一斤三十元！”他说，今年收了500斤。",
        "落实中央八项规定，三个一批，一次办好，共80家。",
        "近年来已有10家，约30人，80余家，99%以上，近3天。",
    ],
)
def test_figures_that_may_be_right(text):
    assert checks_in(story(text)) == []


def test_numerals_of_two_kinds_need_two_kinds():
    assert checks_in(story("慰问三百二十户，又修路二十公里。")) == []


# --- Days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("6月31日，全县开会。", "impossible_date", ["6月31日"]),
        ("2023年2月29日，全县开会。", "impossible_date", ["2023年2月29日"]),
        ("11月28日，记者走进该村，只见路灯明亮。", "date_after_edition", ["11月28日"]),
        ("11月19日（星期六），全县开会。", "weekday", ["11月19日"]),
        ("11月19日周一上午，全县开会。", "weekday", ["11月19日"]),
    ],
)
def test_days_that_cannot_be_right(text, check, words):
    assert words_of(story(text), check) == words


@pytest.mark.parametrize(
    "text",
    [
        "11月19日（星期日），全县开会。",
        "11月23日，全县开会。",
        "演出将于11月28日举行。11月28日，演出将如期举行。",
        "11月28日起，新规施行。报名时间：11月20日至12月5日。",
        "去年12月30日，大雪如期而至。",
        "2024年2月29日是闰日。",
        "有人报了案。3月8日，他被抓获，此事遂告一段落。",
    ],
)
def test_days_that_may_be_right(text):
    assert checks_in(story(text)) == []


def test_a_december_day_in_a_january_paper_was_last_year():
    assert checks_in(story("12月30日，大雪如期而至。", day=date(2024, 1, 5))) == []


def test_a_day_without_a_year_is_noted_only_where_nobody_knows_the_year():
    text = "11月19日，全县开会。"
    assert checks_in(story(text)) == []
    assert checks_in(story(text, day=None)) == ["date_without_year"]
    assert checks_in(story("2023年是关键一年。" + text, day=None)) == []
    assert checks_in(story("6月31日，全县开会。", day=None)) == ["impossible_date"]


# --- Words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", sorted(WRONG_WORDS))
def test_every_wrong_word_is_found_and_its_right_form_is_not(wrong):
    word = WRONG_WORDS[wrong]
    assert words_of(story(f"大家看，{wrong}，是这样。"), "wrong_word") == [wrong]
    assert words_of(story(f"大家看，{word.right}，是这样。"), "wrong_word") == []
    assert word.right != wrong


def test_the_table_has_the_words_of_the_desk():
    assert len(WRONG_WORDS) == 60


@pytest.mark.parametrize(
    "text",
    [
        "一座落成不久的新桥。",
        "既使群众得实惠，又使集体增收。",
        "这事毕竟争取过。",
        "有关健康的知识。",
        "反复盖章让人烦。",
        "消防碍不着谁。",
        "恢复盖房。",
    ],
)
def test_characters_of_other_words_are_no_wrong_word(text):
    assert words_of(story(text), "wrong_word") == []


@pytest.mark.parametrize(("text", "words"), [("引导其传承医职业业精神。", ["业业"]), ("全县人民民都来了。", ["民民"])])
def test_a_character_set_twice_is_noted(text, words):
    assert words_of(story(text), "doubled_character") == words


def test_doubles_of_the_language_and_of_two_words_are_left_alone():
    text = (
        "人人尽力，事事落实，条条落实、件件落地，一份份清单，兢兢业业，方方面面，绿油油的田，最后不了了之，"
        "组织部部长李婷婷来到新街街道和柳湾村村委会，程岗村村民与企业业务员、物业业主和农业业态。"
    )
    assert words_of(story(text), "doubled_character") == []


def test_a_verb_twice_in_one_clause_is_noted():
    text = "同时营造了尊重人才、支持人才队伍创新创业营造了‘火种’。"
    assert words_of(story(text), "repeated_verb") == []
    text = "同时营造了尊重人才支持人才的队伍营造了‘火种’。"
    assert words_of(story(text), "repeated_verb") == ["营造了尊重人才支持人才的队伍营造了"]
    assert words_of(story("增强了信心，增强了动力。"), "repeated_verb") == []


# --- Names, places, bylines ------------------------------------------------------------------------------


def test_a_name_written_in_two_ways_is_pointed_out():
    copy = story("“好。”党委书记王建民说。", "村党支部书记王建明介绍，路修好了。")
    assert words_of(copy, "name_variant") == ["王建明"]
    assert words_of(story("“好。”党委书记王建民说。", "村民李建民、王小虎介绍，路修好了。"), "name_variant") == []
    brothers = "村民王建国、王建军兄弟俩很高兴。村民王建国说。村民王建军说。"
    assert words_of(story(brothers), "name_variant") == []


def test_words_between_marks_are_no_names():
    assert words_of(story("起初没人信，于是他说不干，于是她说可以，有些人说好，有些事说不清。"), "name_variant") == []


def test_a_body_abroad_written_in_two_ways_is_pointed_out():
    copy = story("博爱县驻北京流动党员支部成立。", "依托商会建立博爱驻京流动党员党支部。")
    assert words_of(copy, "name_variant") == ["驻京流动党员"]
    assert words_of(story("县驻京办事处成立。驻京办事处很好。"), "name_variant") == []


def place(slug, name, level, *trail):
    slugs = tuple(f"{step}-s" for step in trail)
    return Place(f"{slug}", name, None, level, (*slugs, slug), (*trail, name))


HENAN = Place("henan", "河南省", "410000", "province", ("henan",), ("河南省",))
ZHOUKOU = Place("zhoukou", "周口市", "411600", "city", ("henan", "zhoukou"), ("河南省", "周口市"))
DANCHENG = Place("dancheng", "郸城县", "411625", "county", (*ZHOUKOU.path, "dancheng"), (*ZHOUKOU.trail, "郸城县"))
XINCHENG = Place(
    "xincheng", "新城街道", "411625003", "town", (*DANCHENG.path, "xincheng"), (*DANCHENG.trail, "新城街道")
)
GAZETTEER = Gazetteer([HENAN, ZHOUKOU, DANCHENG, XINCHENG])


def test_a_town_that_its_county_does_not_have_is_pointed_out():
    wrong, right = story("走进郸城县新街街道，车辆整齐。"), story("走进郸城县新城街道，车辆整齐。")
    assert words_of(wrong, "unknown_place", gazetteer=GAZETTEER) == ["新街街道"]
    assert checks_in(right, gazetteer=GAZETTEER) == []
    assert checks_in(wrong) == []


@pytest.mark.parametrize(
    ("kind", "byline", "found"),
    [
        (Kind.STORY, "", [("byline_missing", "error")]),
        (Kind.PHOTO, "", [("byline_missing", "error")]),
        (Kind.BRIEF, "", [("byline_missing", "warning")]),
        (Kind.CORRECTION, "", []),
        (Kind.PAGE, "", []),
        (Kind.STORY, "（记者 张三）", []),
        (Kind.STORY, "新华社莫斯科11月18日电", []),
        (Kind.STORY, "（据《健康报》）", []),
        (Kind.PHOTO, "新华社发（许昌亮 摄）", []),
        (Kind.PHOTO, "（资料图片）", []),
        (Kind.PHOTO, "□", [("byline_missing", "warning")]),
        (Kind.STORY, "（记者 张三 监制 李四）", [("byline_doubt", "warning")]),
        (Kind.STORY, "（许金安王博陈金中）", [("byline_doubt", "warning")]),
    ],
)
def test_a_piece_is_signed(kind, byline, found):
    copy = Copy(kind=kind, headline="消息一则", paragraphs=("好。",), byline=byline, day=THURSDAY)
    assert [(one.check, one.severity) for one in proof(copy)] == found


def test_what_needs_no_byline_and_what_goes_on_elsewhere_may_be_unsigned():
    assert checks_in(story("好。", byline="", signed=False)) == []
    assert checks_in(story("好。", byline="", jump="上接第1版")) == []


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("身份证号11010519491231002X。", "identity_number", ["11010519491231002X"]),
        ("联系电话13812345678。", "telephone", ["13812345678"]),
        ("联系电话138 1234 5678。", "telephone", ["138 1234 5678"]),
        ("卡号6222 0212 3456 7894。", "bank_card", ["6222 0212 3456 7894"]),
    ],
)
def test_numbers_of_persons_are_pointed_out(text, check, words):
    assert words_of(story(text), check) == words


@pytest.mark.parametrize(
    "text",
    [
        "证号110105194912310021。",  # wrong check digit
        "热线4001234567、0371-65796114、12345。",
        "订单2138123456789号，编号A13812345678。",
        "金额13812345678.50元。",
        "编号6222021234567890。",  # fails Luhn
        "今年以来产值12345678901元。",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not {"identity_number", "telephone", "bank_card"} & set(checks_in(story(text)))


def test_check_digits_are_those_of_the_standards():
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")


# --- Headings --------------------------------------------------------------------------------------------


def test_headlines_are_short_and_say_each_thing_once():
    assert checks_in(story("好。", headline="一" + "二三四五六七八九十" * 2 + "一二三四五")) == []
    assert checks_in(story("好。", headline="甲乙丙丁戊 己庚辛壬癸" * 2 + "子丑寅卯辰")) == ["long_headline"]
    assert checks_in(story("好。", headline="“消息”一则", subhead="消息 一则")) == ["repeated_headline"]
    assert checks_in(story("好。", kicker="嵩县", headline="消息一则", subhead="——又一则")) == []


# --- The seed page and others ----------------------------------------------------------------------------


def copy_of(item, **fields):
    captions = tuple(item["body_paragraphs"]) if item["kind"] == "photo" else ()
    paragraphs = () if captions else tuple(item["body_paragraphs"])
    return Copy(
        kind=item["kind"],
        kicker=item["kicker"] or "",
        headline=item["headline"] or "",
        paragraphs=paragraphs,
        captions=captions,
        byline=item["byline_text"],
        **fields,
    )


def joints_of(item):
    """Of each paragraph the offsets at which lines of the page were joined."""
    first, last = item["lines"]
    lines = [line for line in SEED_LINES[first:last] if line]
    joints = []
    for paragraph in item["body_paragraphs"]:
        ends, length = [], 0
        while length < len(paragraph):
            length += len(lines.pop(0))
            ends.append(length)
        joints.append(tuple(end for end in ends if end < len(paragraph)))
    return tuple(joints)


def seed_findings(*, joints=False, gazetteer=None):
    for item in SEED:
        raw = joints_of(item) if joints and item["kind"] == "story" else ()
        for found in proof(copy_of(item, raw=raw, day=None), gazetteer=gazetteer):
            yield item["seq"], found


@pytest.mark.parametrize("joints", [False, True])
def test_the_errors_of_the_seed_page_are_its_damaged_passages_and_no_other(joints):
    errors = [
        (number, found.check, found.paragraph, found.end - found.start)
        for number, found in seed_findings(joints=joints)
        if found.severity == Severity.ERROR
    ]
    assert errors == [
        (10, "repeated_passage", 2, 97),
        (10, "lost_text", 3, 5),
        (11, "repeated_passage", 1, 16),
        (11, "cut_off_paragraph", 1, 10),
        (11, "unmatched_quote", 1, 1),
    ]


def test_the_findings_of_the_seed_page_by_check():
    """True by seed/truth.md, but one: 驻北京 and 驻京 is flagged there too, though a paper may write both."""
    assert Counter(found.check for _number, found in seed_findings(gazetteer=GAZETTEER)) == {
        "repeated_passage": 2,
        "lost_text": 1,
        "cut_off_paragraph": 1,
        "unmatched_quote": 1,
        "unknown_place": 2,
        "unit_of_noun": 1,
        "product": 1,
        "name_variant": 1,
        "number_style": 1,
        "doubled_hedge": 1,
        "doubled_character": 2,
        "date_without_year": 7,
        "half_width": 10,
    }


def test_the_unjoined_lines_of_the_seed_page_break_off_where_its_columns_do():
    cut = []
    for item in SEED:
        if item["kind"] != "story":
            continue
        first, last = item["lines"]
        numbered = [
            (number, line.removesuffix(item["byline_text"]))
            for number, line in enumerate(SEED_LINES[first:last], first + 1)
            if line and line != item["byline_text"]
        ]
        copy = story(*[line for _number, line in numbered])
        cut += [numbered[found.paragraph][0] for found in proof(copy) if found.check == "cut_off_paragraph"]
    assert cut == [51, 63, 67, 79, 105, 107, 121, 125]


def test_ordinary_prose_is_left_alone():
    assert proof(story(*ORDINARY)) == ()
    assert sum(map(len, ORDINARY)) > 1000


PAGES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((DATA / "pages").glob("*.json"))}
DATED = [name for name, page in PAGES.items() if "edition_date" in page]


@pytest.mark.parametrize("name", DATED)
def test_every_error_on_the_other_pages_is_one_that_the_page_was_given(name):
    page = PAGES[name]
    for item in page["items"]:
        if item["kind"] == "furniture":
            continue
        texts = {"captions" if item["kind"] == "photo" else "paragraphs": tuple(item["body"])}
        fields = {name: item.get(name) or "" for name in ("kicker", "headline", "subhead", "jump")}
        exempt = frozenset(item.get("headings") or ())
        copy = Copy(
            kind=item["kind"],
            byline=item["byline_text"] or "",
            exempt=exempt,
            day=date.fromisoformat(page["edition_date"]),
            **texts,
            **fields,
        )
        errors = [found for found in proof(copy) if found.severity == Severity.ERROR]
        given = item.get("flags_expected") or item.get("damaged")
        assert given or {found.check for found in errors} <= ({"byline_missing"} if not item["byline_text"] else set())


# --- Whatever the text -----------------------------------------------------------------------------------

NEWS = st.text(
    st.one_of(
        st.sampled_from("的了在是我县村“”‘’（）()《》，。！？、；：…—\n 年月日万亿%0123456789人户亩其中总产值"),
        st.characters(),
    ),
    max_size=80,
)
PIECES = st.builds(
    Copy,
    kind=st.sampled_from([kind.value for kind in Kind]),
    kicker=NEWS,
    headline=NEWS,
    subhead=NEWS,
    summary=NEWS,
    paragraphs=st.lists(st.one_of(NEWS, st.sampled_from(ORDINARY)), max_size=5).map(tuple),
    exempt=st.frozensets(st.integers(0, 5)),
    captions=st.lists(NEWS, max_size=2).map(tuple),
    byline=NEWS,
    day=st.one_of(st.none(), st.dates()),
    raw=st.lists(st.lists(st.integers(-3, 90), max_size=3).map(tuple), max_size=5).map(tuple),
)


@settings(deadline=None)
@given(PIECES)
def test_every_finding_lies_in_its_text_and_says_its_words(copy):
    texts = {(passage.field, passage.paragraph): passage.text for passage in passages(copy)} | {("", None): ""}
    for found in proof(copy, gazetteer=GAZETTEER):
        text = texts[found.field, found.paragraph]
        assert 0 <= found.start <= found.end <= len(text)
        assert found.excerpt in text and len(found.excerpt) <= LONGEST_EXCERPT
        assert found.check in CHECKS and found.detail
        assert found.start == found.end or text[found.start : found.end][:LONGEST_EXCERPT] in found.excerpt


@given(NEWS, st.data())
def test_an_excerpt_has_the_words_that_it_is_about(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    excerpt = excerpt_of(text, start, end)
    assert text[start:end][:LONGEST_EXCERPT] in excerpt and excerpt in text


def test_a_bad_text_yields_no_more_findings_than_somebody_reads():
    assert max(Counter(checks_in(story("”我们、。" * 5000))).values()) == 50
