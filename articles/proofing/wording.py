"""Words: those that are often written wrong, characters set twice, a verb that its sentence has twice."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages, running
from articles.proofing.marks import HAN

_HERE = Path(__file__).parent


class WrongWord(NamedTuple):
    """A misspelling and what is meant. It is none between the characters `not_after` and `not_before`, or when `not_with` follows in its sentence."""

    wrong: str
    right: str
    not_after: str
    not_before: str
    not_with: str


def _read_wrong_words():
    with (_HERE / "wrong_words.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader((line for line in table if not line.startswith("#")), delimiter="\t")
        return {row["wrong"]: WrongWord(**{key: value or "" for key, value in row.items()}) for row in rows}


WRONG_WORDS = _read_wrong_words()
_ANY_WRONG_WORD = re.compile("|".join(sorted(WRONG_WORDS, key=len, reverse=True)))
_SENTENCE_END = re.compile("[。！？；\n]")


def wrong_words(copy: Copy) -> Iterator[Finding]:
    for passage in passages(copy):
        for match in _ANY_WRONG_WORD.finditer(passage.text):
            word = WRONG_WORDS[match.group()]
            if not _means_else(passage.text, *match.span(), word):
                said = _("Rather “%(right)s” than “%(wrong)s”?") % {"right": word.right, "wrong": word.wrong}
                yield found("wrong_word", passage, *match.span(), said)


def _means_else(text, start, end, word):
    """Whether the characters belong to other words: 一座+落成, 既使…又使…"""
    if text[start - 1 : start] in tuple(word.not_after) or text[end : end + 1] in tuple(word.not_before):
        return True
    rest = _SENTENCE_END.split(text[end : end + 80])[0]
    return bool(word.not_with) and word.not_with in rest


# --- Characters set twice --------------------------------------------------------------------------------


def _read_doubles():
    lines = [line for line in (_HERE / "doubles.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    return frozenset(lines[0]), {line[0]: frozenset(line[2:]) for line in lines[1:]}


_BY_THEMSELVES, _BEGIN_WORDS = _read_doubles()
_RUN = re.compile(rf"([{HAN}])\1+")


def doubled_characters(copy: Copy) -> Iterator[Finding]:
    """职业业精神: a character twice in a row that neither doubles in the language nor ends one word and begins the next."""
    for passage in passages(copy):
        if passage.field == "byline":
            continue
        text = passage.text
        for match in _RUN.finditer(text):
            if len(match.group()) > 2 or text[match.start() - 1 : match.start()] == "一":  # 一件件
                continue
            character, after = match[1], text[match.end() : match.end() + 1]
            if after and after in "长委员首" or text[match.start() - 1 : match.end()] == "目的的":  # 局局长, 州州委
                continue
            in_pairs = text[match.end() : match.end() + 2] == after * 2 and after or _pair_before(text, match.start())
            if not (in_pairs or character in _BY_THEMSELVES or after and after in _BEGIN_WORDS.get(character, ())):
                said = _("Is “%(character)s” set twice by mistake?") % {"character": character}
                yield found("doubled_character", passage, *match.span(), said)


def _pair_before(text, start):
    """Whether what precedes is a pair too: 兢兢业业."""
    return start >= 2 and text[start - 1] == text[start - 2]


# --- A verb twice ----------------------------------------------------------------------------------------

_DONE = re.compile(rf"([{HAN}]{{2}})了(?=([^，。！？；：、\n]{{1,28}}?)\1了)")


def repeated_verbs(copy: Copy) -> Iterator[Finding]:
    """营造了尊重人才的氛围营造了“火种”: the same verb again in one clause. Across a comma it may be meant so."""
    for passage in running(copy):
        for match in _DONE.finditer(passage.text):
            end = match.end(2) + len(match[1]) + 1
            said = _("“%(verb)s” stands twice in this clause.") % {"verb": match[1] + "了"}
            yield found("repeated_verb", passage, match.start(), end, said)
