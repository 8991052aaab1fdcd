"""我的工作台: the desk's start page. What waits for the account, oldest first, and who is on duty today."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import queues, reminders, rota, waiting
from articles.models import Article, Editor, ReaderReport, SignOff, StagesInForce, Submission, Topic
from articles.vocabulary import STAGE_OF_POST, Decision, Post

SHOWN = 5  # rows of a queue
REASON_SHOWN = 80  # characters; the review page has all of them
LINKED = {  # where the row of a queue leads; elsewhere to its form
    "to_sign": "desk_review",
    "in_review": "desk_review",
    "unused": "desk_review",
    "pages": "desk_review",
    "to_release": "admin:articles_article_release",
    "held": "admin:articles_article_release",
    "scheduled": "admin:articles_article_release",
    "today": "admin:articles_article_release",
}
IN_REVIEW = ("to_sign", "in_review", "to_release", "pages")  # queues that say what is next, and who
MOMENTS = ("scheduled", "today", "unused")  # queues that say at what hour, not since when
REASONED = {"returned": Decision.RETURNED, "unused": Decision.UNUSED}  # queues that say why


class Row(NamedTuple):
    """One row of a queue: where it leads, what it is, where it stands and for whom it waits, and since when."""

    url: str
    title: str
    number: str
    stands: str
    age: str
    since: object  # a datetime
    remind: str  # the address of 催审, or ""


class Shown(NamedTuple):
    """A queue as the page shows it."""

    code: str
    label: str
    count: str
    is_empty: bool
    url: str
    rows: Sequence[Row]


class OnDuty(NamedTuple):
    post: str
    name: str
    stand_in: str  # with its moments, or ""


def start_view(request):
    """The admin's start page."""
    at = timezone.now()
    shifts = rota.on_duty(timezone.localdate(at))
    shown = queues_shown(request.user, at, shifts)
    context = {
        "title": _("My workbench"),
        "stopped": [queue for queue in shown if queue.code == "held" and not queue.is_empty],
        "queues": [queue for queue in shown if queue.code != "held" and not queue.is_empty],
        "empty": [queue for queue in shown if queue.is_empty],
        "on_duty": duties(shifts),
        "today": timezone.localdate(at),
    }
    return admin.site.index(request, context)


def duties(shifts):
    """Who is on duty, post by post, of {post: shift}."""
    found = []
    for post in Post:
        shift = shifts.get(post)
        stand_in = ""
        if shift and shift.stand_in_id:
            words = _("%(name)s stands in %(since)s – %(until)s")
            moments = (_moment(shift.stands_in_from), _moment(shift.stands_in_until))
            stand_in = words % dict(zip(("name", "since", "until"), (shift.stand_in, *moments), strict=True))
        found.append(OnDuty(post.label, str(shift.editor) if shift else _("nobody entered"), stand_in))
    return found


def queues_shown(account, at, shifts):
    """The account's queues with their counts and oldest rows: each is counted by one query, the rows of all are loaded together."""
    waiting = [(queue, queue.waiting(account, at)) for queue in queues.of(account)]
    loaded = {
        model: _load(
            model, {key for queue, found in waiting if _model(queue) is model for _since, key in found[:SHOWN]}
        )
        for model in (Article, Topic, Submission, ReaderReport)
    }
    courses = _courses(queue for queue, found in waiting if found)
    reasons = _reasons(key for queue, found in waiting if queue.code in REASONED for _since, key in found[:SHOWN])
    says = _Says(account, at, shifts, courses, reasons)
    return [
        Shown(
            queue.code,
            queue.label,
            f"{queues.COUNTED}+" if len(found) > queues.COUNTED else str(len(found)),
            not found,
            _list_of(queue, found),
            [
                says.row(queue, loaded[_model(queue)][key], since)
                for since, key in found[:SHOWN]
                if key in loaded[_model(queue)]
            ],
        )
        for queue, found in waiting
    ]


def _model(queue):
    return {"topic": Topic, "submission": Submission, "readerreport": ReaderReport}.get(queue.list_of, Article)


def _load(model, keys):
    """{id: row} with what a line shows of it; no query for no ids."""
    of_piece = ("number", "listed_title", "headline")
    columns = {
        Topic: ("title", "planned_day"),
        Submission: ("number", "headline", "sender", "file_name"),
        ReaderReport: ("text", *(f"article__{name}" for name in of_piece)),
    }
    rows = model.objects.select_related("article") if model is ReaderReport else model.objects
    return rows.only(*columns.get(model, of_piece)).in_bulk(keys) if keys else {}


def _courses(found):
    """{piece's id: Course} of what is in review, where a queue shows such."""
    if not any(queue.code in IN_REVIEW for queue in found):
        return {}
    return {course.review.article_id: course for course in waiting.open_courses(StagesInForce.objects.current())}


def _reasons(keys):
    """{(piece's id, decision): the opinion that last sent it back, or put it aside}; no query for no ids."""
    keys = list(keys)
    rows = SignOff.objects.filter(review__article__in=keys, decision__in=REASONED.values()).order_by("pk")
    found = rows.values_list("review__article", "decision", "opinion") if keys else ()
    return {(article, decision): opinion for article, decision, opinion in found}


def _list_of(queue, found):
    """The address of the list that shows the queue, and nothing else."""
    query = queue.query or f"queue={queue.code}"
    if queue.list_of == "sitepage":
        query = f"id__in={','.join(str(key) for _since, key in found) or 0}"
    return f"{reverse(f'admin:articles_{queue.list_of}_changelist')}?{query}"


class _Says:
    """How the rows of queues are spoken of to one account at one moment."""

    def __init__(self, account, at, shifts, courses, reasons):
        self.at, self.courses, self.reasons = at, courses, reasons
        self.changes = account.has_perm("articles.change_article")
        self.called = {STAGE_OF_POST[Post(post)]: self._holder(shift) for post, shift in shifts.items()}

    def _holder(self, shift):
        stood_in = shift.stand_in_id and shift.stands_in_from <= self.at < shift.stands_in_until
        return str(shift.stand_in if stood_in else shift.editor)

    def row(self, queue, found, since):
        in_review = queue.code == "in_review" and found.pk in self.courses
        return Row(
            url=self._address(queue, found),
            title=_title(found),
            number=getattr(found, "number", ""),
            stands=self._standing(queue, found),
            age=self._when(queue, since),
            since=since,
            remind=reverse("desk_remind", args=[found.pk]) if in_review else "",
        )

    def _address(self, queue, found):
        name = LINKED.get(queue.code) if self.changes else None
        return reverse(name or f"admin:articles_{queue.list_of}_change", args=[found.pk])

    def _standing(self, queue, found):
        """What a piece in review waits for, and whom; of what came back the reason, of what is to be written its day, of a
        submission who sent it, of a reader's report on what."""
        if isinstance(found, Submission):
            return found.sender
        if isinstance(found, ReaderReport):
            return str(found.article)
        if isinstance(found, Topic):
            return _("planned for %(day)s") % {"day": f"{found.planned_day:%m-%d}"} if found.planned_day else ""
        if queue.code in REASONED:
            return Truncator(self.reasons.get((found.pk, REASONED[queue.code]), "")).chars(REASON_SHOWN)
        course = self.courses.get(found.pk)
        if course is None or queue.code not in IN_REVIEW:
            return ""
        said = [_("waits for: %(stage)s") % {"stage": reminders.waits_for(course)}, self._whom(course)]
        return " · ".join(filter(None, said))

    def _whom(self, course):
        """Who is to sign next: by the duty roster, or whoever signed an older text."""
        if course.next_stage:
            return self.called.get(course.next_stage, "")
        return "、".join(dict.fromkeys(self.signers[course.line(stage).earlier.by_id] for stage in course.again))

    @cached_property
    def signers(self):
        """{id: name} of those who have to sign again."""
        lines = [line for course in self.courses.values() for line in course.lines]
        accounts = Editor.objects.only("display_name", "username")
        found = accounts.in_bulk({line.earlier.by_id for line in lines if line.waits_again})
        return {pk: str(account) for pk, account in found.items()}

    def _when(self, queue, since):
        if queue.code in MOMENTS:
            return self._hour(since)
        said = _("stopped %(age)s ago") if queue.code == "held" else _("waiting %(age)s")
        return said % {"age": age(since, self.at)}

    def _hour(self, moment):
        moment, today = timezone.localtime(moment), timezone.localdate(self.at)
        return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%m-%d %H:%M}"


def _title(found):
    if isinstance(found, Submission):
        return found.headline or found.file_name or found.number
    return str(found)


def age(since, at):
    """How long ago, as the desk says it: 40 minutes, 3 hours, 2 days."""
    minutes = max(int((at - since).total_seconds() // 60), 0)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if (hours := minutes // 60) < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def _moment(moment):
    return f"{timezone.localtime(moment):%m-%d %H:%M}"
