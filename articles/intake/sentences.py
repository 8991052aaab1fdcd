"""Where sentences end, and what no sentence holds."""

import re

_END = re.compile(r"(?:[。！？!?…]|(?<!\d)[.．](?=$)|——)[”’」』\"'）)】》]*$|[：:]$|[；;]$")
LONGEST_END = 20  # characters: a stop and all the quotes and brackets that close behind it
_SOFT_END = re.compile(r"[”’」』）)】》\"]$")


def ends_a_sentence(text):
    """Whether a line may be the last one of a paragraph: it ends a sentence, or leads on to a list."""
    return bool(_END.search(text[-LONGEST_END:]))


def may_end(text):
    """Whether a line ends as some paragraphs do without a full stop: with a closing quote or bracket."""
    return ends_a_sentence(text) or bool(_SOFT_END.search(text[-1:]))


_PARAGRAPH = re.compile("近日|日前|今年|去年|据了解|据悉|目前|同时|此外|另外|连日来|近年来|下一步|[“‘]")


_OPENS = re.compile(
    "\\d{1,2}月\\d{1,2}日|近日|日前|今年|去年|如今|目前|据|同时|此外|针对|为了|为|近年来|截至|随着|下一步|在|走进|通过|当然|该[县市区镇乡村社]"
)


def leaves_open(text):
    """Whether a quote or a bracket that a line opens is not closed in it."""
    return any(text.count(opened) > text.count(closed) for opened, closed in ("“”", "（）", "《》"))


def goes_on(text):
    """Whether a line begins as no line does that begins something."""
    return text[:1] in "，。、；：”’）》"


_WANTS_MORE = "的在和与了把将被对为于以及从向由给让使等并而且也又就都还已不有"


def is_cut(text):
    """Whether a short line is surely no whole: a quote stands open, it stops at 的 or 在, or it opens with a day."""
    return leaves_open(text) or text[-1:] in _WANTS_MORE or bool(re.match(r"\d{1,2}月\d{1,2}日|近日|日前", text))


def breaks_off(text):
    """Whether a short line opens as a paragraph does and no headline, or stops at a word that wants another."""
    return bool(_OPENS.match(text)) or text[-1:] in _WANTS_MORE


def begins_a_paragraph(text):
    """Whether a line opens as paragraphs of news do. One that does not may open one all the same."""
    return bool(_PARAGRAPH.match(text))


def is_garbled(text):
    """Whether a stretch holds what no editor writes: � or a run of boxes or question marks."""
    return bool(re.search(r"\ufffd|[□■?？]{2,}|锟斤拷|烫烫", text))
