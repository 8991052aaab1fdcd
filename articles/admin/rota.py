"""值班表: a week at a glance, changed in one form. Who stands in, and from when to when, stands beside whom."""

import json
from datetime import date, timedelta
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.days import begins
from articles.models import Editor, Shift
from articles.refusals import StaleSave
from articles.rota import PERMISSIONS, STANDS_IN
from articles.vocabulary import STAGE_OF_POST, Post

LIST = "admin:articles_shift_changelist"
MINUTE = "%Y-%m-%dT%H:%M"  # as a browser's own field for a moment has it
CHANGES_SHOWN = 30
WEEK = timedelta(days=7)
FIELDS = ("editor", "stand_in", "since", "until")
NOON_AFTER = timedelta(hours=36)  # a night's stand-in ends by then, counted from the beginning of the day


# --- people ----------------------------------------------------------------------------------------------


class People:
    """The accounts in use, by what somebody types for them, and who may hold which post."""

    @cached_property
    def all(self):
        return list(Editor.objects.filter(is_active=True, is_staff=True).order_by("display_name", "username"))

    @cached_property
    def labels(self):
        """{id: how the account is written}: the name, and the login name where two are called alike."""
        names = [row.display_name for row in self.all]
        return {
            row.pk: f"{row}（{row.username}）" if names.count(row.display_name) > 1 else str(row) for row in self.all
        }

    @cached_property
    def fit(self):
        """{post: the ids of those whose role signs its stage}."""
        return {post: self._with(PERMISSIONS[stage]) for post, stage in STAGE_OF_POST.items()}

    @cached_property
    def editors(self):
        """The ids of those who may stand in."""
        return self._with(STANDS_IN)

    def _with(self, permission):
        return set(Editor.objects.with_perm(permission).values_list("pk", flat=True))

    def label(self, account):
        return self.labels.get(account.pk, str(account)) if account else ""

    def named(self, keys):
        return [label for pk, label in self.labels.items() if pk in keys]

    def meant(self, typed):
        """The account that was typed: by its label, its name or its login name."""
        found = [row for row in self.all if typed in (self.labels[row.pk], row.username) or typed == row.display_name]
        exact = [row for row in found if self.labels[row.pk] == typed or row.username == typed]
        found = exact or found
        if len(found) > 1:
            raise ValidationError(
                _("Several colleagues are called %(name)s; choose one of the list.") % {"name": typed}
            )
        if not found:
            raise ValidationError(_("There is no account in use called %(name)s.") % {"name": typed})
        return found[0]


# --- the form --------------------------------------------------------------------------------------------


class CellForm(forms.Form):
    """A post on a day. `was` is what stood there when the form was opened."""

    editor = forms.CharField(label=gettext_lazy("on duty"), required=False, max_length=100)
    stand_in = forms.CharField(label=gettext_lazy("stand-in"), required=False, max_length=100)
    since = forms.DateTimeField(
        label=gettext_lazy("from (Beijing time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("until (Beijing time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )
    was = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1000, strip=False)

    def __init__(self, data, day, post, shift, people):
        self.day, self.post, self.shift, self.people = day, Post(post), shift, people
        self.standing = spelled(shift, people)
        initial = {**dict(zip(FIELDS, self.standing, strict=True)), "was": json.dumps(self.standing)}
        prefix = f"{day}-{post}"
        posted = data is not None and f"{prefix}-editor" in data
        super().__init__(data if posted else None, prefix=prefix, initial=initial, use_required_attribute=False)
        self.fields["editor"].widget.attrs |= {"list": f"may-{post}", "autocomplete": "off", "aria-label": str(self)}
        self.fields["stand_in"].widget.attrs |= {"list": "may-stand-in", "autocomplete": "off"}

    def __str__(self):
        return f"{self.day:%m-%d} {self.post.label}"

    stands_now = ""  # what another person entered meanwhile, to be shown beside what was typed

    @property
    def typed(self):
        return [self.data.get(self.add_prefix(name), "").strip() for name in FIELDS] if self.is_bound else self.standing

    @property
    def opened_on(self):
        try:
            return json.loads(self.data.get(self.add_prefix("was"), ""))
        except ValueError:
            return None

    @property
    def is_touched(self):
        return self.is_bound and self.typed != self.opened_on

    @property
    def is_stale(self):
        """Whether somebody else changed this post since the form was opened."""
        return self.is_touched and self.opened_on != self.standing

    @property
    def has_stand_in(self):
        return any(self.typed[1:])

    def clean_editor(self):
        typed = self.cleaned_data["editor"]
        if not typed:
            return None
        found = self.people.meant(typed)
        held = self.shift and self.shift.editor_id == found.pk
        if not held and found.pk not in self.people.fit[self.post]:
            said = _("%(name)s may not sign the %(stage)s. Enter who is on duty, and %(name)s as the stand-in.")
            raise ValidationError(said % {"name": found, "stage": STAGE_OF_POST[self.post].label})
        return found

    def clean_stand_in(self):
        typed = self.cleaned_data["stand_in"]
        if not typed:
            return None
        found = self.people.meant(typed)
        held = self.shift and self.shift.stand_in_id == found.pk
        if not held and found.pk not in self.people.editors:
            said = _("%(name)s only writes; an editor stands in for another.")
            raise ValidationError(said % {"name": found})
        return found

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        since, until = cleaned["since"], cleaned["until"]
        if not cleaned["stand_in"]:
            if since or until:
                self.add_error("stand_in", _("Who stands in? Otherwise leave the times empty."))
            return cleaned
        if not cleaned["editor"]:
            self.add_error("editor", _("Enter who is on duty: a stand-in stands in for somebody."))
        elif cleaned["editor"] == cleaned["stand_in"]:
            self.add_error("stand_in", _("Nobody stands in for themselves; enter another colleague."))
        if not (since or until):  # the whole day
            cleaned["since"], cleaned["until"] = begins(self.day), begins(self.day + timedelta(days=1))
        elif not (since and until):
            self.add_error("until" if since else "since", _("Enter both times, or neither for the whole day."))
        elif until <= since:
            self.add_error("until", _("The end lies before the beginning."))
        elif timezone.localdate(since) != self.day or until > begins(self.day) + NOON_AFTER:
            self.add_error("since", _("A stand-in begins on this day and ends by noon of the next."))
        return cleaned


def spelled(shift, people):
    """A shift as its form shows it: [on duty, stand-in, from, until] as text."""
    if shift is None:
        return ["", "", "", ""]
    moments = (shift.stands_in_from, shift.stands_in_until)
    shown = [f"{timezone.localtime(moment):{MINUTE}}" if moment else "" for moment in moments]
    return [people.label(shift.editor), people.label(shift.stand_in), *shown]


class Day(NamedTuple):
    day: date
    cells: list  # of CellForm, in the order of the posts
    is_past: bool
    is_today: bool


class Week:
    """Seven days from a Monday on, three posts each."""

    def __init__(self, monday, data=None, *, lock=False):
        self.monday, self.people = monday, People()
        rows = Shift.objects.filter(day__gte=monday, day__lt=monday + WEEK)
        if lock:  # by a statement of its own: what is joined to it, PostgreSQL would have from before the wait
            list(rows.select_for_update().values_list("pk"))
        self.shifts = {(row.day, row.post): row for row in rows.select_related("editor", "stand_in")}
        today = timezone.localdate()
        self.days = [
            Day(day, [self._cell(data, day, post) for post in Post], day < today, day == today)
            for day in (monday + timedelta(days=n) for n in range(7))
        ]

    def _cell(self, data, day, post):
        past = day < timezone.localdate()
        return CellForm(None if past else data, day, post, self.shifts.get((day, post)), self.people)

    @cached_property
    def cells(self):
        return [cell for day in self.days if not day.is_past for cell in day.cells]

    @cached_property
    def touched(self):
        return [cell for cell in self.cells if cell.is_touched]

    def warnings(self):
        """Sentences about days on which one person would have to sign two reviews."""
        for day in self.days:
            if day.is_past:
                continue
            posts = {}
            for cell in day.cells:
                for person in {name for name in cell.typed[:2] if name}:
                    posts.setdefault(person, []).append(str(cell.post.label))
            for person, held in posts.items():
                if len(held) > 1:
                    said = _("%(day)s: %(name)s stands at %(posts)s; one person signs only one review of a piece.")
                    yield said % {"day": f"{day.day:%m-%d}", "name": person, "posts": "、".join(held)}


def copied(data, week):
    """The posted data, its empty posts filled with who was on duty on the same weekday of the week before and still may be."""
    before = Shift.objects.filter(day__gte=week.monday - WEEK, day__lt=week.monday).select_related("editor")
    filled, count = data.copy(), 0
    for row in before:
        name = f"{row.day + WEEK}-{row.post}-editor"
        if name in filled and not filled[name].strip() and row.editor_id in week.people.fit[row.post]:
            filled[name], count = week.people.label(row.editor), count + 1
    return filled, count


# --- the screen ------------------------------------------------------------------------------------------


def _may_say(cell, account):
    """Whether the account may say who stands in here: of the editor-in-chief, who lets texts out, only who may do so too."""
    stands_in = cell.cleaned_data["stand_in"]
    unchanged = cell.shift and cell.shift.stand_in == stands_in
    if cell.post != Post.CHIEF or not stands_in or unchanged or account.has_perm("articles.publish_article"):
        return True
    cell.add_error("stand_in", _("Who stands in for the editor-in-chief is entered by an editor-in-chief."))
    return False


@admin.register(Shift)
class ShiftAdmin(admin.ModelAdmin):
    """In place of a list, the week. A single shift has no page of its own."""

    def has_add_permission(self, request):
        return False  # a post is filled in in its week

    def changelist_view(self, request, extra_context=None):
        """A week; a POST saves it, or fills it like the week before."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        monday = monday_of(request.GET.get("week", ""))
        if request.method != "POST":
            return self._show(request, Week(monday))
        if not self.has_change_permission(request):
            raise PermissionDenied
        if "copy" in request.POST:
            data, count = copied(request.POST, Week(monday))
            said = ngettext("%(n)d post is filled in as last week.", "%(n)d posts are filled in as last week.", count)
            messages.info(request, said % {"n": count} + _(" Look it over and save."))
            return self._show(request, Week(monday, data), unsaved=True)
        return self._save(request, monday)

    def _save(self, request, monday):
        try:
            with transaction.atomic():
                week = Week(monday, request.POST, lock=True)
                if any(cell.is_stale for cell in week.touched):
                    raise StaleSave
                valid = [cell.is_valid() and _may_say(cell, request.user) for cell in week.touched]
                if not all(valid):
                    messages.error(request, _("Not saved: please correct what is marked below."))
                    return self._show(request, week, unsaved=True)
                for cell in week.touched:
                    self._write(request, cell)
        except (StaleSave, IntegrityError):  # the second: both made the same shift at once
            return self._refuse(request, monday)
        self._say(request, Week(monday), len(week.touched))
        return redirect(f"{reverse(LIST)}?week={monday}")

    def _say(self, request, week, changed):
        if not changed:
            messages.info(request, _("Nothing was changed."))
        else:
            said = ngettext(
                "The roster is saved: %(n)d post changed.", "The roster is saved: %(n)d posts changed.", changed
            )
            messages.success(request, said % {"n": changed})
        for sentence in week.warnings():
            messages.warning(request, sentence)

    def _write(self, request, cell):
        """One post of a day, and the entry that says who changed it."""
        data, shift = cell.cleaned_data, cell.shift
        before = words_of(cell.standing)
        if data["editor"] is None:
            if shift:
                self.log_change(request, shift, f"− {before}")
                shift.delete()
            return
        stands_in = data["stand_in"] is not None
        made = shift is None
        shift = shift or Shift(day=cell.day, post=cell.post)
        shift.editor, shift.stand_in = data["editor"], data["stand_in"]
        shift.stands_in_from, shift.stands_in_until = (data["since"], data["until"]) if stands_in else (None, None)
        shift.save()
        after = words_of(spelled(shift, cell.people))
        if made:
            self.log_addition(request, shift, f"+ {after}")
        else:
            self.log_change(request, shift, f"− {before}\n+ {after}")

    def _refuse(self, request, monday):
        """Somebody else was first: what was typed stands, beside what is there now; the next save is made knowing it."""
        said = _(
            "Somebody changed this week meanwhile. Nothing is saved; what you entered stands here, look it over and save again."
        )
        messages.error(request, said)
        data, stale = request.POST.copy(), set()
        for cell in Week(monday, request.POST).cells:
            if not cell.is_touched:  # as it is now
                for name, value in zip(FIELDS, cell.standing, strict=True):
                    data[cell.add_prefix(name)] = value
            elif cell.is_stale:
                stale.add(cell.prefix)
            data[cell.add_prefix("was")] = json.dumps(cell.standing)
        week = Week(monday, data)
        for cell in week.cells:
            cell.stands_now = words_of(cell.standing) if cell.prefix in stale else ""
        return self._show(request, week, status=409, unsaved=True)

    def _show(self, request, week, *, status=200, unsaved=False):
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Duty roster"),
            "week": week,
            "posts": list(Post),
            "first": week.monday,
            "last": week.monday + timedelta(days=6),
            "weeks": [
                (_("week before"), week.monday - WEEK),
                (_("this week"), monday_on(today)),
                (_("week after"), week.monday + WEEK),
            ],
            "lists": [(f"may-{post}", week.people.named(week.people.fit[post])) for post in Post]
            + [("may-stand-in", week.people.named(week.people.editors))],
            "may_change": self.has_change_permission(request) and any(not day.is_past for day in week.days),
            "unsaved": unsaved,
            "changes": changes(),
        }
        return render(request, "admin/articles/shift/week.html", context, status=status)

    def add_view(self, request, form_url="", extra_context=None):
        return redirect(LIST)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(LIST)

    def delete_view(self, request, object_id, extra_context=None):
        return redirect(LIST)


def changes():
    """The newest entries about the roster."""
    kind = ContentType.objects.get_for_model(Shift)
    return LogEntry.objects.filter(content_type=kind).select_related("user")[:CHANGES_SHOWN]


def words_of(standing):
    """李静，代班 王芳 2026-11-23 08:00 – 2026-11-23 18:00"""
    editor, stand_in, since, until = standing
    if not editor:
        return _("nobody")
    if not stand_in:
        return editor
    words = _("%(name)s, stand-in %(stand_in)s %(since)s – %(until)s")
    moments = {"since": since.replace("T", " "), "until": until.replace("T", " ")}
    return words % {"name": editor, "stand_in": stand_in, **moments}


def monday_on(day):
    return day - timedelta(days=day.weekday())


def monday_of(typed):
    """The Monday of the week of a typed day; of this week when none can be read, or it is out of all reason."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return monday_on(today)
    return monday_on(day if abs((day - today).days) < 3660 else today)
