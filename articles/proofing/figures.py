"""Figures: what they add up to, whether a unit fits its noun, and how they are written."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages, running

_NUMBER = r"(?<![\d.])\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?"
_TIMES = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12, "千": 1000, "百": 100}
_UNITS = "人次|人|户|家|亩|公顷|平方米|平方公里|平方千米|万元|元|吨|公斤|千克|斤|克|公里|千米|米|升|头|只|羽|匹|尾|枚|个|名|位|辆|台|套|件|棵|株|袋|场次|场|次|起|座|栋|条|项|%"
_QUANTITY = re.compile(rf"({_NUMBER})\s?(万亿|[万亿千百])?[余多]?({_UNITS})")
_SENTENCE = re.compile("[^。！？；\n]+")


class _Quantity(NamedTuple):
    amount: float
    unit: str
    start: int
    end: int


def _quantities(text, start, end):
    for match in _QUANTITY.finditer(text, start, end):
        amount = float(match[1].replace(",", "")) * _TIMES[match[2] or ""]
        unit = "元" if match[3] == "万元" else match[3]
        yield _Quantity(amount * (10**4 if match[3] == "万元" else 1), unit, *match.span())


# --- Percentages, parts, products ------------------------------------------------------------------------

_PERCENT = re.compile(rf"({_NUMBER})[%％]")
_SHARE = re.compile(
    "占|比例|比重|份额|满意|(?:合格|成功|覆盖|普及|到位|办结|调解|出勤|参与|达标|知晓|见面|入学|就业|绿化|签约)率"
)
_MAY_EXCEED = re.compile(
    "增|涨|升|提高|翻|超|倍|完成|同比|环比|计划|目标|任务|溢价|负债|收益|回报|利润|利率|利用|周转|相当于|产销|达标的"
)


def percentages(copy: Copy) -> Iterator[Finding]:
    """A share of more than a hundred per cent. What grows, or is measured by a plan, may exceed it."""
    for passage in passages(copy):
        if "%" not in passage.text and "％" not in passage.text:
            continue
        for match in _PERCENT.finditer(passage.text):
            clause = re.split("[，。；！？]", passage.text[max(match.start() - 30, 0) : match.start()])[-1]
            if float(match[1].replace(",", "")) > 100 and _SHARE.search(clause) and not _MAY_EXCEED.search(clause):
                said = _("A share of %(percent)s exceeds the whole.") % {"percent": match.group()}
                yield found("percent", passage, *match.span(), said)


def parts_and_wholes(copy: Copy) -> Iterator[Finding]:
    """…80户，其中…120户: a part that is larger than every figure of its unit before it in the sentence."""
    for passage in running(copy):
        for sentence in _SENTENCE.finditer(passage.text):
            middle = passage.text.find("其中", *sentence.span())
            if middle < 0:
                continue
            whole = {}
            for quantity in _counts(passage.text, sentence.start(), middle):
                whole[quantity.unit] = max(quantity.amount, whole.get(quantity.unit, 0))
            clause = passage.text.find("，", middle, sentence.end())
            for part in _counts(passage.text, middle, sentence.end() if clause < 0 else clause):
                if part.unit != "%" and part.unit in whole and part.amount > whole[part.unit]:
                    said = _("“%(part)s” is a part of a smaller whole.") % {"part": passage.text[part.start : part.end]}
                    yield found("parts_and_whole", passage, part.start, part.end, said)


def _counts(text, start, end):
    """The quantities of a stretch that count something: no averages, no bounds."""
    for quantity in _quantities(text, start, end):
        before, behind = text[max(quantity.start - 8, start) : quantity.start], text[quantity.end : quantity.end + 2]
        if not re.search("每|均", before) and behind not in ("以上", "以下"):
            yield quantity


_EACH = re.compile(rf"(?P<who>人均|每人|户均|每户|亩均|每亩)[^\d，。；]{{0,8}}({_NUMBER})\s?(万)?[余多]?元")
_COUNTED = {"人": "人|名|位|个(?:就业)?岗位|个(?=[，、])", "户": "户|家", "亩": "亩"}
_TOTAL = re.compile(
    rf"(?:总产值|年产值|产值|总收入|总收益|总效益|[总共][计]?[^\d，。；]{{0,4}}收|合计)[^\d，。；]{{0,6}}({_NUMBER})\s?(万亿|[万亿])?[余多]?元"
)
_CLEARLY_MORE = 1.1


def products(copy: Copy) -> Iterator[Finding]:
    """137个岗位，人均4万元，年产值160万元: a number of people, households or mu times what each brings exceeds the total."""
    for passage in running(copy):
        for sentence in _SENTENCE.finditer(passage.text):
            each = _EACH.search(passage.text, *sentence.span())
            total = each and _TOTAL.search(passage.text, each.end(), sentence.end())
            counted = total and _last_counted(passage.text, sentence.start(), each)
            if not counted:
                continue
            one = float(each[2].replace(",", "")) * _TIMES[each[3] or ""]
            whole = float(total[1].replace(",", "")) * _TIMES[total[2] or ""]
            if counted * one > whole * _CLEARLY_MORE:
                said = _("%(count)s times %(each)s is more than %(total)s.") % {
                    "count": f"{counted:,.0f}",
                    "each": each.group(),
                    "total": total.group(),
                }
                yield found("product", passage, each.start(), total.end(), said)


def _last_counted(text, start, each):
    """The last number of people, households or mu before the figure for each, or nothing."""
    noun = each["who"].strip("均每")
    pattern = rf"({_NUMBER})\s?([万亿千百])?[余多]?(?:{_COUNTED[noun]})"
    numbers = list(re.finditer(pattern, text[max(start, each.start() - 80) : each.start()]))
    return numbers and float(numbers[-1][1].replace(",", "")) * _TIMES[numbers[-1][2] or ""]


# --- Units and nouns -------------------------------------------------------------------------------------

_WEIGHT = "吨|公斤|千克|斤|克"
_REACHES = (
    "(?:已|共|总|总共|累计|将|可|已经|预计|年)?"
    "(?:达到|达|为|约为|稳定在|保持在|突破|超过|超|增至|增加到|扩大到|发展到|降至|共计|合计|有|是)?[约近超逾]?"
)
_FITTING = (
    (
        "[牛羊猪驴兔鸡鸭鹅禽鱼]?肉(?:类)?(?:总|年)?产量|粮食(?:总|年)?产量|(?:小麦|玉米|水稻|大豆|花生|油菜籽|棉花|蔬菜|水果|茶叶)(?:总|年)?产量",
        _WEIGHT,
    ),
    ("(?:种植|播种|占地|建筑|流转|绿化|造林|耕地|水域|受灾|总)面积", "亩|公顷|平方米|平方公里|平方千米"),
    ("存栏量?|出栏量?|饲养量", "头|只|羽|匹|尾"),
    ("产值|总投资|投资额|营业额|销售额|总收入|纯收入", "元"),
    ("全长|里程", "米|公里|千米"),
)
_MISFITS = [
    (
        re.compile(rf"(?:{noun}){_REACHES}({_NUMBER})\s?(?:万亿|[万亿千百])?[余多]?({_UNITS})"),
        set(fitting.split("|")) | {"%"},
    )
    for noun, fitting in _FITTING
]
_NOUNS = re.compile("产量|面积|存栏|出栏|饲养量|产值|总投资|额|收入|全长|里程")  # a quick look


def units_of_nouns(copy: Copy) -> Iterator[Finding]:
    """牛肉产量达10万头: the unit of another noun."""
    for passage in running(copy):
        for pattern, fitting in _MISFITS if _NOUNS.search(passage.text) else ():
            for match in pattern.finditer(passage.text):
                if match[2].removeprefix("万") not in fitting and match[2] != "个":  # 10个亿, 4个足球场
                    said = _("Does “%(unit)s” measure this?") % {"unit": match[2]}
                    yield found("unit_of_noun", passage, *match.span(), said)


# --- How figures are written -----------------------------------------------------------------------------

_EXACT = re.compile(
    # 数十, 几百, 第二十 and 三四十 are no exact figures; 人数十万 is one
    r"(?:(?<=[人户次头件总]数)|(?<![第数几上近成好一二三四五六七八九十百千万两亿零]))"
    r"(?P<numeral>[一二三四五六七八九两]?十[一二三四五六七八九]?|[一二三四五六七八九两][百千][零〇一二三四五六七八九十百千]*)"
    r"[万亿]?(?:人次|人|户|家|亩|万元|元|吨|公斤|斤|公里|平方米|名|辆|台|套|棵|株|头|只|场次)"
)
_ABOUT = re.compile("[一二三四五六七八九两][一二三四五六七八九]十")
_ARABIC = re.compile(rf"\d\s?[万亿千百]?[余多]?(?:{_UNITS})")
_HEDGES = re.compile(
    rf"(?:达到?|至少)(?:了)?{_NUMBER}[万亿]?[%％]?(?:{_UNITS})?(?:以上|以下|左右)|(?:近|约)(?!年)[^\d，。；]{{0,2}}{_NUMBER}[万亿]?(?:[余多](?:{_UNITS})?|(?:{_UNITS})?左右|(?:{_UNITS})?上下)"
    rf"|(?:超过?|逾){_NUMBER}[万亿]?[余多](?:{_UNITS})?"
)


def number_styles(copy: Copy) -> Iterator[Finding]:
    """Exact figures in Chinese numerals (十万人次) in a piece that writes others in digits. 数十, 第二十, 三四十, 六十多 stay as they are."""
    texts = list(running(copy))
    if not any(_ARABIC.search(passage.text) for passage in texts):
        return
    for passage in texts:
        for match in _EXACT.finditer(passage.text):
            if not _ABOUT.match(match["numeral"]) and not _is_spoken(passage.text, match.start()):
                said = _("A figure in Chinese numerals beside others in digits.")
                yield found("number_style", passage, match.start("numeral"), match.end(), said)
                return  # it is a style: said once


def _is_spoken(text, place):
    """Whether a place stands within a quotation, where people say their figures."""
    before = text[max(place - 300, 0) : place]
    return before.rfind("“") > before.rfind("”")


def doubled_hedges(copy: Copy) -> Iterator[Finding]:
    """达99.2%以上, 近80余家, 约30人左右: vague before the figure and behind it."""
    for passage in passages(copy):
        for match in _HEDGES.finditer(passage.text):
            yield found("doubled_hedge", passage, *match.span(), _("Vague both before and behind the figure."))
