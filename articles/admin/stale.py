"""The page of a refused save: both texts side by side, a choice for each part, and nothing that was typed is lost."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import autosaves
from articles.admin import seen
from articles.admin.comparison import CHOICE, EDITED, MERGING, OWN, compare
from articles.models import Article, HistoryEntry
from articles.refusals import MoveRefused

LATEST_ACTS = 5000  # of the admin's log, among which the last save is looked for
# What a form posts beside what was typed: its buttons, and what the page writes itself.
NOT_CARRIED = {
    "csrfmiddlewaretoken",
    "base_revision",
    "_save",
    "_continue",
    "_addanother",
    "_publish",
    "_submit",
    MERGING,
}


def last_save(obj):
    """(who, when) of the last save of a row; (None, None) when nobody wrote it down."""
    known = [_last_of_log(obj)]
    if isinstance(obj, Article):
        version = obj.versions.select_related("created_by").first()
        entry = HistoryEntry.objects.filter(article=obj.pk).select_related("by").first()
        known += [
            (version.created_by, version.created_at) if version else None,
            (entry.by, entry.at) if entry else None,
        ]
    return max(filter(None, known), key=lambda save: save[1], default=(None, None))


def _last_of_log(obj):
    newest = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    model = ContentType.objects.get_for_model(obj, for_concrete_model=False)
    log = LogEntry.objects.filter(pk__gt=newest - LATEST_ACTS, content_type=model, object_id=str(obj.pk))
    entry = log.select_related("user").order_by("-pk").first()
    return (entry.user, entry.action_time) if entry else None


def moment(at):
    """A moment by the Beijing clock, the day only when it is not today."""
    at = timezone.localtime(at)
    return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%Y-%m-%d %H:%M}"


def sentence(obj, account):
    """Who came between, and that nothing is lost."""
    who, at = last_save(obj)
    named = {
        "who": _("you yourself, in another window,") if who == account else who or _("somebody"),
        "when": moment(at) if at else "—",
    }
    if isinstance(obj, Article):
        said = _("While you were editing, %(who)s saved this piece at %(when)s. Your text is not lost: please choose part by part which of the two stays.")  # fmt: skip
    else:
        said = _("While you were editing, %(who)s saved this at %(when)s. What you typed is not lost: please choose part by part which of the two stays.")  # fmt: skip
    return said % named


def refuse(model_admin, request, obj, said=None, data=None, status=409):
    """The page, answered with 409. What was typed is also kept as the account's own copy."""
    typed = _as_edited(request.POST if data is None else data)
    comparison = compare(model_admin, request, obj, typed, request.FILES)
    if data is None:
        _keep(request, model_admin, obj, comparison)
    return page(model_admin, request, obj, comparison, said or sentence(obj, request.user), status)


def _as_edited(data):
    """Posted data of the page in which a text that was edited there, and chosen, stands for what was typed before."""
    edited = {name.removeprefix(EDITED): data[name] for name in data if name.startswith(EDITED)}
    meant = {name: value for name, value in edited.items() if data.get(f"{CHOICE}{name}") == OWN}
    if meant:
        data = data.copy()
        for name, value in meant.items():
            data[name] = value
    return data


def page(model_admin, request, obj, comparison, said, status=409):
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "opts": model_admin.opts,
        "title": _("Two texts: please choose"),
        "said": said,
        "address": reverse(f"admin:articles_{model_admin.opts.model_name}_change", args=[obj.pk]),
        "object": obj,
        "differences": comparison.differences,
        "refused": any(difference.error for difference in comparison.differences),
        "notes": comparison.notes,
        "lost": comparison.lost,
        "carried": _carried(comparison, obj),
        "choice": CHOICE,
        "edited": EDITED,
    }
    return render(request, "admin/articles/article/stale.html", context, status=status)


def _carried(comparison, obj):
    """(name, value) of everything the page posts unseen: what was typed, and the state that it is now compared with."""
    typed = [
        (name, value)
        for name, values in comparison.data.lists()
        if name not in NOT_CARRIED and not name.startswith((CHOICE, EDITED)) and "__prefix__" not in name
        for value in values
    ]
    revision = [("base_revision", obj.revision)] if isinstance(obj, Article) else []
    state = [("compared_with", seen.mark(seen.spelled(comparison.present)))]
    return [*typed, *revision, *state, (MERGING, " ".join(comparison.figures))]


def keep_typed(request, form, data, base):
    """Keep what was typed as the account's own copy; what is too long for that stands on the page alone."""
    try:
        autosaves.keep(request.user, form, autosaves.typed_in(data), base if base and base > 0 else None)
    except MoveRefused:
        return False
    return True


def _keep(request, model_admin, obj, comparison):
    data = comparison.data.copy()
    data[MERGING] = " ".join(comparison.figures)
    keep_typed(request, model_admin.form_name(request, obj), data, model_admin.base_of(data))


def kept_page(model_admin, request, obj, said, data, status=409):
    """Of a form that may not be saved any more: why, and all that was typed, also kept as the account's own copy."""
    kept = keep_typed(request, model_admin.form_name(request, obj), data, model_admin.base_of(data))
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "opts": model_admin.opts,
        "title": _("Not saved"),
        "said": said,
        "object": obj,
        "typed": list(_typed_words(model_admin, data)),
        "kept": kept,
    }
    return render(request, "admin/articles/article/kept.html", context, status=status)


def _typed_words(model_admin, data):
    """(label, value) of all that was typed, as far as a person could want it back."""
    for name, value in autosaves.typed_in(data):
        prefix, number, field = name.split("-", 2) if name.count("-") == 2 else ("", "", name)
        model = next(
            (inline.model for inline in model_admin.inlines if _prefix(inline, model_admin.model) == prefix), None
        )
        owner = model if prefix else model_admin.model
        labels = {known.name: known.verbose_name for known in owner._meta.fields if known.editable} if owner else {}
        if value.strip() and field in labels and not getattr(owner._meta.get_field(field), "remote_field", None):
            row = f"{owner._meta.verbose_name} {int(number) + 1} " if number.isascii() and number.isdigit() else ""
            yield f"{row}{labels[field]}", value


def _prefix(inline, parent):
    """The prefix of an inline's rows: the name by which the parent knows them."""
    for relation in parent._meta.get_fields():
        if (
            relation.one_to_many
            and relation.related_model is inline.model
            or relation.one_to_one
            and relation.related_model is inline.model
        ):
            return relation.get_accessor_name()
    return ""
