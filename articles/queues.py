"""我的工作台: the queues of an account. Each names its rows once: for the count, for the oldest shown, for the list it leads to."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Case, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import rota, waiting
from articles.days import begins
from articles.models import (
    Article,
    Comment,
    HistoryEntry,
    Publication,
    ReaderReport,
    Review,
    SignOff,
    StagesInForce,
    Submission,
    Topic,
    Version,
    Writer,
)
from articles.models.pieces import releases_in
from articles.narrowing import Narrowing, Track
from articles.vocabulary import Act, Kind, Outcome, ReportOutcome, State, TopicStatus

FEW = 2000  # pieces of one account, which are looked through one by one
UNUSED_DAYS = 30  # how long 不用 stays on the desk of who wrote the piece
COUNTED = 1000  # rows of a queue that are counted one by one; beyond them it has “more than 1,000”

# Not by who declined them, which is an index of nearly all: SQLite might read along it.
WAITING = Q(article=None, declined_at=None, recalled_at=None)  # 来稿: no piece yet, not declined, not taken back
UNVERIFIED = Q(verified_by=None, declined_at=None, recalled_at=None)
UNWRITTEN = Q(article=None) & ~Q(status=TopicStatus.DROPPED)  # 选题: no piece yet, not dropped
SIGNING = (*rota.PERMISSIONS.values(), rota.STANDS_IN)


class Queue(NamedTuple):
    """What waits on a desk. `rows` gives, for an account and a moment, the rows that are counted, and `since` from when on each
    waits. Of rows that name a piece, `key` is the field with its id; each piece is named once."""

    code: str
    label: str
    rows: Callable[..., QuerySet]
    since: Expression
    key: str = "pk"
    sees: Callable = lambda account: account.has_perm("articles.change_article")
    list_of: str = "article"  # the model whose list shows the queue
    query: str = ""  # of that list's address; of pieces, the filter by queue
    order: str = ""  # of the index that the rows are read along; otherwise `key`

    def narrowing(self, account, at=None):
        """The condition by which the list of pieces shows exactly this queue."""
        return Narrowing(Track(self.rows(account, at or timezone.now()), self.key, in_order=False))

    def waiting(self, account, at=None):
        """[(since, id)], the longest waiting first; of more than COUNTED the COUNTED + 1 that were entered first."""
        rows = self.rows(account, at or timezone.now()).annotate(since=self.since)
        return sorted(rows.order_by(self.order or self.key).values_list("since", self.key)[: COUNTED + 1])


# --- whose -----------------------------------------------------------------------------------------------


def _own(account, piece=""):
    """A condition: the account entered the piece, submitted it as its own work, or had its topic. `piece` leads to it: article__."""
    of_topic = Topic.objects.filter(owner=account, article__isnull=False).values("article")
    own = Q(**{f"{piece}created_by": account}) | Q(**{f"{piece}own_work_of": account})
    return own | Q(**{f"{piece}pk__in": of_topic})


def _own_round(account):
    """A condition on rounds of review: of the account's own piece, or submitted by it, or of a text that it wrote."""
    wrote = Exists(Writer.objects.filter(version=OuterRef("version"), editor=account))
    return _own(account, "article__") | Q(opened_by=account) | Q(wrote)


_ON_THE_DESK = Q(article__trashed_at=None) & ~Q(article__kind=Kind.PAGE)  # site pages have a list of their own


def _withdrawn(key):
    """A condition: the piece whose id the field `key` holds was withdrawn for good."""
    return Exists(Publication.objects.filter(article=OuterRef(key), withdrawn_at__isnull=False))


# --- what waits ------------------------------------------------------------------------------------------


def _drafts(account, at):
    """Found among the account's own pieces or, of somebody who entered an archive, among those that were never released."""
    drafts, own = Article.objects.pieces().in_state(State.DRAFT, at), _own(account)
    if Article.objects.filter(own).order_by()[: FEW + 1].count() <= FEW:
        return drafts.filter(own)
    # A condition that no index serves: SQLite keeps no statistics, and would take the longer way.
    return drafts.alias(own=Case(When(own, then=Value(True)), default=Value(False))).filter(own=True)


def _returned(account, at):
    """Returned, and not taken back since to the text that is public."""
    newest = Review.objects.newest().filter(_ON_THE_DESK, outcome=Outcome.RETURNED)
    public = Version.objects.filter(
        article=OuterRef("article"),
        number=OuterRef("article__version_number"),
        sha256=OuterRef("article__publication__version__sha256"),
    )
    return newest.filter(_own_round(account)).exclude(Exists(public))


def _unused(account, at):
    """Put aside in the last days. Found by how the round ended, of which there is an index: few end so."""
    recent = Q(outcome=Outcome.UNUSED, closed_at__gt=at - timedelta(days=UNUSED_DAYS))
    return Review.objects.newest().filter(_ON_THE_DESK, recent).filter(_own_round(account))


def _in_review(account, at):
    return Review.objects.open().filter(_ON_THE_DESK).filter(_own_round(account))


def _to_sign(account, at):
    return waiting.to_sign(account, at).pieces()


def _to_release(account, at):
    approved = Review.objects.approved(StagesInForce.objects.current())
    return approved.filter(_ON_THE_DESK).exclude(_withdrawn("article"))


def _pages(account, at):
    """Site pages in review: they are few, and in no list of pieces."""
    in_review = Exists(Review.objects.open().filter(article=OuterRef("pk")))
    return Article.objects.kept().filter(in_review, kind=Kind.PAGE)


def _scheduled(account, at):
    return releases_in(State.SCHEDULED, at).filter(_ON_THE_DESK)


def _published_today(account, at):
    today = begins(timezone.localdate(at))
    due = Publication.objects.filter(published_at__gte=today, published_at__lte=at)
    return due.filter(_ON_THE_DESK, held=False, withdrawn_at=None)


def _held(account, at):
    return releases_in(State.HELD, at).filter(_ON_THE_DESK)


def _remarked(account, at):
    """Open comments are found by who resolved them, nobody: that column has an index."""
    open_ones = Comment.objects.filter(resolved_by=None)
    remarked = Article.objects.pieces().kept().filter(_own(account), pk__in=open_ones.values("article"))
    return remarked.exclude(_withdrawn("pk"))


def _topics(account, at):
    return Topic.objects.filter(UNWRITTEN, owner=account)


def _submissions(account, at):
    return Submission.objects.filter(WAITING)


def _unverified(account, at):
    return Submission.objects.filter(UNVERIFIED)


def _reports(account, at):
    return ReaderReport.objects.filter(outcome=ReportOutcome.OPEN)


# --- since when ------------------------------------------------------------------------------------------


def _first(rows, field):
    return Subquery(rows.values(field)[:1])


_OPENED = _first(Review.objects.open().filter(article=OuterRef("pk")), "opened_at")
_LAST_SIGNED = _first(
    SignOff.objects.filter(review__article=OuterRef("pk"), review__closed_at=None).order_by("-pk"), "at"
)
_STOPPED = _first(HistoryEntry.objects.filter(article=OuterRef("article"), act=Act.HELD).order_by("-at"), "at")
_REMARKED = _first(Comment.objects.filter(article=OuterRef("pk"), resolved_by=None).order_by("pk"), "at")


# --- the queues ------------------------------------------------------------------------------------------


def _everybody(account):
    return account.has_perm("articles.view_article")


def _signs(account):
    return any(account.has_perm(permission) for permission in SIGNING)


def _takes_in(account):
    return account.has_perms(("articles.change_submission", "articles.hold_article"))


QUEUES = (  # in the order of the page
    Queue("held", _("stopped"), _held, Coalesce(_STOPPED, F("published_at")), "article_id", _everybody),
    Queue("to_sign", _("waiting for my signature"), _to_sign, Coalesce(_LAST_SIGNED, _OPENED), sees=_signs),
    Queue(
        "to_release", _("to be released"), _to_release,
        Coalesce(_first(SignOff.objects.filter(review=OuterRef("pk")).order_by("-pk"), "at"), F("opened_at")),
        "article_id", rota.may_publish,
    ),
    Queue(
        "reports", _("readers' reports to be looked at"), _reports, F("at"),
        sees=lambda account: account.has_perm("articles.change_readerreport"), list_of="readerreport", query="outcome=open",
    ),
    Queue("pages", _("site pages in review"), _pages, _OPENED, sees=_signs, list_of="sitepage"),
    Queue("returned", _("returned to me"), _returned, F("closed_at"), "article_id"),
    Queue("unused", _("not used, in the last 30 days"), _unused, F("closed_at"), "article_id"),
    Queue(
        "topics", _("topics to write"), _topics, F("created_at"), sees=lambda account: account.has_perm("articles.view_topic"),
        list_of="topic", query="who=mine&status=open",
    ),
    Queue("drafts", _("my drafts"), _drafts, F("created_at")),
    Queue("remarked", _("open comments on my pieces"), _remarked, _REMARKED),
    Queue("in_review", _("my pieces in review"), _in_review, F("opened_at"), "article_id"),
    Queue(
        "submissions", _("submissions to be taken"), _submissions, F("received_at"), sees=_takes_in,
        list_of="submission", query="used=no",
    ),
    Queue(
        "unverified", _("submissions to be verified"), _unverified, F("received_at"), sees=_takes_in,
        list_of="submission", query="verified=no",
    ),
    Queue("scheduled", _("scheduled, to come out"), _scheduled, F("published_at"), "article_id", _everybody, order="published_at"),
    Queue("today", _("published today"), _published_today, F("published_at"), "article_id", _everybody, order="published_at"),
)  # fmt: skip


def of(account):
    """The queues that an account sees."""
    return [queue for queue in QUEUES if queue.sees(account)]


def of_pieces(account):
    """{code: queue} of those that the list of pieces shows to an account."""
    return {queue.code: queue for queue in of(account) if queue.list_of == "article"}
