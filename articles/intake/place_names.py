"""How Chinese place names look: what else a place is called, and where a name ends and other words begin. Strings only."""

import re

# --- What follows from a name ----------------------------------------------------------------------------

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固"
    "|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_OF_PEOPLES = re.compile(
    rf"(?:(?:(?:{_PEOPLES})族)*|各族|维吾尔|哈萨克|蒙古|柯尔克孜|塔吉克|锡伯)自治(?P<unit>区|州|县|旗)$"
    rf"|(?:(?:{_PEOPLES})族)+(?P<small>区|乡|镇|街道)$"
)
_SUFFIX = re.compile(
    r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|(?<=六枝)特区|(?<=神农架)林区|(?<=浦东|滨海|沈北)新区|省|市|盟|县|旗|(?<!矿)区)$"
)
_BANNER = re.compile(r"(科尔沁|察哈尔)([左右])翼([前中后]旗)$")
_ZONE = re.compile(r"(经济技术开发区|高新技术(?:产业)?开发区|经济开发区|城乡一体化示范区)$")
_ZONE_SHORT = {"经济技术开发区": "经开区", "经济开发区": "经开区", "城乡一体化示范区": "示范区"}


def short_name(name):
    """The name without 市, 县 and the like, and without 土家族 before it; whole where one character would be left."""
    for suffix in (_OF_PEOPLES, _SUFFIX):
        short = suffix.sub("", name)
        if 1 < len(short) < len(name):
            return short
    return name


def also_called(name, level, above):
    """Names that follow from a name by rule and say as much: 长阳县, 恩施州, 科左中旗, 新城办事处, 漯河经开区.

    `above` is the name of the place that it stands in.
    """
    if level in ("city", "county", "town") and (match := _OF_PEOPLES.search(name)) and match.start() > 1:
        yield name[: match.start()] + (match["unit"] or match["small"])
    if match := _BANNER.match(name):
        yield match[1][0] + match[2] + match[3]
    if level == "town" and name.endswith("街道"):
        yield name.removesuffix("街道") + "办事处"
    if level == "zone" and (match := _ZONE.search(name)) and (city := short_name(above)) in name:
        short = _ZONE_SHORT.get(match[1], "高新区")
        for sort in (match[1], short, *(["开发区"] if short == "经开区" else [])):
            yield from (city + sort, city + "市" + sort)


# --- Names that are words --------------------------------------------------------------------------------

# Short names of counties that are words or directions, read only with the place above them or beside the whole name.
COUNTY_WORDS = frozenset(
    "东城 西城 新城 老城 城东 城西 城北 城中 城关 城厢 市中 市南 市北 新市 古城 山城 江城 海城 河东 河西 河北 海南 江北 江南 湖滨 滨湖 滨江 "
    "西湖 东湖 南湖 北湖 西山 东山 南山 金山 桥东 桥西 铁东 铁西 路南 路北 路桥 道里 道外 港口 海港 港北 港南 东港 南关 北关 站前 中站 前锋 前进 向阳 "
    "解放 和平 新华 长安 建设 东风 红旗 复兴 振兴 光明 平安 安定 安宁 友好 友谊 新兴 工农 太平 爱民 青山 白云 永定 朝阳 鼓楼 钟楼 天桥 双桥 天山 天河 "
    "花山 牡丹 海棠 芙蓉 莲花 荷塘 雨花 花溪 中山 中原 东方 南部 宏伟 开平 平房 二道 绿园 南岸 江岸 新建 新民 三水 七星 五星 高明 光泽 凤凰 玉泉 龙泉 温泉 "
    "石鼓 清河 运河 长寿 长乐 永康 安康 康乐 仁和 和顺 和政 和静 同心 同仁 同德 同安 会同 共和 合作 合水 大方 大关 大田 大同 大名 大安 大城 大足 大通 大观 "
    "长子 长兴 长宁 公安 民乐 民丰 富民 富强 富源 富平 富裕 富宁 兴业 兴国 兴文 兴和 兴隆 兴庆 乐业 乐至 乐安 平原 平和 平定 平顺 平远 平昌 高平 高台 高安 永安 永新 "
    "永年 永和 永昌 正定 正宁 正安 方正 集贤 崇信 崇义 崇礼 孝义 仁化 德化 德安 文成 文安 文水 博爱 开化 进贤 将乐 光山 新安 新和 新河 新化 新乐 新源 新丰 新田 新宁 "
    "来安 来凤 无为 无极 东至 修文 修水 习水 响水 清水 清流 清新 黑水 白水 明水 沙河 太湖 洪湖 金湖 五河 三河 三门 三江 三台 三元 九江 九龙 双江 双峰 双流 双湖 双河 "
    "石林 石门 石台 龙门 龙山 天门 天台 天长 天水 天柱 玉门 玉山 红河 黄山 黄梅 日土 白玉 开封 开原 开远 海东 保德 保康 江门 江口 安平 安国 安化 安远 安全 安泽 "
    "定远 定安 远安 治多 尚志 志丹 化德 顺平 顺昌 合江 合山 合川 比如 革吉 改则 当雄 当阳 望都 望江 中方 中江 丰满 元宝 明山 明光 通道 通山 通海 通城 通江 交口 交城 "
    "城口 洞口 湖口 河口 林口 应城 凌云 青龙 横山 神木 木兰 文山 文昌 海安 海兴 海伦 海盐 盐山 盐池 盐湖 南华 南海 南丰 南安 东海 东明 东光 东安 东阳 东平 西安 西平 西华 "
    "西乡 西林 北安 北林 上高 上林 临高 临江 临海 怀仁 怀远 怀安 宁安 宁国 宁强 福安 福海 惠民 惠农 惠安 裕民 裕安 左权 武功 武强 威信 威远 全州 全南 万全 万年 万安 万宁 "
    "普安 普定 普兰 建安 建德 建平 建水 建宁 会理 会东 会昌 金牛 金城 金沙 金川 银海 嘉定 嘉禾 嘉祥 云龙 大英 英山 江山 山阳 太和 太白 太康 泰和 天全 天元 天心 天涯 天宁 天等 "
    "松山 石泉 古田 桃源 桃江 灵山 灵石 山南 尖山 香山 梁山 龙城 龙口 凤城 集美 集安".split()
)
# The like among cities: 日照, 来宾, 新乡 (新乡村).
CITY_WORDS = frozenset(
    "中山 朝阳 大同 来宾 安康 日照 白银 长治 开封 大庆 和田 北海 黄山 新乡 红河 怒江 通化 三明 玉树 海东 海西 海北 天水 安顺 宜春 丽水 东营 保定 中卫 安庆 吉安 "
    "南平 江门 大理 金华 玉林 德州 白山".split()
)
# Full names of two characters whose first one also ends a word: 示|范县, 市|和县, 相|应县, 健|康县.
_LOOSE_COUNTIES = frozenset(
    "和县 应县 新县 富县 兴县 古县 代县 成县 理县 康县 范县 文县 高县 单县 费县 南县 易县 景县 青县 义县".split()
)
# Full names that are words wherever no place stands before them: every city has a 老城区, and there was the 解放区.
ORDINARY = frozenset(
    "城区 郊区 矿区 东区 西区 老城区 新城区 新市区 市中区 城中区 城关区 城厢区 解放区 港口区 山城区 站前区 新区 农场 林场 园艺场 原种场 苗圃场 农科所 "
    "工业园区 造纸林场 国营林场 畜牧良种农场 石材开发区 先进制造业开发区".split()
)
# Full names that a zone of any city may bear: 西城区 is Beijing's, and also a zone of 漯河.
_DIRECTION = re.compile(
    "[东西南北中新老上下前后][城区山湖岸江河安市关]区|城[东西南北]区|[市路河江湖港桥铁道站]?[东西南北中]区|滨[湖江海河]区|湖滨区|高新区"
)


def is_loose(name):
    """Whether a full name needs clear edges to be one: 和县 in 市和县."""
    return name in _LOOSE_COUNTIES


def may_be_anywhere(name):
    """Whether a full name is a word, or one that any city may have given to a part of it."""
    return name in ORDINARY or bool(_DIRECTION.fullmatch(name))


# --- Where names begin and end ---------------------------------------------------------------------------

HAN = "\u3400-\u9fff"
_BEFORE_A_NAME = frozenset(
    "在到住赴从自由往向至于和与及或是为驻经过离去来抵达的了让把被对给跟同比如像以系援约含省市县区镇乡州盟旗"
)
_BEHIND_A_NAME = frozenset("的市省县区和与及等在是有为将已也都又城人籍各全首地两三四五一赴到考挂举召开")
# The last character of a short name may begin a word with the next one, the first may end one: 守信|阳光, 西|南阳光.
_RUNS_ON = {
    "阳": "光台性历",
    "庆": "祝典贺幸",
    "安": "全装排置放防检保心慰顿定静稳宁康",
    "口": "号味岸径头碑",
    "山": "水脉",
}
_RUNS_INTO = {"南": "西东江华湖向以越云河济中", "北": "东西华湖河向以中", "东": "山广", "西": "山广江陕", "重": "隆"}
_NO_PLACE_BEHIND = re.compile(  # 洛阳路, 河南日报, 郑州大学, 延安精神 and 北京时间 name no place
    "路|街(?!道)|大街|大道|巷|日报|晚报|晨报|早报|商报|都市报|电视|广播|银行|证券|杯|菜|话|戏|精神|时间|会议|起义|战役|保卫战|事变|条约|冬奥|奥运|世博|亚运|"
    "(?:(?![的一两三几多所各等与和在])[\u4e00-\u9fff]){0,5}?(?:大学|学院)(?!生)"
)
_AREA_GOES_ON = "域间划别位块段分隔"  # 和平区|域
_WORDS_BEFORE_VILLAGE = ("城郊", "城关", "水稻", "平等", "大桥")  # 城郊|乡村


def is_han(character):
    return "\u3400" <= character <= "\u9fff"


def is_free_before(words, start):
    """Whether a name may begin at `start`: after what is no Han character, or one that stands before names."""
    return not start or not is_han(words[start - 1]) or words[start - 1] in _BEFORE_A_NAME


def is_clear_before(words, start):
    """Like is_free_before(), for names that need more: nothing but a beginning, or a word of place."""
    return not start or not is_han(words[start - 1]) or words[start - 1] in "在到住赴于自由"


def is_free_behind(words, end):
    return end == len(words) or not is_han(words[end]) or words[end] in _BEHIND_A_NAME


def full_name_goes_on(words, start, end, adjoins):
    """Whether a full name is only a piece of other words: 和平区|域, 适|应城市|, 城郊乡|村. `adjoins`: a name ends at start."""
    last, behind = words[end - 1], words[end : end + 1]
    if not behind and last != "市":
        return False
    if last == "区" and behind in _AREA_GOES_ON or last == "市" and behind == "场":
        return bool(behind)
    if last == "乡":
        return behind in "镇亲愁土音贤" or behind == "村" and words[start : end - 1] in _WORDS_BEFORE_VILLAGE
    if words[end - 2 : end] in ("城市", "都市") and end - start == 3 and not adjoins:
        return not is_free_before(words, start)
    return False


def short_name_goes_on(words, start, end, adjoins):
    """Whether a short name is only a piece of other words, or of a name that is no place's: 隆|重庆|祝, 洛阳|路."""
    behind = words[end : end + 1]
    if _NO_PLACE_BEHIND.match(words, end) or behind and behind in _RUNS_ON.get(words[end - 1], ""):
        return True
    return not adjoins and start > 0 and words[start - 1] in _RUNS_INTO.get(words[start], "")


# --- Names in no list ------------------------------------------------------------------------------------

_NOT_IN_NAMES = frozenset(
    "的了在是把将被让使为以从由对各全该本某每多几近约共其此有无不也都已再能可应须就才仅只并且而但若所个名两等与及或至于着过要做我们你他她它这那"
)
_NO_NAME_BEGINS = re.compile(
    "组织|动员|发动|推动|推进|要求|召开|开展|建设|打造|创建|创新|实施|坚持|聚焦|围绕|立足|依托|结合|通过|加快|加强|深化|强化|发展|建成|建立|健全|完善|落实|"
    "抓好|争创|争当|培育|培训|引导|鼓励|支持|带领|带动|帮助|走进|深入|来到|下辖|辖区|基层|城区|中心|老城|新型|特色|美丽|和美|幸福|文明|智慧|平安|红色|整治|"
    "改造|提升|服务|关爱|慰问|举办|举行|成立|启动|出台|制定|选派|选聘|派出|抽调|筛选|确定|协调|统筹|覆盖|巡察|督导|检查|联合|部分|相关|沿线|周边|附近|境内|"
    "农村|乡村|城乡|时任|原任|现任|党建|产业|经济|电商|康养|旅游|文旅|历史|传统|古老|革命|重点|示范|试点|先进|优秀|首批|首家"
)
_TOWN = re.compile(rf"(?P<stem>[{HAN}]{{1,5}}?)(?P<sort>街道|镇|乡)")
_COUNTY = re.compile(rf"(?P<stem>[{HAN}]{{1,3}}?)(?P<sort>区|县)")
_GENERIC_BEFORE = {
    "镇": "乡城小古集村市重强名新老",
    "乡": "城家故水下他同老回还返入山侨外",
    "街道": "",
    "县": "市",
    "区": "小社园城市景山库校厂灾辖片老新地特战军牧林矿湖郊街港院病护范发集务能行验作高经贸宅民活业假游营厢禁雷误盲考赛选专",
}
_GENERIC_BEHIND = {"镇": "区域化长级里村", "乡": "村镇亲情愁土音贤级里下间野道域", "街道": "两旁上边沿"}
_LIKE_A_PLACE = re.compile(
    rf"[{HAN}]{{1,6}}?(?:社区|街道|街道办事处|办事处|村|镇|乡|[^小山]区|新区|示范区|开发区|集聚区|管理区|居委会|村委会|农场|林场|[^都城]市|县|旗)"
)
_GENERIC = re.compile(
    "^(?:社区|街道)$|(?:[农乡山邻名强]村|[乡城小集村古]镇|[城水]乡|(?<![东西南北])城区|[小园市景山库校厂灾辖片老地军牧郊街]区|城市)$"
)
_TOWN_IN_TEXT = re.compile(
    rf"(?:(?<![{HAN}])|(?<=[在到进于由从自]))(?P<stem>[{HAN}]{{2,3}}?)(?P<sort>街道|镇|乡)"
    rf"(?P<sure>[{HAN}]{{1,5}}?(?:社区|村)|党委|党工委|政府|办事处|人大|纪委)?"
)


def is_shaped_like_a_place(words):
    """Whether words look like the name of a place in no list: 南街社区, but no 老城区 and no 建设美丽乡村."""
    return bool(
        _LIKE_A_PLACE.fullmatch(words)
        and not _GENERIC.search(words)
        and not _NO_NAME_BEGINS.match(words)
        and not _NOT_IN_NAMES & set(words[:-1])
    )


def town_at(words, start):
    """What looks like a town's name at a place of a text: 新街街道, but no 各乡镇, 特色小镇 or 发动街道; or ""."""
    return _name_at(_TOWN.match(words, start))


def county_at(words, start):
    """What looks like a district's or a county's name at a place of a text: 伊滨区, but no 各县区 or 老旧小区; or ""."""
    return _name_at(_COUNTY.match(words, start))


def towns_in(words):
    """(start, name, sure) of what looks like a town's name somewhere in a text; sure when a village or an office follows."""
    for match in _TOWN_IN_TEXT.finditer(words):
        if name := _name_at(match, match.end("sort")):
            yield match.start(), name, bool(match["sure"])


def _name_at(match, end=None):
    if not match:
        return ""
    stem, sort = match["stem"], match["sort"]
    end = end or match.end()
    behind = match.string[end : end + 1]
    if _NOT_IN_NAMES & set(stem) or _NO_NAME_BEGINS.search(stem) or stem[-1] in _GENERIC_BEFORE[sort]:
        return ""
    goes_on = behind and behind in _GENERIC_BEHIND.get(sort, _AREA_GOES_ON + "委级城市")
    return "" if goes_on else match.string[match.start() : end]


def are_one_apart(one, other):
    """Whether two names differ in one character, put in another's place or left out."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))
