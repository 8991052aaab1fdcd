"""Places in a piece: the most specific first, about told from mentioned, and what is ambiguous doubted and not guessed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import gazetteer
from articles.intake.place_names import also_called, is_shaped_like_a_place, short_name, town_at
from articles.intake.places import Gazetteer, Place
from articles.models import LocalityName
from articles.vocabulary import Level
from tests.factories import make_place

ROOT = Path(__file__).resolve().parent.parent
SEED = [
    item for item in json.loads((ROOT / "tests/data/seed/truth.json").read_text("utf-8")) if item["kind"] != "furniture"
]


def places_of(*fixtures):
    for name in fixtures:
        for row in json.loads((ROOT / f"fixtures/{name}.json").read_text("utf-8")):
            if row["model"] == "articles.locality":
                place = row["fields"]
                path, trail = place["path"].strip("/").split("/"), place["trail"].split("/")
                yield Place(
                    place["slug"],
                    place["name"],
                    place["code"],
                    place["level"],
                    tuple(path),
                    tuple(trail),
                    place["verified"],
                )


OFFICIAL = list(places_of("localities"))
PLAIN = Gazetteer(OFFICIAL)
DESK = Gazetteer([*OFFICIAL, *places_of("seed_page")])


def read(*paragraphs, by=PLAIN, **fields):
    """What a piece says of places: about and mentioned as names, doubts as code, words and candidates."""
    return by.read(paragraphs=paragraphs, **fields)


def about(*paragraphs, **fields):
    return [s.place.name for s in read(*paragraphs, **fields).suggestions if s.relation == "about"]


def mentioned(*paragraphs, **fields):
    return [s.place.name for s in read(*paragraphs, **fields).suggestions if s.relation == "mentioned"]


def doubts(*paragraphs, **fields):
    return [(d.code, d.words, d.within, d.candidates) for d in read(*paragraphs, **fields).doubts]


def read_item(item, by):
    body = {"captions" if item["kind"] == "photo" else "paragraphs": item["body_paragraphs"]}
    return by.read(
        kicker=item["kicker"] or "", headline=item["headline"] or "", byline=item["byline_text"] or "", **body
    )


# --- The seed page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", SEED, ids=lambda item: str(item["seq"]))
def test_each_piece_of_the_seed_page_is_about_its_place_and_names_the_others(item):
    found = [(s.place.trail, s.relation == "about") for s in read_item(item, DESK).suggestions]
    assert found == [(tuple(step["name"] for step in place["chain"]), place["primary"]) for place in item["localities"]]


@pytest.mark.parametrize("item", SEED, ids=lambda item: str(item["seq"]))
def test_without_the_places_of_the_desk_a_piece_is_about_the_most_specific_one_that_is_official(item):
    official = {place.trail for place in OFFICIAL}
    chains = [tuple(step["name"] for step in place["chain"]) for place in item["localities"] if place["primary"]]
    known = [max((chain[:n] for n in range(len(chain) + 1) if chain[:n] in official), key=len) for chain in chains]
    assert [s.place.trail for s in read_item(item, PLAIN).suggestions if s.relation == "about"] == known


def test_only_the_misread_street_of_the_seed_page_is_doubted():
    found = {(item["seq"], *doubt) for item in SEED for doubt in read_item(item, DESK).doubts}
    assert {(seq, doubt[0], doubt[1], doubt[6], doubt[7]) for seq, *doubt in found} == {
        (14, "unknown_place", "新街街道", "郸城县", ("新城街道",))
    }
    assert {doubt[4] for doubt in found} == {0, 1}


# --- One sentence, one place -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("11月18日，浙江省安吉县天荒坪镇余村游人如织。", "安吉县"),
        ("在浙江湖州安吉，竹产业蓬勃发展。", "安吉县"),
        ("近日，邓州市穰东镇组织人员养护公路。", "穰东镇"),
        ("内蒙古鄂尔多斯市伊金霍洛旗牧民喜领分红。", "伊金霍洛旗"),
        ("科左中旗牧民养牛增收。", "科尔沁左翼中旗"),
        ("湖北省长阳土家族自治县龙舟坪镇举办椪柑节。", "长阳土家族自治县"),
        ("长阳县举办椪柑节。", "长阳土家族自治县"),
        ("恩施州鹤峰县举办茶会。", "鹤峰县"),
        ("黔东南州雷山县西江千户苗寨迎客。", "雷山县"),
        ("重庆市江北区石马河街道开展活动。", "江北区"),
        ("陕西省西安市长安区组织村民义诊。", "长安区"),
        ("平顶山市新华区焦店镇治理扬尘。", "焦店镇"),
        ("广东省河源市和平县召开大会。", "和平县"),
        ("湖南省益阳市南县治理河湖。", "南县"),
        ("濮阳市濮阳县徐镇镇农民收花生。", "徐镇镇"),
        ("杞县葛岗镇大蒜丰收。", "葛岗镇"),
        ("9月8日，曹县大集镇的直播基地里人气很旺。", "曹县"),
        ("许昌经开区管委会主任讲话。", "许昌经济技术开发区"),
        ("郑州市管城区南曹街道开展义诊。", "南曹街道"),
        ("滑县道口镇街道的居民在散步。", "道口镇街道"),
        ("济源市王屋镇林山村，苹果熟了。", "王屋镇"),
        ("南阳市审计局以创建为抓手。", "南阳市"),
        ("“有事好商量。”11月6日，在淮滨县芦集乡的小院里，议事会召开。", "芦集乡"),
        ("来自河南省人民医院的医生在新疆维吾尔自治区哈密市伊州区坐诊。", "伊州区"),
        ("从北京来的专家在嵩县城区义诊。", "嵩县"),
        ("周口市淮阳区四通镇发展林果业。", "四通镇"),
        ("安阳市鼓楼广场旁，安阳市殷都区梅园庄街道的居民跳起了舞。", "安阳市"),
    ],
)
def test_a_sentence_is_about_the_most_specific_place_of_its_first_name(words, place):
    assert about(words)[:1] == [place]


@pytest.mark.parametrize(
    "words",
    [
        "省委组织部选派的第一书记来到全省最偏远的村，全市、全县上下学习他的事迹。",
        "朋友所在村的村党支部书记被派往邻村，本村、本镇、该乡、当地街道都不适应。",
        "营造和平安宁的环境，适应城市发展，推广安全知识，该项城市更新隆重庆祝竣工。",
        "全县强县富民，创建示范县、健康县区，省、市和县三级联动，相应县区负责人发言。",
        "小区、社区、园区、景区、开发区、服务区、老城区、城区、郊区的居民都来了。",
        "各乡镇、各街道加快城镇建设，打造特色小镇、美丽乡村，推进城乡一体化。",
        "解放区的天是明朗的天，和平区域合作成为共识，中原区域优势明显。",
        "开展合作，同心共建，会同有关部门，比如公安机关，促进民乐兴业。",
        "弘扬延安精神，郑州大学和徐州工程学院毕业的他在河南日报发表文章，北京时间八点走过中山路、洛阳路。",
        "道路南区改造，城市南区建设，全新市区面貌一新。",
        "西南阳光地带，守信阳光经营。",
        "山区占三成，浅山丘陵区占六成，河川区占一成。",
        "新华社记者报道，新乡村建设、长治久安、日照充足、来宾如云。",
    ],
)
def test_ordinary_words_are_no_places_and_no_doubts(words):
    assert read(words, headline=words[:12]) == ((), ())


def test_a_city_is_known_by_its_short_name_a_county_only_beside_something_that_says_so():
    assert about("从洛阳坐高铁，只需一个半小时。") == ["洛阳市"]
    assert about("民权葡萄酒香飘四海。") == []
    assert about("民权县发展葡萄产业。", headline="民权：小葡萄酿出大产业") == ["民权县"]
    assert about("葡萄熟了。", headline="商丘民权葡萄熟了") == ["民权县"]
    assert about("茶农们正忙着采摘。", byline="本报安吉讯（记者 王丽）") == ["安吉县"]
    assert about("茶农们正忙着采摘。", byline="本报公安讯（记者 王丽）") == ["公安县"]
    assert doubts("茶农们正忙着采摘。", byline="本报和平讯（记者 王丽）")[0][:2] == ("ambiguous_place", "和平")
    assert about("茶农们正忙着采摘。", kicker="安吉") == ["安吉县"]


def test_the_words_of_a_suggestion_are_the_chain_as_it_is_written():
    assert [(s.words, s.certain) for s in read("在商丘民权县王庄寨镇，葡萄熟了。").suggestions] == [
        ("商丘民权县王庄寨镇", True)
    ]


def test_a_name_is_cut_where_it_must_be():
    assert about("豫中方城县的客人来了。") == ["方城县"]
    assert about("四川南部普降大雨。") == ["四川省"]
    assert about("公路一路向南通，一路向北。") == []
    assert about("南通，一座好城。") == ["南通市"]


def test_another_name_finds_its_place():
    jianan = next(place for place in OFFICIAL if place.trail[-2:] == ("许昌市", "建安区"))
    renamed = Place(**{**jianan.__dict__, "other_names": ("许昌县",)})
    others = [place for place in OFFICIAL if place != jianan]
    assert about("许昌县改区以前，这里种烟叶。", by=Gazetteer([*others, renamed])) == ["建安区"]
    assert about("许昌县改区以前，这里种烟叶。") != ["建安区"]


# --- The same name in several places ---------------------------------------------------------------------


def test_a_town_of_many_counties_is_settled_by_the_county_named_in_the_piece():
    found = read("连日来，城关镇组织党员清理垃圾。", headline="嵩县开展环境整治")
    assert [(s.place.trail[-2:], s.relation) for s in found.suggestions] == [
        (("洛阳市", "嵩县"), "about"),
        (("嵩县", "城关镇"), "mentioned"),
    ]
    assert about("近日，城关镇召开理事会。", byline="本报嵩县讯（通讯员 李明）") == ["城关镇"]


def test_a_town_of_two_counties_that_are_both_named_is_doubted_with_these_two():
    found = doubts("11月3日，嵩县和汝阳县联合执法队来到城关镇。")
    assert found == [("ambiguous_place", "城关镇", "", ("河南省洛阳市嵩县城关镇", "河南省洛阳市汝阳县城关镇"))]


def test_the_county_in_the_same_sentence_settles_what_another_one_far_away_does_not():
    words = "嵩县正在学习。", "汝阳县的经验在于实干，城关镇是一个例子。"
    assert [s.place.trail[-2] for s in read(*words).suggestions if s.place.name == "城关镇"] == ["汝阳县"]


def test_a_name_of_several_places_with_nothing_beside_it_is_doubted_once_and_not_guessed():
    found = read("2月3日，朝阳区举办灯会。", "朝阳区的灯会办了十年。", headline="朝阳区灯会开幕")
    assert found.suggestions == ()
    assert [(d.code, d.words, d.field, d.start, d.candidates) for d in found.doubts] == [
        ("ambiguous_place", "朝阳区", "headline", 0, ("北京市朝阳区", "吉林省长春市朝阳区"))
    ]
    assert about("2月3日，朝阳区举办灯会。", headline="北京朝阳区灯会开幕") == ["朝阳区"]


def test_home_settles_a_name_of_several_places():
    home = Gazetteer(OFFICIAL, home="henan/luoyang/songxian/")
    found = home.read(headline="城关镇清理垃圾")
    assert [(s.place.trail[-2:], s.certain) for s in found.suggestions] == [(("嵩县", "城关镇"), True)]
    assert doubts(headline="城关镇清理垃圾")[0][:2] == ("ambiguous_place", "城关镇")
    assert (
        home.read(headline="嵩县清理垃圾")
        == PLAIN.read(headline="嵩县清理垃圾", home="henan/")
        == read(headline="嵩县清理垃圾")
    )
    page = PLAIN.read(headline="城关镇清理垃圾", home="henan/luoyang/songxian/")
    assert [(s.place.trail[-2:], s.certain) for s in page.suggestions] == [(("嵩县", "城关镇"), False)]


@pytest.mark.parametrize("home", ["henan/", "henan/luoyang/", "henan/xinxiang/huojia/"])
def test_no_home_makes_a_place_of_an_ordinary_word(home):
    words = "针对老城区楼院，建安区老城区自治小区达112个，家庭农场、林场、园艺场和东风农场都来了。"
    assert about(words, headline="许昌市建安区办实事", home=home) == ["建安区"]
    assert mentioned(words, headline="许昌市建安区办实事", home=home) == []
    assert mentioned("获嘉县的家庭农场和洛阳市的老城区改造。", headline="河南见闻", home=home) == ["洛阳市"]
    assert about("洛阳市老城区的居民来了，老城区很热闹。", home=home) == ["老城区"]


def test_the_pieces_of_a_page_tell_which_county_is_its_home():
    pieces = [read(f"{name}的村民在收麦。") for name in ("嵩县车村镇", "嵩县", "嵩县白河镇", "浙江省安吉县")]
    assert PLAIN.common_home(pieces) == "henan/luoyang/songxian/"
    assert PLAIN.common_home([read("嵩县收麦。"), read("汝阳县收麦。")]) == "henan/luoyang/"
    assert PLAIN.common_home([read("嵩县收麦。"), read("鄢陵县收麦。"), read("大家都好。")]) == "henan/"
    assert PLAIN.common_home([read("嵩县收麦。"), read("安吉县采茶。")]) == PLAIN.common_home([]) == ""
    assert PLAIN.common_home([read("嵩县收麦。")]) == PLAIN.common_home([read("大家都好。")] * 3) == ""


def test_a_town_that_stands_once_in_the_gazetteer_is_suggested_without_its_county_but_not_as_certain():
    assert [(s.place.name, s.certain) for s in read("瓦岗寨乡日前建成服务站。").suggestions] == [("瓦岗寨乡", False)]
    assert about("浙江的瓦岗寨乡日前建成服务站。") == ["浙江省"]
    assert about("瓦岗寨乡日前建成服务站。", home="zhejiang/") == []


def test_a_district_without_its_city_is_not_looked_for_in_another_province():
    assert about("浅山区占三成，平川区占一成。", headline="嵩县的山") == ["嵩县"]
    assert mentioned("浅山区占三成，平川区占一成。", headline="嵩县的山") == []
    assert about("平川区群众满意。") == ["平川区"]


# --- What is in no list ----------------------------------------------------------------------------------


def test_a_name_behind_a_place_that_does_not_have_it_is_nobody_elses():
    found = read("11月13日，在漯河市西城区，圆桌会议正在进行。", "今年以来，西城区创新不断。")
    assert [s.place.name for s in found.suggestions] == ["漯河市"]
    assert [(d.words, d.paragraph, d.within) for d in found.doubts] == [
        ("西城区", 0, "漯河市"),
        ("西城区", 1, "漯河市"),
    ]


@pytest.mark.parametrize(
    ("words", "unknown", "within", "candidates"),
    [
        ("嵩县车春镇龙王村村民。", "车春镇", "嵩县", ("车村镇",)),
        ("光山县槐店镇的路灯亮了。", "槐店镇", "光山县", ("槐店乡",)),
        ("嵩县王家坪乡群众也来了。", "王家坪乡", "嵩县", ()),
        ("嵩县安陵镇群众也来了。", "安陵镇", "嵩县", ("河南省许昌市鄢陵县安陵镇",)),
        ("洛阳市西宫区的居民。", "西宫区", "洛阳市", ("西工区",)),
        ("洛阳市松县的居民。", "松县", "洛阳市", ("嵩县",)),
    ],
)
def test_a_name_written_behind_its_place_that_is_not_listed_there_is_doubted(words, unknown, within, candidates):
    assert doubts(words) == [("unknown_place", unknown, within, candidates)]


def test_a_town_by_itself_is_doubted_when_it_is_nearly_one_of_the_county_that_the_piece_is_about():
    assert doubts("走进新街街道，车辆停放整齐。", kicker="郸城县") == [
        ("unknown_place", "新街街道", "郸城县", ("新城街道",))
    ]
    assert doubts("走进车村镇，车辆停放整齐。", kicker="嵩县") == []
    assert doubts("走进桑蚕小镇，来到千年古镇，全镇上下一心。", kicker="嵩县") == []


@pytest.mark.parametrize(
    "words",
    [
        "嵩县各乡镇、嵩县城乡、嵩县特色小镇、嵩县乡镇干部、嵩县发动街道干部、嵩县城镇居民、嵩县组织镇村干部都来了。",
        "洛阳市老旧小区、洛阳市中心城区、洛阳市各县区、洛阳市区道路、洛阳市下辖县、洛阳市城市管理局。",
        "嵩县龙王村、嵩县车村镇天桥沟村、嵩县南街社区、嵩县产业集聚区的居民。",
        "浙江省安吉县天荒坪镇、安吉县城关镇、安吉县溪龙乡。",
    ],
)
def test_words_behind_a_place_and_villages_and_towns_that_nobody_listed_are_no_doubts(words):
    assert doubts(words) == []


def test_a_place_that_nobody_verified_is_suggested_and_doubted_only_as_a_town():
    found = DESK.read(kicker="郸城县福星社区", paragraphs=["郸城县新街街道福星社区和漯河市西城区结对。"])
    assert [(s.place.name, s.certain) for s in found.suggestions] == [("福星社区", False), ("西城区", False)]
    assert [d.words for d in found.doubts] == ["新街街道"]


# --- About and mentioned ---------------------------------------------------------------------------------


def test_the_place_of_the_title_outranks_the_scene_of_the_first_sentence():
    words = "11月19日，博爱县柏山镇党员在北京市海淀区开会。"
    assert about(words, headline="博爱县为党员安家") == ["博爱县"]
    assert mentioned(words, headline="博爱县为党员安家") == ["柏山镇", "海淀区"]
    assert about(words) == ["柏山镇"]
    assert mentioned(words) == ["海淀区"]


def test_a_place_where_somebody_only_goes_is_not_what_a_title_is_about():
    assert about("11月3日，嵩县考察组出发。", headline="嵩县考察组赴浙江安吉学习") == ["嵩县"]
    assert mentioned("11月3日，嵩县考察组出发。", headline="嵩县考察组赴浙江安吉学习") == ["安吉县"]
    assert about("他们在那里学习。", headline="考察组赴安吉县学习") == ["安吉县"]


def test_a_place_that_is_only_an_example_is_mentioned():
    assert about("要学习浙江经验，借鉴江苏做法。") == []
    assert mentioned("各地都有好做法，如安吉县就很好。") == ["安吉县"]


def test_places_joined_in_the_first_sentence_are_all_what_it_is_about():
    assert about("11月3日，嵩县、汝阳县和伊川县在洛阳市区签约。") == ["嵩县", "汝阳县", "伊川县"]


def test_the_dateline_gives_way_to_a_place_in_it():
    assert about("在栾川县庙子镇，药农晾晒连翘。", byline="本报洛阳讯（记者 李明）") == ["庙子镇"]
    assert about("大家晾晒连翘。", byline="本报洛阳讯（记者 李明）") == ["洛阳市"]
    words = "立冬过后，河南各地抓紧管理。在周口市西华县，无人机正在作业。"
    assert about(words, byline="新华社郑州11月19日电（记者 王丁）") == ["西华县"]
    assert about(words, byline="本报郑州讯（记者 王丁）") == ["西华县", "郑州市"]
    assert about("麦田绿了。", byline="新华社郑州11月19日电（记者 王丁）") == ["郑州市"]


def test_an_ancestor_of_a_suggested_place_is_not_suggested_as_well():
    found = read("河南省洛阳市嵩县车村镇很美。", "洛阳市和嵩县都来人了。北京市的客人去了海淀区。", kicker="嵩县")
    assert [(s.place.name, s.relation) for s in found.suggestions] == [
        ("嵩县", "about"),
        ("车村镇", "mentioned"),
        ("海淀区", "mentioned"),
    ]


def test_a_kicker_whose_last_part_is_in_no_list_is_as_specific_as_the_text():
    assert about("11月20日，鄢陵县安陵镇南街社区的老人体检。", kicker="鄢陵县南街社区") == ["安陵镇"]
    assert about("11月20日，鄢陵县安陵镇北街社区的老人体检。", kicker="鄢陵县南街社区") == ["鄢陵县"]


def test_a_place_far_down_is_only_mentioned_unless_the_piece_returns_to_it():
    opinion = "办好农家书屋要动脑筋。", "书屋要常开。", "有人说书少。", "安吉县就办得好。"
    assert (about(*opinion), mentioned(*opinion)) == ([], ["安吉县"])
    assert about(*opinion, "安吉县的书屋天天开门。") == ["安吉县"]


def test_a_caption_is_read_as_a_lead():
    found = PLAIN.read(captions=["图为2月5日，演员在临颍县王岗镇表演舞龙。", "嵩县的演员。"])
    assert [(s.place.name, s.relation) for s in found.suggestions] == [("王岗镇", "about"), ("嵩县", "mentioned")]


# --- Kickers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    "漯河市西城区 鄢陵县南街社区 嵩县 许昌市建安区 南阳市 洛阳 民权 浙江安吉 安吉县余村 王庄寨镇 嵩县、栾川县 洛阳市开发区 新县 "
    "伊金霍洛旗 长阳县 洛阳市老城区 许昌经开区".split(),
)
def test_a_kicker_may_be_a_place_or_a_chain_of_places(words):
    assert PLAIN.is_place(words)


@pytest.mark.parametrize(
    "words",
    "公安 和平 老城区 城区 解放区 本村 创建“五星”支部 南阳市审计局 嵩县农村 嵩县建设美丽乡村 许昌市城区 为在京 嵩县城 嵩县特色小镇 李家镇 县 、 嵩县、公安".split()
    + ["", " ", "嵩县" * 30],
)
def test_other_words_are_no_place(words):
    assert not PLAIN.is_place(words)


# --- Names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("洛阳市", "洛阳"),
        ("嵩县", "嵩县"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("恩施土家族苗族自治州", "恩施"),
        ("长阳土家族自治县", "长阳"),
        ("东乡族自治县", "东乡族"),
        ("伊犁哈萨克自治州", "伊犁"),
        ("管城回族区", "管城"),
        ("清新区", "清新"),
        ("井陉矿区", "井陉矿区"),
        ("神农架林区", "神农架"),
        ("阿拉善盟", "阿拉善"),
    ],
)
def test_a_short_name_follows_from_the_name(name, short):
    assert short_name(name) == short


def test_other_names_follow_from_a_name():
    assert list(also_called("长阳土家族自治县", "county", "宜昌市")) == ["长阳县"]
    assert list(also_called("科尔沁左翼中旗", "county", "通辽市")) == ["科左中旗"]
    assert list(also_called("新城街道", "town", "郸城县")) == ["新城办事处"]
    assert "漯河经开区" in also_called("漯河经济技术开发区", "zone", "漯河市")
    assert list(also_called("内蒙古自治区", "province", "")) == list(also_called("嵩县", "county", "洛阳市")) == []


def test_a_town_in_no_list_is_told_from_ordinary_words():
    assert [town_at(words, 0) for words in ("新街街道福星社区", "王家坪乡群众", "特色小镇", "各乡镇", "乡村", "城镇化")] == [
        "新街街道", "王家坪乡", "", "", "", "",
    ]  # fmt: skip
    assert is_shaped_like_a_place("南街社区")
    assert not is_shaped_like_a_place("建设美丽乡村")


# --- Whatever the text -----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "嵩县 城关镇 洛阳市 洛阳 漯河市 西城区 朝阳区 北京市 海淀区 鄢陵县 安陵镇 南街社区 新街街道 郸城县 河南省 河南 民权 和县 城区 老城区 开发区 县委 本报 讯 电 "
    "的 在 和 、 ， 。 “ ” ？ …… 乡 镇 村 区 县 市 街道 小区 11月19日 \n \u3000 a ( （".split(" ")
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=3)), max_size=25).map("".join)


@given(
    kicker=TEXTS,
    headline=TEXTS,
    byline=TEXTS,
    paragraphs=st.lists(TEXTS, max_size=4),
    captions=st.lists(TEXTS, max_size=2),
)
def test_any_text_is_read_the_same_twice_and_every_doubt_points_at_its_words(
    kicker, headline, byline, paragraphs, captions
):
    fields = {"kicker": kicker, "headline": headline, "byline": byline, "paragraphs": paragraphs, "captions": captions}
    found = DESK.read(**fields)
    assert found == DESK.read(**fields)
    texts = {"kicker": kicker, "headline": headline, "byline": byline}
    many = {"body": paragraphs, "caption": captions}
    for doubt in found.doubts:
        text = texts[doubt.field] if doubt.paragraph is None else many[doubt.field][doubt.paragraph]
        assert text[doubt.start : doubt.end] == doubt.words != ""
    slugs = [s.place.slug for s in found.suggestions]
    assert len(slugs) == len(set(slugs))
    assert all(s.words in "\0".join([kicker, headline, byline, *paragraphs, *captions]) for s in found.suggestions)
    relations = [s.relation for s in found.suggestions]
    assert relations == sorted(relations)
    main = [s.place for s in found.suggestions if s.relation == "about"]
    assert not any(one.is_below(other) for one in main for other in main)


@given(words=TEXTS)
def test_any_words_are_a_place_or_none(words):
    assert DESK.is_place(words) in (True, False)


@given(words=TEXTS, tail=st.sampled_from(["群众满意。", "，大家都来了。"]))
def test_west_town_behind_luohe_is_never_beijings(words, tail):
    found = PLAIN.read(paragraphs=[words.replace("北京", "").replace("海淀区", "") + "在漯河市西城区" + tail])
    assert not any(s.place.path[0] == "beijing" for s in found.suggestions)


# --- From the database -----------------------------------------------------------------------------------


def test_the_gazetteer_is_made_of_the_desks_places_and_their_other_names(db):
    gazetteer.forget()
    xuchang = make_place("许昌市", level=Level.CITY)
    jianan = make_place("建安区", xuchang)
    LocalityName.objects.create(locality=jianan, name="许昌县")
    found = gazetteer.current().read(paragraphs=["许昌县的烟叶。"]).suggestions
    assert [(s.place.slug, s.place.trail, s.place.level) for s in found] == [
        (jianan.slug, ("许昌市", "建安区"), "county")
    ]


def test_the_gazetteer_is_kept_until_it_is_forgotten(db, django_assert_num_queries):
    gazetteer.forget()
    with django_assert_num_queries(2):
        first = gazetteer.current()
        assert gazetteer.current() is first
    make_place("嵩县")
    assert not gazetteer.current().is_place("嵩县")
    gazetteer.forget()
    assert gazetteer.current().is_place("嵩县")
    gazetteer.forget()


def test_the_gazetteer_is_made_anew_after_a_minute(db, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(gazetteer, "monotonic", lambda: now)
    gazetteer.forget()
    gazetteer.current()
    make_place("嵩县")
    now += gazetteer.KEPT - 1
    assert not gazetteer.current().is_place("嵩县")
    now += 1
    assert gazetteer.current().is_place("嵩县")
    gazetteer.forget()
