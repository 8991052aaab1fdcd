"""What belongs to a newspaper page and not to a piece: date and number, who made it, where it can be reached."""

import re

from articles.intake.signatures import is_of_the_page, tail_byline

_DATE = r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
_FURNITURE = (
    re.compile(r"^(?:19|20)\d\d[.\-/年]\s?\d{1,2}[.\-/月]\s?\d{1,2}日?(?=$|\s|星期|周)"),
    re.compile(r"^(?:社长|总编辑?|主编|值班主任|值班编委|值班领导)\s*[:：].{1,12}(?:\s|$)"),
    re.compile(_DATE + r"(?=$|\s|星期|周|农历|[（(]?第|[|｜·/])"),
    re.compile(r"^(?:星期|周)[一二三四五六日天]\b"),
    re.compile(r"^农历|^[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"),
    re.compile(r"^(?:第?\s*[A-D]?[0-9０-９]{1,3}|第\s*[一二三四五六七八九十]{1,3})\s*版(?:$|[\s:：·|｜—-].{0,12}$)"),
    re.compile(r"^[A-D]\d{1,2}$|^0?\d{1,2}$|^.{1,8}[·•|｜\s]\s*[A-D]?\d{1,2}\s*版?$"),
    re.compile(
        r"第\s*\d+\s*期|总\s*第\s*\d+|国内统一|统一刊号|\bCN\s?\d|ISSN|邮发代号|代号[:：]?\s*\d|今日\s*\d+\s*版|零售价|每份|定价|全年订价"
    ),
    re.compile(
        r"(?:电\s*话|热\s*线|传\s*真|邮\s*箱|邮\s*编|地\s*址|网\s*址|印\s*刷|承\s*印|主\s*办|主\s*管|出\s*版|发\s*行|投稿|QQ|微信(?:号|公众号)|版权|广告(?:部|经营)?(?:许可证|热线)?)\s*[:：]"
    ),
    re.compile(r"\d{3,4}[-—－]\d{7,8}|[\w.]+@[\w.]+|www\.|https?://"),
    re.compile(r"版权所有|严禁转载|未经.{0,8}许可|扫码|扫一扫|法律顾问|违法和不良信息"),
    re.compile(r"^广\s*告$|^公\s*益\s*广\s*告$"),
    re.compile(
        r"^(?:值班)?(?:总编辑?|主任|编委|编审|审读|组版|版式|签发|出品|监制|策划|统筹|本版(?:责任)?(?:编辑|责编|主编|校对|美编))\s*[:：|｜/\s]"
    ),
    re.compile(r"^(?:本期|本版)(?:责任)?(?:编辑|责编|主编|校对)"),
)
_TITLE_OF_A_PAPER = re.compile(
    r"^(?:今日|新|[一-龥])[一-龥]{0,9}(?:日报|晚报|晨报|时报|商报|导报|农村版|周报|周刊|快报|都市报|报)(?:\s*[A-Za-z\s]+)?$|^今日[一-龥]{2,4}$"
)


def is_furniture(text):
    """Whether a line belongs to the page itself: date and page number, who made it, where it can be reached."""
    if len(text) > 120 or "。" in text or re.search("[！？]$", text):
        return False
    if text.isascii() and not any(map(str.isdigit, text)):
        return len(text) < 60
    if is_of_the_page(text) and tail_byline(text) is None:
        return True
    return any(shape.search(text) for shape in _FURNITURE) and (len(text) <= 60 or not re.search("[，；]", text))


def is_title_of_a_paper(text):
    return len(text) <= 24 and bool(_TITLE_OF_A_PAPER.match(re.sub(r"\s", "", text) if not text.isascii() else text))
