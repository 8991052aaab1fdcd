"""The desk's words: every fixed list of values that the database, the forms and the pages share.

Codes are English and never change, since rows hold them; labels are what a newsroom says (see locale/).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a piece is."""

    STORY = "story", _("story")
    PHOTO = "photo", _("photo news")
    BRIEF = "brief", _("brief")
    CORRECTION = "correction", _("correction")
    PAGE = "page", _("site page")  # 关于我们, 联系方式: written and released like a piece, listed nowhere


class Genre(models.TextChoices):
    """体裁: how a piece is written."""

    NEWS = "news", _("news report")
    FEATURE = "feature", _("feature")
    OPINION = "opinion", _("opinion")
    PICTURE = "picture", _("pictures")
    VIDEO = "video", _("video")
    NOTICE = "notice", _("public notice")
    REPRINT = "reprint", _("reprint")


class Grade(models.TextChoices):
    """等级: the desk's own mark of a piece, never shown to readers."""

    A = "A", _("grade A")
    B = "B", _("grade B")
    C = "C", _("grade C")


class Role(models.TextChoices):
    """What a credited person did. A role belongs to one credit, not to the person."""

    REPORTER = "reporter", _("reporter")
    CHIEF_REPORTER = "chief_reporter", _("chief reporter")
    TRAINEE_REPORTER = "trainee_reporter", _("trainee reporter")
    INTERN_REPORTER = "intern_reporter", _("intern reporter")
    SPECIAL_REPORTER = "special_reporter", _("special reporter")
    CORRESPONDENT = "correspondent", _("correspondent")
    SPECIAL_CORRESPONDENT = "special_correspondent", _("special correspondent")
    INTERN = "intern", _("intern")
    COMMENTATOR = "commentator", _("commentator")
    SPECIAL_COMMENTATOR = "special_commentator", _("special commentator")
    AUTHOR = "author", _("author")
    TEXT = "text", _("text by")
    PHOTO = "photo", _("photo by")
    PHOTO_REPORT = "photo_report", _("photo report by")
    PICTURE = "picture", _("pictures by")
    TEXT_AND_PICTURE = "text_and_picture", _("text and pictures by")
    CHART = "chart", _("chart by")
    COMPILER = "compiler", _("compiled by")
    SUPPLIER = "supplier", _("supplied by")
    SOURCE = "source", _("source")
    EDITOR = "editor", _("editor")
    RESPONSIBLE_EDITOR = "responsible_editor", _("responsible editor")
    ART_EDITOR = "art_editor", _("art editor")
    PROOFREADER = "proofreader", _("proofreader")
    AUDITOR = "auditor", _("auditor")
    FIRST_REVIEW = "first_review", _("first review")
    SECOND_REVIEW = "second_review", _("second review")
    FINAL_REVIEW = "final_review", _("final review")
    FIRST_PROOF = "first_proof", _("first proof")
    SECOND_PROOF = "second_proof", _("second proof")
    THIRD_PROOF = "third_proof", _("third proof")


class Level(models.TextChoices):
    """Where a place stands in the tree. A zone (开发区, 城乡一体化示范区) may stand under any level and may have no code."""

    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    TOWN = "town", _("town")
    VILLAGE = "village", _("village")
    ZONE = "zone", _("zone")


class PlaceRelation(models.TextChoices):
    """Whether a piece is about a place or only names it. Region pages list what is about them."""

    ABOUT = "about", _("about this place")
    MENTIONED = "mentioned", _("only mentioned")


class NameSort(models.TextChoices):
    """What another name of a place is."""

    ALIAS = "alias", _("alias")
    SHORT = "short", _("short name")
    FORMER = "former", _("former name")


class UnitGroup(models.TextChoices):
    """Who a sending unit is, as the yearly counts are kept."""

    TOWN = "town", _("town or subdistrict")
    BUREAU = "bureau", _("county bureau")
    SCHOOL = "school", _("school")
    FIRM = "firm", _("firm")
    OTHER = "other", _("other unit")


class OutletLevel(models.TextChoices):
    """The level of a newspaper or another medium; counts of use rank by it."""

    COUNTY = "county", _("county medium")
    CITY = "city", _("city medium")
    PROVINCE = "province", _("provincial medium")
    CENTRAL = "central", _("central medium")


class Medium(models.TextChoices):
    PICTURE = "picture", _("picture")
    VIDEO = "video", _("video clip")
    ATTACHMENT = "attachment", _("attachment")


class Origin(models.TextChoices):
    """By which road a text came to the public: through this desk, or printed elsewhere and transcribed here."""

    DESK = "desk", _("from this desk")
    ARCHIVE = "archive", _("transcribed from print")


class SlotSection(models.TextChoices):
    LEAD = "lead", _("lead story")
    NEWS = "news", _("top news")
    PICTURES = "pictures", _("picture slot")


class Severity(models.TextChoices):
    """How a proofing flag is meant: an error must be cleared before release, the others are shown."""

    ERROR = "error", _("error")
    WARNING = "warning", _("warning")
    NOTE = "note", _("hint")


class State(models.TextChoices):
    """Where a piece stands. Never stored: ArticleQuerySet.with_state() derives it."""

    TRASHED = "trashed", _("in the recycle bin")
    WITHDRAWN = "withdrawn", _("withdrawn")
    HELD = "held", _("held back")
    EXPIRED = "expired", _("expired")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("published")
    APPROVED = "approved", _("approved, not released")
    REVIEW = "review", _("in review")
    RETURNED = "returned", _("returned for changes")
    UNUSED = "unused", _("not used")
    DRAFT = "draft", _("draft")


class Stage(models.TextChoices):
    """审校环节: the reviews and proofs a text passes before its release."""

    FIRST_REVIEW = "first_review", _("first review")
    SECOND_REVIEW = "second_review", _("second review")
    FINAL_REVIEW = "final_review", _("final review")
    FIRST_PROOF = "first_proof", _("first proof")
    SECOND_PROOF = "second_proof", _("second proof")
    THIRD_PROOF = "third_proof", _("third proof")


# How many reviews and proofs a desk asks for, and which they are, in their fixed order. Without proofs of their own each
# review reads proof too (初审一校 复审二校 终审三校); proofs of their own follow the last review, as for print.
REVIEWS = {
    1: (Stage.FINAL_REVIEW,),
    2: (Stage.FIRST_REVIEW, Stage.FINAL_REVIEW),
    3: (Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW),
}
PROOFS = {
    0: (),
    1: (Stage.FIRST_PROOF,),
    2: (Stage.FIRST_PROOF, Stage.SECOND_PROOF),
    3: (Stage.FIRST_PROOF, Stage.SECOND_PROOF, Stage.THIRD_PROOF),
}
REVIEWING = REVIEWS[3]  # the stages whose people differ, and of whom none is the writer


class Decision(models.TextChoices):
    """What a person decides at a stage. 代审 is not another decision: the sign-off names for whom the person stood in."""

    PASSED = "passed", _("passed")
    AMENDED = "amended", _("changed and passed")
    CONFIRMED = "confirmed", _("signed again")
    RETURNED = "returned", _("returned for changes")
    UNUSED = "unused", _("not used")


SIGNED = (Decision.PASSED, Decision.AMENDED, Decision.CONFIRMED)  # what counts for a release


class Outcome(models.TextChoices):
    """How one round of reviews ended."""

    RELEASED = "released", _("released")
    RETURNED = "returned", _("returned for changes")
    RECALLED = "recalled", _("taken back by the desk")
    UNUSED = "unused", _("not used")


class Post(models.TextChoices):
    """值班岗位: who is on duty on a day; each stands for one stage of the reviews."""

    CHIEF = "chief", _("editor-in-chief on duty")
    HEAD = "head", _("head of department on duty")
    EDITOR = "editor", _("responsible editor on duty")


STAGE_OF_POST = {
    Post.CHIEF: Stage.FINAL_REVIEW,
    Post.HEAD: Stage.SECOND_REVIEW,
    Post.EDITOR: Stage.FIRST_REVIEW,
}


class TopicStatus(models.TextChoices):
    """Where a planned subject stands; that it became a piece is known by the piece."""

    PROPOSED = "proposed", _("proposed")
    ASSIGNED = "assigned", _("assigned")
    DROPPED = "dropped", _("dropped")


class Progress(models.TextChoices):
    """How far a contribution has come, as its sender is told. Never stored: contributions.standings() derives it."""

    RECEIVED = "received", _("contribution received")
    EDITING = "editing", _("contribution being edited")
    USED = "used", _("contribution used")
    DECLINED = "declined", _("contribution not used")
    RECALLED = "recalled", _("contribution taken back")


class CorrectionKind(models.TextChoices):
    """What a public notice on a published piece is."""

    CORRECTION = "correction", _("Correction")
    ADDITION = "addition", _("Addition")
    APOLOGY = "apology", _("Apology")
    CLARIFICATION = "clarification", _("Clarification")


class ReportOutcome(models.TextChoices):
    """What became of a reader's report of an error."""

    OPEN = "open", _("not looked at yet")
    CORRECTED = "corrected", _("corrected")
    NO_ERROR = "no_error", _("no error")
    NOT_MEANT = "not_meant", _("no report of an error")


class FaultKind(models.TextChoices):
    """What an error found after publication was; the weights that the rules give them stand in articles/faults.py."""

    FACT = "fact", _("fact, knowledge, logic or grammar")
    CHARACTERS = "characters", _("wrong, missing or extra characters")
    NUMBER = "number", _("wrong number")
    NUMBER_STYLE = "number_style", _("style of numbers")
    PUNCTUATION = "punctuation", _("punctuation")
    OTHER = "other", _("other error")


class Act(models.TextChoices):
    """What an entry of the history records."""

    CREATED = "created", _("created")
    EDITED = "edited", _("edited")
    CLASSIFIED = "classified", _("classification changed")
    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("scheduled for release")
    UNSCHEDULED = "unscheduled", _("taken out of the schedule")
    EXPIRY_SET = "expiry_set", _("expiry changed")
    HELD = "held", _("held back")
    RELEASED = "released", _("released again")
    WITHDRAWN = "withdrawn", _("withdrawn")
    COMPARED = "compared", _("compared with print")
    TRASHED = "trashed", _("moved to the recycle bin")
    RESTORED = "restored", _("restored from the recycle bin")
    ARRANGED = "arranged", _("front page arranged")
    MERGED = "merged", _("contributors merged")
    IMPORTED = "imported", _("read from a newspaper page")
    FLAG_CLEARED = "flag_cleared", _("proofing flag cleared")
    FLAG_RAISED = "flag_raised", _("proofing flag put back")
    RECEIVED = "received", _("made from a submission")
    SUBMITTED = "submitted", _("submitted for review")
    RECALLED = "recalled", _("taken back from review")
    SIGNED = "signed", _("signed")
    RETURNED = "returned", _("returned for changes")
    REJECTED = "rejected", _("not used")
    STAGES_SET = "stages_set", _("stages of review changed")
    REVERTED = "reverted", _("taken back to an earlier version")
    CORRECTED = "corrected", _("correction published")
    REPORT_SETTLED = "report_settled", _("reader's report settled")
    FAULT_RECORDED = "fault_recorded", _("error recorded")
    COMMENTED = "commented", _("commented")
    COMMENT_RESOLVED = "comment_resolved", _("comment resolved")
    CONFIRMED_SCHEDULE = "confirmed_schedule", _("scheduled text confirmed although edited since")
