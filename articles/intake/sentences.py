"""Where sentences end, and what no sentence holds."""

import re

_END = re.compile(r"(?:[。！？!?…]|[.．](?=$)|——)[”’」』\"'）)】》]*$|[：:]$|[；;]$")
LONGEST_END = 20  # characters: a stop and all the quotes and brackets that close behind it
_SOFT_END = re.compile(r"[”’」』）)】》\"]$")


def ends_a_sentence(text):
    """Whether a line may be the last one of a paragraph: it ends a sentence, or leads on to a list."""
    return bool(_END.search(text[-LONGEST_END:]))


def may_end(text):
    """Whether a line ends as some paragraphs do without a full stop: with a closing quote or bracket."""
    return ends_a_sentence(text) or bool(_SOFT_END.search(text[-1:]))


_PARAGRAPH = re.compile("近日|日前|今年|去年|据了解|据悉|目前|同时|此外|另外|连日来|近年来|下一步|[“‘]")


def begins_a_paragraph(text):
    """Whether a line opens as paragraphs of news do. One that does not may open one all the same."""
    return bool(_PARAGRAPH.match(text))


def is_garbled(text):
    """Whether a stretch holds what no editor writes: � or a run of boxes or question marks."""
    return bool(re.search(r"\ufffd|[□■?？]{2,}|锟斤拷|烫烫", text))
