"""The characters of a page: found though lines were joined, and missed when no piece says them."""

import re
from typing import NamedTuple

HEADS = {"kicker": "kicker", "headline": "headline", "subhead": "subhead", "byline_text": "printed_byline"}
UNPRINTED = ("mark", "jump")  # fields of the page that no piece repeats: ■, 下转第3版
SHINGLE = 4
_SENTENCE = re.compile(r"[^。！？；…\n]+[。！？；…”’）]*")


class Squeezed:
    """The characters of some stretches of a text without white space, and where each stands."""

    def __init__(self, page_text, stretches):
        offsets = [
            offset
            for start, end, _field in sorted(set(stretches))
            for offset in range(start, end)
            if not page_text[offset].isspace()
        ]
        self.offsets = offsets
        self.text = "".join(page_text[offset] for offset in offsets)

    def find(self, words, after=0):
        """(first, last offset) of the words on the page, blanks ignored, or None."""
        wanted = squeeze(words)
        place = self.text.find(wanted, after) if wanted else -1
        return None if place < 0 else (self.offsets[place], self.offsets[place + len(wanted) - 1])


def squeeze(words):
    return "".join(words.split())


class Loss(NamedTuple):
    """A passage of the page that stands in no piece: its words, and the offset at which they begin."""

    start: int
    words: str


def losses(page_text, entries):
    """The passages of the page that no wanted piece says, in order; what stands in furniture or was skipped is seen there.

    A sentence counts as said while half of its groups of four characters are: an editor mends and moves sentences. A head
    or a byline that was written anew is no loss.
    """
    said = _Said(entries)
    found, covered = [], bytearray(len(page_text))
    for entry in entries:
        for start, end, name in entry.stretches:
            covered[start:end] = b"\1" * (end - start)
            rewritten = name in HEADS and getattr(entry, HEADS[name]).strip()
            if entry.wanted and name not in UNPRINTED and not rewritten:
                found += [Loss(at, words) for at, words in _sentences(page_text, start, end) if not said.says(words)]
    for run in re.finditer(rb"\0+", bytes(covered)):
        if words := page_text[run.start() : run.end()].strip():
            found.append(Loss(page_text.index(words, run.start()), words))
    return _joined(sorted(set(found)))


def _sentences(page_text, start, end):
    for found in _SENTENCE.finditer(page_text, start, end):
        if words := found.group().strip():
            yield found.start(), words


class _Said:
    """Everything that the wanted pieces say."""

    def __init__(self, entries):
        passages = [passage for entry in entries if entry.wanted for passage in entry.words()]
        self.letters = "\n".join(map(_letters, passages))
        self.groups = set().union(*map(_shingles, passages)) if passages else set()

    def says(self, words):
        letters, groups = _letters(words), _shingles(words)
        return letters in self.letters or bool(groups) and 2 * len(groups & self.groups) >= len(groups)


def _letters(words):
    """The characters of a passage that are neither blanks nor marks."""
    return "".join(filter(str.isalnum, words))


def _shingles(words):
    """The groups of four letters of a passage."""
    letters = _letters(words)
    return {letters[place : place + SHINGLE] for place in range(len(letters) - SHINGLE + 1)}


def _joined(found):
    """Sentences that follow each other, as one."""
    done = []
    for loss in found:
        if done and loss.start - (done[-1].start + len(done[-1].words)) <= 2:
            done[-1] = Loss(done[-1].start, done[-1].words + loss.words)
        else:
            done.append(loss)
    return done
