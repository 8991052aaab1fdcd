"""值班: whose queue fills on a day, and who stands in for whom at a stage of review."""

from django.utils import timezone

from articles.models import Shift
from articles.vocabulary import STAGE_OF_POST, Stage

PERMISSIONS = {
    Stage.FIRST_REVIEW: "articles.sign_first_review",
    Stage.SECOND_REVIEW: "articles.sign_second_review",
    Stage.FINAL_REVIEW: "articles.sign_final_review",
    **dict.fromkeys((Stage.FIRST_PROOF, Stage.SECOND_PROOF, Stage.THIRD_PROOF), "articles.sign_proof"),
}
STANDS_IN = "articles.hold_article"  # an editor's: whoever only writes stands in for nobody
POSTS = {stage: post for post, stage in STAGE_OF_POST.items()}


def on_duty(day=None):
    """{post: shift} of a day by the Beijing calendar (default: today)."""
    shifts = Shift.objects.filter(day=day or timezone.localdate()).select_related("editor", "stand_in")
    return {shift.post: shift for shift in shifts}


def stands_in_for(account, stage, at=None):
    """The colleague for whom the account stands in at a stage at the moment `at` (default: now), or None."""
    at = at or timezone.now()
    if stage not in POSTS or not account.has_perm(STANDS_IN):
        return None
    shift = (
        Shift.objects.filter(post=POSTS[stage], stand_in=account, stands_in_from__lte=at, stands_in_until__gt=at)
        .select_related("editor")
        .first()
    )
    return shift and shift.editor


def may_sign(account, stage, at=None):
    """Whether the account may sign a stage: by its role, or because it stands in."""
    return account.has_perm(PERMISSIONS[stage]) or stands_in_for(account, stage, at) is not None


def may_publish(account, at=None):
    """Whether the account may release: by its role, or because it stands in for the editor-in-chief."""
    return account.has_perm("articles.publish_article") or stands_in_for(account, Stage.FINAL_REVIEW, at) is not None


def expected(stage, at=None):
    """The ids of the accounts whose queue fills at a stage; None when nobody is on duty for it: everyone who may sign.

    Whoever stands in at the moment comes first, also after midnight.
    """
    at = at or timezone.now()
    if stage not in POSTS:
        return None
    shifts = Shift.objects.filter(post=POSTS[stage])
    now = shifts.filter(stand_in__isnull=False, stands_in_from__lte=at, stands_in_until__gt=at)
    stand_ins = set(now.values_list("stand_in", flat=True))
    of_the_day = shifts.filter(day=timezone.localdate(at)).values_list("editor", flat=True)
    return stand_ins or set(of_the_day) or None


def is_on_duty(account, at=None):
    """Whether the account holds a post on that day, or stands in at that moment: it may take a public piece offline."""
    at = at or timezone.now()
    held = any(shift.editor_id == account.pk for shift in on_duty(timezone.localdate(at)).values())
    return held or any(stands_in_for(account, stage, at) for stage in POSTS)
