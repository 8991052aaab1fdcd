"""The printed byline and the credits of a piece, kept in step: the line is what readers see, the rows are what counts and lists use.

Where only one of the two was changed since they said the same, the other follows. Where both were changed and differ, neither
is overwritten, and a sentence says what differs. Doing it again changes nothing.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.intake.bylines import Doubt, compose_byline, parse_byline
from articles.intake.doubts import DOUBTS
from articles.models import Byline, Contributor
from articles.models.people import name_key
from articles.vocabulary import Role

# What is read so is credited to somebody who is there already, but nobody new is made of it.
UNSURE = {Doubt.RUN_TOGETHER, Doubt.SPACED_CHARACTERS, Doubt.UNUSUAL_NAME, Doubt.CAPTION_WORDS}
LONGEST_NAME = Contributor._meta.get_field("name").max_length
LONGEST_LINE = 300  # as the model keeps it


class Standing(NamedTuple):
    """A piece's printed line, and its credits as (role, name) pairs in order."""

    line: str
    credits: tuple[tuple[str, str], ...]


class Said(NamedTuple):
    """A sentence to whoever saved; `doubtful` when they should look at it."""

    sentence: str
    doubtful: bool


class Open(NamedTuple):
    """A credit of the line that nobody was given yet, for several bear the name. `place` counts from 1."""

    place: int
    role: str
    name: str
    candidates: tuple[Contributor, ...]


def standing(article):
    """The line and the credits as they are stored."""
    rows = article.bylines.values_list("role", "contributor__name")
    return Standing(article.printed_byline, tuple(rows))


@lru_cache(maxsize=64)  # a save asks several times
def _reading(line):
    return parse_byline(line)


def read(line):
    """The (role, name) pairs of a printed line, each once."""
    return tuple(dict.fromkeys((credit.role.value, credit.name) for credit in _reading(line).credits))


def in_step(line, credits):
    """Whether the line says exactly these credits, in their order."""
    return _keys(read(line)) == _keys(credits)


def _keys(credits):
    return [(role, name_key(name)) for role, name in credits]


def follow(article, before, *, may_create=True, sender=None):
    """After a save: let the line follow the rows or the rows the line, against how they stood `before`. Returns what to say.

    `before` is Standing("", ()) of a new piece; `sender` the contributor who sent it in, whom the line means among namesakes.
    Call it in the transaction of the save, before its version.
    """
    now = standing(article)
    if now == before or in_step(*now):
        return []
    line_changed, rows_changed = now.line != before.line, now.credits != before.credits
    if now.credits and not now.line:
        return _compose(article, now.credits)
    if line_changed and not now.credits:
        return _credit(article, now, may_create, sender)
    were_in_step = in_step(*before)
    if were_in_step and line_changed and not rows_changed and read(now.line):
        return _credit(article, now, may_create)
    if were_in_step and rows_changed and not line_changed and now.credits:
        return _compose(article, now.credits)
    if Counter(_keys(read(now.line))) == Counter(_keys(now.credits)):
        return _credit(article, now, may_create)  # the same people: the rows stand as the line has them
    return [_difference(now)] if now.credits else []


def _compose(article, credits):
    """Write the line that says the credits; one too long to be kept is left to the editor."""
    line = compose_byline(credits)
    if len(line) > LONGEST_LINE:
        return [Said(_("The byline would be too long to be printed; please write it yourself."), True)]
    article.printed_byline = line
    article.save(update_fields=["printed_byline"])
    return [Said(_("The byline is now: %(line)s") % {"line": article.printed_byline}, False)]


def _credit(article, now, may_create, sender=None):
    """Let the rows be those that the line names. A row that is there already stays; nobody is guessed among namesakes."""
    said, wanted = [], []
    present = {(row.role, row.contributor_id): row for row in article.bylines.all()}
    known = _known(article, now)
    if sender and name_key(sender.name) in known:
        known[name_key(sender.name)] = [sender]
    for place, (role, name) in enumerate(read(now.line), 1):
        bearers = known.get(name_key(name), [])
        if not bearers:
            contributor, sentence = _new(name, now.line, may_create)
            known[name_key(name)] = [contributor] if contributor else []
            bearers = known[name_key(name)]
            said += [sentence] if sentence else []
        elif len(bearers) > 1:
            said.append(_namesakes(name, bearers))
        if len(bearers) == 1:
            wanted.append((role, bearers[0].pk, place))
    keep = {(role, contributor) for role, contributor, _place in wanted}
    Byline.objects.filter(pk__in=[row.pk for key, row in present.items() if key not in keep]).delete()
    for role, contributor, place in wanted:
        row = present.get((role, contributor)) or Byline(article=article, role=role, contributor_id=contributor)
        if row.position != place or row.pk is None:
            row.position = place
            row.save()
            present[role, contributor] = row
    made = standing(article)
    if made.credits != now.credits:
        said.insert(0, Said(_("Credited: %(credits)s") % {"credits": in_words(made.credits)}, False))
    return said


def _known(article, now):
    """{folded name: contributors who bear it} of the line's names. Whoever is credited already is not asked for again."""
    known = {}
    for row in article.bylines.select_related("contributor"):
        known.setdefault(name_key(row.contributor.name), set()).add(row.contributor)
    missing = [name for _role, name in read(now.line) if name_key(name) not in known]
    found = bearers_of(missing) if missing else {}
    return {name: sorted(bearers, key=lambda row: row.pk) for name, bearers in {**found, **known}.items()}


def bearers_of(names):
    """{folded name: set of contributors} for exact names; a row that was merged stands for the one that stays."""
    rows = Contributor.objects.filter(name__in=names).select_related("merged_into")
    found = {}
    for row in rows:
        found.setdefault(name_key(row.name), set()).add(row.merged_into or row)
    return found


def _new(name, line, may_create):
    """(a new contributor or None, what to say of it)"""
    reading = _reading(line)
    names = [part for part in reading.parts if part.kind == "name"]
    spans = [part for part, credit in zip(names, reading.credits, strict=True) if credit.name == name]
    unsure = any(
        flag.code in UNSURE and flag.start < part.end and part.start < flag.end
        for flag in reading.flags
        for part in spans
    )
    if unsure or len(name) > LONGEST_NAME:
        return None, Said(
            _("“%(name)s” was not credited: is it a name? Please choose or add the contributor.") % {"name": name}, True
        )
    if not may_create:
        return None, Said(
            _("“%(name)s” is not among the contributors; ask a colleague who may add them.") % {"name": name}, True
        )
    return Contributor.objects.create(name=name), Said(_("New contributor: %(name)s") % {"name": name}, False)


def _namesakes(name, bearers):
    who = "、".join(f"{bearer}{_units(bearer)}" for bearer in bearers)
    said = _("There are several contributors named %(name)s: %(who)s. Please choose one in the row below the byline.")
    return Said(said % {"name": name, "who": who}, True)


def _units(contributor):
    units = "、".join(str(affiliation) for affiliation in contributor.affiliations.current().select_related("unit"))
    return f"（{units}）" if units else ""


def _difference(now):
    """What the line says and the rows do not, and the other way round."""
    printed, credited = Counter(_keys(read(now.line))), Counter(_keys(now.credits))
    lines = [
        _("only in the line: %(credits)s") % {"credits": in_words((printed - credited).elements())},
        _("only in the rows: %(credits)s") % {"credits": in_words((credited - printed).elements())},
    ]
    said = _("The byline and its rows differ, and both stand as you saved them: %(difference)s")
    return Said(said % {"difference": "；".join(lines)}, True)


def in_words(credits):
    """记者 张三、李四；通讯员 王五"""
    groups = {}
    for role, name in credits:
        groups.setdefault(role, []).append(name)
    return "；".join(f"{Role(role).label} {'、'.join(names)}" for role, names in groups.items()) or "—"


def open_credits(line, credits):
    """The credits of a stored line that no row has because several bear the name: one is to be chosen. Asks at most once."""
    credited = set(_keys(credits))
    missing = [
        (n, role, name) for n, (role, name) in enumerate(read(line), 1) if (role, name_key(name)) not in credited
    ]
    found = bearers_of([name for _n, _role, name in missing]) if missing else {}
    return [
        Open(place, role, name, tuple(sorted(bearers, key=lambda row: row.pk)))
        for place, role, name in missing
        if len(bearers := found.get(name_key(name), ())) > 1
    ]


def hints(line, known=None):
    """What a line would be read as, for whoever is typing it: ("记者 张三；通讯员 李四", [sentences on what is doubtful]).

    `known` is what bearers_of() says of its names, where several lines were asked about at once.
    """
    reading = _reading(line)
    credits = read(line)
    doubts = dict.fromkeys(
        _("“%(stretch)s”: %(doubt)s") % {"stretch": line[flag.start : flag.end].strip(), "doubt": DOUBTS[flag.code]}
        for flag in reading.flags
    )
    known = bearers_of([name for _role, name in credits]) if known is None else known
    if several := [name for _role, name in credits if len(known.get(name_key(name), ())) > 1]:
        doubts[
            _("several bear this name, choose in the row: %(names)s") % {"names": "、".join(dict.fromkeys(several))}
        ] = None
    if new := [name for _role, name in credits if name_key(name) not in known]:
        doubts[_("not among the contributors yet: %(names)s") % {"names": "、".join(dict.fromkeys(new))}] = None
    return (in_words(credits) if credits else ""), list(doubts)
