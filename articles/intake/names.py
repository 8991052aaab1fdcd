"""Whose names a run of characters holds: people's, found by their surnames, and units', found by how they end."""

import re

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明"
    "臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管"
    "卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌"
    "焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖"
    "卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习"
    "宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙"
    "乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付闫岳涂代仝亓仉覃芦邸佟朴商牟佘佴墨哈谯笪年阳原展苑郄揭苟鹿庹冼粟"
    "遆楚晋鄢操战宛初门栗矫迟邝麦植禤母卿闪蹇琚靖刑兰衣仵郇郅鄞盘禚綦苌买折虎辜仓秘谌玄隋区"
)
COMPOUND_SURNAMES = frozenset(
    "欧阳 上官 司马 司徒 司空 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 端木 东方 东郭 南宫 西门 百里 呼延 赫连 轩辕 "
    "澹台 公冶 宗政 濮阳 淳于 单于 太史 申屠 仲孙 钟离 独孤 拓跋 闻人 鲜于 万俟 亓官 闾丘 颛孙 乐正 公羊 第五".split()
)
DOTS = "·•・‧∙⋅"  # what stands inside 阿依古丽·买买提

_UNIT = re.compile(
    "(?:[部局委办院所站厂县市区队室组处馆网报]|中心|公司|集团|政府|街道|[大中小]学|学校|[党高技]校|幼儿园|园区|"
    "客户端|新闻|[融全]媒体?|公众号|频道|电视台|广播台|电台|法庭|银行|支行|农商行|[文残妇侨商]联|[作科政]协|总工会|报社|通讯社|合作社|新华社|中新社|日报|"
    "[晚晨早]报|学会|协会|社区|支部|村委|居委|专班|文明办)$"
)
_UNIT_OR_NAME = re.compile("[会联行庭台校科镇乡协村团社]$")  # 任店镇 is a unit, 李会 may be a man


def is_unit(word):
    """Whether a word of three or more characters ends as units do. Shorter ones and 李会 are not looked into."""
    return len(word) > 2 and bool(_UNIT.search(word) or len(word) > 3 and _UNIT_OR_NAME.search(word))


def has_surname(word):
    return word[:1] in SURNAMES or word[:2] in COMPOUND_SURNAMES


def is_one_name(word):
    """Whether a word can be but one person's name: short, a compound surname with what follows it, or parted by dots."""
    return len(word) < 4 or (word[:2] in COMPOUND_SURNAMES and len(word) == 4) or any(dot in word for dot in DOTS)


def cut_word(word, *, glued=False):
    """The names in a word without blanks, and whether this is the one reading: (names, sure).

    `glued` says that nothing stands between the word and its role, so that blanks between names may be lost too.
    Several readings, or none: the word is kept whole and is not sure. Four characters standing alone are never cut.
    """
    if is_one_name(word):
        return (word,), True
    readings = count_cuts(word)
    if is_unit(word):
        return (word,), not readings or bool(_UNIT.search(word))
    if len(word) == 4 and not glued:
        return (word,), not readings
    if readings == 1:
        return tuple(_only_cut(word)), True
    return (word,), len(word) == 4 and not readings


def cut_spaced(characters, gaps):
    """The names in characters that blanks part (张　三 李　四), and whether this is the one reading: (names, sure).

    `gaps` are the blanks between them. An even run is pairs: names of three characters are seldom set with blanks inside.
    """
    word = "".join(characters)
    if is_one_name(word):
        return (word,), True
    if by_gaps := cut_by_gaps(characters, gaps):
        return by_gaps, True
    readings, pairs = count_cuts(word), tuple(word[n : n + 2] for n in range(0, len(word), 2))
    if len(word) == 4 or len(word) % 2 == 0 and readings != 1:
        return pairs, len(word) == 4
    return (tuple(_only_cut(word)), True) if readings == 1 else ((word,), False)


def cut_by_gaps(characters, gaps):
    """The names where two kinds of blanks tell which stand inside of a name and which between two; or nothing."""
    kinds = set(gaps)
    cuts = {cut for kind in kinds if len(kinds) == 2 and (cut := _cut_at(kind, characters, gaps))}
    return cuts.pop() if len(cuts) == 1 else ()


def _cut_at(kind, characters, gaps):
    """The names when every blank of one kind parts two of them; nothing when one would be too short or too long."""
    names = [characters[0]]
    for gap, character in zip(gaps, characters[1:], strict=True):
        if gap == kind:
            names.append(character)
        else:
            names[-1] += character
    return tuple(names) if all(len(name) > 1 and is_one_name(name) for name in names) else ()


def count_cuts(word):
    """In how many ways a word is a row of names of two or three characters, each with its surname; 2 means several."""
    return _ways(word)[0]


def _ways(word):
    """For every place in the word, in how many ways what follows is a row of names (2: several)."""
    ways = [0] * len(word) + [1]
    for start in range(len(word) - 2, -1, -1):
        ways[start] = min(2, sum(ways[end] for end in _name_ends(word, start)))
    return ways


def _only_cut(word):
    ways, start = _ways(word), 0
    while start < len(word):
        end = next(end for end in _name_ends(word, start) if ways[end])
        yield word[start:end]
        start = end


def _name_ends(word, start):
    """Where a name that begins at `start` may end."""
    if word[start : start + 2] in COMPOUND_SURNAMES:
        lengths = (3, 4)
    else:
        lengths = (2, 3) if word[start] in SURNAMES else ()
    return [start + length for length in lengths if start + length <= len(word)]
