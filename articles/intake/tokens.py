"""A byline as tokens: names, role words, and what stands between them.

The line is cut once, and then each pass makes its tokens plainer: characters that blanks part become names, brackets round
one word are told apart, words are cut into names. What is doubtful says so on its token. Which name has which role is left
to articles/intake/bylines.py.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate, groupby, pairwise

from articles.intake import names, role_words
from articles.intake.role_words import LETTERS
from articles.vocabulary import Role


class Doubt(StrEnum):
    """What a flag says of the stretch it points at."""

    NOT_A_BYLINE = "not_a_byline"  # running text
    UNREAD = "unread"  # no rule reads it
    UNKNOWN_ROLE = "unknown_role"  # 监制, 视频: the vocabulary has no such role
    UNKNOWN_RANK = "unknown_rank"  # 见习编辑: credited as 编辑
    NAMELESS_ROLE = "nameless_role"  # a role word without names
    ROLE_UNCLEAR = "role_unclear"  # which names a role word means; credited in the likelier way
    RUN_TOGETHER = "run_together"  # 许金安王博陈金中: credited whole
    SPACED_CHARACTERS = "spaced_characters"  # blanks part characters, and there are several readings; credited in one
    LONE_CHARACTER = "lone_character"  # one character is no name
    UNUSUAL_NAME = "unusual_name"  # a line without role words, a word without a surname; credited
    UNIT_BESIDE_PERSON = "unit_beside_person"  # 通讯员 县公安局 李明: a credit of its own, or where he works; credited
    BRACKET_BEHIND_NAME = "bracket_behind_name"  # 李明（县公安局）
    CAPTION_WORDS = "caption_words"  # 程文喜（中）: somebody in the picture
    REPEATED = "repeated"  # the same name twice in one role; credited twice


@dataclass(frozen=True)
class Token:
    """A stretch of the line.

    kind: blank, break (of lines), open, close, comma, slash, bar, colon, mark, rest, position (左一), word (names, not yet
    cut), label (a role word), and at last name, before, behind: a label says where its names stand. `word` is what the
    token says, blanks left out. `role` is what a label gives and a name has; None credits nobody.
    """

    kind: str
    start: int
    end: int
    word: str
    role: Role | None = None
    doubt: Doubt | str = ""
    bracketed: bool = False  # a label that stands in brackets by itself: （记者）张三


# --- A line cut into tokens ------------------------------------------------------------------------------

_PEOPLE_AHEAD = r"本[报刊网台]|首席|见习|实习|特约|特派|记者|通讯员|评论员"
_LETTER = rf"(?:(?!{_PEOPLE_AHEAD})[^\W_])"
_BEGINS = r"(?:\A|(?<=[\s(（\[【〔□■◎●▲◆]))"
_BEGINS_BRACKET = r"(?:\A|(?<=[(（\[【〔]))"
_ENDS_BRACKET = r"(?=\s{0,3}(?:[)）\]】〕]|\Z))"
_POSITION = r"(?:(?:[前中后]排)?(?:[左右]起?第?[一二三四五六七八九十两\d]*|[中前后上下]|中间|居中)|从左[至到]右)"
_LETTER_PAIR = r"(?:文[/／]图|图[/／]文)(?![^\W_])"  # 高文博文/图
_SPREAD = "|".join(r"[^\S\n]{1,3}".join(word) for word in role_words.ROLE_OF if len(word) == 2)  # 校　对
_TOKEN = re.compile(
    rf"""
    {_BEGINS}(?P<dateline>
      (?!据)[^\W_]{_LETTER}{{0,20}}?(?:报|刊|网|台|社|中心){_LETTER}{{0,20}}?[讯电])(?=[\s(（]|\Z|{_PEOPLE_AHEAD})
  | {_BEGINS}(?P<according>据|综合)《?(?P<agency>{_LETTER}{{1,16}}?(?:社|报|网|台|新闻|客户端|中心|公众号)(?:客户端|公众号)?)》?
      (?P<wire>(?:{_LETTER}{{0,20}}?(?:电|讯|报道|消息))?)(?=[\s(（、，,]|\Z)
  | {_BEGINS}(?P<sent>发自{_LETTER}{{2,10}})(?=[\s)）]|\Z)
  | {_BEGINS_BRACKET}(?P<position>
      {_POSITION}(?:[、，和至]{_POSITION})*(?:(?:依次)?[为是：:][^()（）\n]{{2,}})?){_ENDS_BRACKET}
  | {_BEGINS_BRACKET}(?P<aside>
      资料(?:图|照)片?|网络图片|示意图|效果图|视频截图|图文无关|图片新闻|新闻图片|未完待续|全文完|图为[^()（）\n]{{4,}}
      |(?:[下上]?转|上接|紧接)第?[一二三四五六七八九十\d]+版
      |作者(?:单位|简介|均?系|均?[为是])[^()（）\n]*){_ENDS_BRACKET}
  | (?P<pair>{_LETTER_PAIR}|(?<![^\W_])(?:
      (?:撰文|文字?)(?:\s?[/／、&·•+]\s?)?(?:图片?|摄影?)|(?:图片?|摄影?)(?:\s?[/／、&·•+]\s?)?文字?)(?![^\W_]))
  | (?<![^\W_])(?P<spread>{_SPREAD})(?![^\W_])
  | (?P<break>[^\S\n]*\n\s*) | (?P<blank>[^\S\n]+)
  | (?P<open>[(（\[［【〔]) | (?P<close>[)）\]］】〕])
  | (?P<comma>[、，,;；&＆]) | (?P<slash>[/／]) | (?P<bar>[|｜丨│]) | (?P<colon>[:：])
  | (?P<latin>[A-Za-z][A-Za-z.'’-]*(?:[ \xa0][A-Za-z][A-Za-z.'’-]*)*)(?![^\W_])
  | (?P<word>[^\W_丨]{{1,2}}(?:(?!{_LETTER_PAIR})[^\W_丨])*(?:[{names.DOTS}][^\W_丨]+)*)
  | (?P<other>.)
    """,
    re.X,
)
_NAMING = ("word", "name")
MEDIUM = re.compile(r"\A(?:本|驻).|(?:[报网社台刊视]|中心|新闻|客户端|媒体?|频道|之声)\Z")
_NO_NAME = re.compile(r"\A本[报刊网台](?:综合)?\Z|社发\Z")
_AND_OTHERS = re.compile("等人?$")


def tokens_of(line):
    """The tokens of a line without invisible characters, in order and without gaps."""
    tokens = _tokens(line)
    for plainer in (_join_characters, _doubt_roles, _look_into_brackets, _cut_words):
        tokens = plainer(tokens)
    return tokens


def _tokens(line):
    tokens, governed = [], False
    for found in _TOKEN.finditer(line):
        kind, text = found.lastgroup, found.group()
        if kind == "word":
            parts = list(_word_tokens(text, found.start(), governed))
            governed = governed or any(part.kind == "label" for part in parts)
            tokens += parts
        elif kind == "wire":
            tokens += _source_tokens(found)
        else:
            tokens.append(_plain_token(kind, found.start(), found.end(), text))
    return tokens


def _plain_token(kind, start, end, text):
    if kind == "pair":
        return Token("label", start, end, text, Role.TEXT_AND_PICTURE)
    if kind == "spread":
        return Token("label", start, end, "".join(text.split()), role_words.ROLE_OF["".join(text.split())])
    if kind == "latin":
        return Token("word", start, end, text, doubt=Doubt.UNUSUAL_NAME)
    if kind in ("dateline", "sent", "aside"):
        return Token("rest", start, end, text)
    if kind == "other":
        known = unicodedata.category(text)[0] in "PS" and text not in names.DOTS
        return Token("mark" if known else "rest", start, end, text, doubt="" if known else Doubt.UNREAD)
    return Token(kind, start, end, text)


def _source_tokens(found):
    """据新华社电 as 据, the agency and the rest."""
    name_start, name_end = found.span("agency")
    yield Token("before", found.start(), found.end("according"), found["according"], Role.SOURCE)
    if found.end("according") < name_start:
        yield Token("mark", found.end("according"), name_start, "《")
    yield Token("word", name_start, name_end, found["agency"])
    if name_end < found.start("wire"):
        yield Token("mark", name_end, found.start("wire"), "》")
    if found["wire"]:
        yield Token("rest", *found.span("wire"), found["wire"])


def _word_tokens(word, start, governed):
    """A word cut at the role words in it. What stands before the first one is its medium (县融媒体中心记者) or names.

    `governed` says that a role word came earlier in the line.
    """
    if word in LETTERS:
        yield Token("label", start, start + 1, word, LETTERS[word])
        return
    done = 0
    for found in role_words.IN_WORD.finditer(word):
        piece, label_start = word[done : found.start()], found.start()
        if len(piece) == 1 and found["tail"] and found["tail"] != "摄":
            break  # 丁图文 is a name
        if piece and not done and not found["tail"] and (MEDIUM.search(piece) or names.is_unit(piece)):
            label_start = done
        elif piece:
            yield from _names_tokens(piece, start + done, readable=done or _are_names_before(found, governed))
        done = found.end()
        yield _label(found, start + label_start, start + done, word[label_start:done])
    if done < len(word):
        yield from _names_tokens(word[done:], start + done)


def _are_names_before(found, governed):
    """Whether a word that goes on with a role word begins with names: 高文博整理, but not 洛阳记者 and not 记者 张三 郑州报道."""
    if found["tail"] == "报道":
        return not governed
    return governed or bool(found["tail"])


def _label(found, start, end, word):
    role, known = role_words.role_said(found)
    doubt = Doubt.UNKNOWN_ROLE if found["unknown"] else "" if known else Doubt.UNKNOWN_RANK
    return Token("label", start, end, word, role, doubt)


def _names_tokens(text, start, readable=True):
    others = _AND_OTHERS.search(text)
    end = others.start() if others else len(text)
    if text[:end] in role_words.NOBODY:
        yield Token("rest", start, start + end, text[:end])
    elif not readable or _NO_NAME.search(text):
        yield Token("rest", start, start + end, text[:end], doubt=Doubt.UNREAD)
    elif end:
        yield Token("word", start, start + end, text[:end])
    if others:
        yield Token("rest", start + end, start + len(text), others.group())


# --- Characters that blanks part -------------------------------------------------------------------------


def _join_characters(tokens):
    """张　三 as one name. Looks at runs of single characters with nothing but one blank between each two."""
    done, place = [], 0
    while place < len(tokens):
        end = place + 1
        if _is_character(tokens, place):
            while end + 1 < len(tokens) and tokens[end].kind == "blank" and _is_character(tokens, end + 1):
                end += 2
        run = tokens[place:end]
        lone = any(token.kind == "word" and len(token.word) == 1 for token in run)
        done += _names_of_run(run) if lone else run
        place = end
    return done


def _is_character(tokens, place):
    """Whether the token is one character that may be part of a name; the letters of 文/高文博 and 图： are not."""
    token = tokens[place]
    if token.kind == "label":
        around = {beside(tokens, place, -1).kind, beside(tokens, place, 1).kind}
        return token.word in LETTERS and not around & {"slash", "bar", "colon"}
    return token.kind == "word" and len(token.word) == 1


NOTHING = Token("", 0, 0, "")


def beside(tokens, place, step):
    """The nearest token that is no blank, before (-1) or behind (1)."""
    place += step
    while 0 <= place < len(tokens) and tokens[place].kind == "blank":
        place += step
    return tokens[place] if 0 <= place < len(tokens) else NOTHING


def _names_of_run(run):
    """A run (a character, a blank, a character …) as names, blanks, and 文 or 图 where they are role words."""
    characters = run[::2]
    roles, sure = _letters_as_roles(characters, gaps=[blank.word for blank in run[1::2]])
    done = []
    for is_role, stretch in groupby(range(len(characters)), roles.__contains__):
        places = list(stretch)
        first, last = 2 * places[0], 2 * places[-1]
        done += run[max(first - 1, 0) : first]
        done += run[first : last + 1] if is_role else _spaced_names(run[first : last + 1], sure)
    return done


def _letters_as_roles(characters, gaps):
    """Which of a run's 文 and 图 are role words, and whether that is sure: (places, sure).

    王　伟 文: the blanks differ, a role word. 王 文 李 明: part of a name, or a lone character would be left. 王 伟 文: open.
    """
    if names.cut_by_gaps([token.word for token in characters], gaps):
        return set(), True
    roles, begun, sure = set(), 0, True
    for place, token in enumerate(characters):
        if token.kind != "label":
            continue
        before, behind = gaps[max(place - 2, begun) : place], gaps[place : place + 2]
        if len(set(before)) == 2 or place == begun and len(set(behind)) != 1:
            roles.add(place)
            begun = place + 1
        elif place - begun != 1:
            sure = False
    return roles, sure


def _spaced_names(run, sure):
    characters = run[::2]
    if len(characters) == 1:
        return [replace(run[0], kind="comma")] if run[0].word in "和与及" else run
    cut, one_reading = names.cut_spaced([token.word for token in characters], [blank.word for blank in run[1::2]])
    done, place = [], 0
    for name in cut:
        last = place + 2 * (len(name) - 1)
        doubt = "" if sure and one_reading else Doubt.SPACED_CHARACTERS
        done += run[max(place - 1, 0) : place]
        done.append(Token("name", run[place].start, run[last].end, name, doubt=doubt))
        place = last + 2
    return done


# --- Words that become plainer where they stand ----------------------------------------------------------


def _doubt_roles(tokens):
    """视频：is a role that nobody knows. 张三文/图 may be 张三文 for the picture; three characters before it leave no doubt."""
    done = list(tokens)
    for place, token in enumerate(tokens):
        if token.kind == "word" and beside(tokens, place, 1).kind == "colon":
            done[place] = replace(token, kind="label", doubt=Doubt.UNKNOWN_ROLE)
        elif token.role == Role.TEXT_AND_PICTURE and place and tokens[place - 1].kind == "word":
            open_name = len(tokens[place - 1].word) == 2
            done[place] = replace(token, doubt=Doubt.ROLE_UNCLEAR if open_name else "")
    return done


def _look_into_brackets(tokens):
    """（记者）张三 and 张三（记者）: the brackets are marks. 程文喜（中）, 李明（县公安局）: the one and the other is no credit."""
    done = list(tokens)
    for place, token in enumerate(tokens):
        if place == 0 or [other.kind for other in tokens[place - 1 : place + 2 : 2]] != ["open", "close"]:
            continue
        before = place - 3 if place > 2 and tokens[place - 2].kind == "blank" else place - 2
        behind_name = before >= 0 and tokens[before].kind in _NAMING
        if token.kind == "label":
            done[place] = replace(token, bracketed=True)
        elif token.kind == "position" and behind_name:
            done[before] = replace(done[before], kind="rest", doubt=Doubt.CAPTION_WORDS)
        elif token.kind in _NAMING and behind_name and before == place - 2:
            done[place] = replace(token, kind="rest", doubt=Doubt.BRACKET_BEHIND_NAME)
        else:
            continue
        for bracket in (place - 1, place + 1):
            done[bracket] = replace(tokens[bracket], kind="mark")
    return [replace(token, kind="rest") if token.kind == "position" else token for token in done]


def _cut_words(tokens):
    """Words become names. In a line without role words they must look like names; after 来源 they are left alone."""
    signed = any(token.kind in ("label", "before") for token in tokens)
    done, role = [], None
    for place, token in enumerate(tokens):
        if token.kind in ("label", "before"):
            role = token.role
        elif token.kind in ("close", "break"):
            role = None
        if token.kind != "word":
            done.append(token)
        elif role == Role.SOURCE:
            done.append(replace(token, kind="name", doubt=""))
        else:
            glued = any(other.kind == "label" for other in tokens[max(place - 1, 0) : place + 2])
            done += _cut(token, signed, glued)
    return done


_LONGEST_NAME = 20


def _cut(token, signed, glued):
    """The names of a word, as tokens."""
    word = token.word
    if token.doubt:
        return [replace(token, kind="name")]
    if len(word) == 1:
        return [replace(token, kind="rest", doubt=Doubt.LONE_CHARACTER)]
    cut, sure = names.cut_word(word, glued=glued)
    hopeless = not sure and not names.count_cuts(word) and (not signed or len(word) > _LONGEST_NAME)
    if hopeless or any(map(str.isdecimal, word)) and not names.is_unit(word):
        return [replace(token, kind="rest", doubt=Doubt.UNREAD)]
    usual = signed or names.has_surname(word) or names.is_unit(word) or any(dot in word for dot in names.DOTS)
    doubt = Doubt.RUN_TOGETHER if not sure else "" if usual else Doubt.UNUSUAL_NAME
    ends = list(accumulate((len(name) for name in cut), initial=token.start))
    return [
        Token("name", start, end, name, doubt=doubt) for name, (start, end) in zip(cut, pairwise(ends), strict=True)
    ]
