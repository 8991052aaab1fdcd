"""Two states of one form: what a person typed, and what was saved meanwhile. Field by field and row by row.

Which of the two was changed since the form was opened is told by the marks that it carried (seen.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.translation import gettext as _

from articles import differences, text
from articles.admin import seen
from articles.admin.fields import key_of
from articles.admin.posted import PostedRows, copy_of, put
from articles.admin.uploads import with_several
from articles.models import Figure, Flag

CHOICE, EDITED = "choice:", "edited:"  # with the key of a difference: what the page posts
MERGING = "merging"  # the field by which a post of the page is known; it names the figures in the order that its text counts them in
MINE, SAVED, OWN, WAITS = "mine", "saved", "edited", ""
LONGEST_LINE = 60  # characters; what is longer is edited in an area
SECONDS = 0.3  # for marking the differences of one field


@dataclass
class Difference:
    """A field or row that says two things. `chosen` is MINE, SAVED, OWN, or WAITS while a person must choose."""

    key: str
    label: str
    mine: str
    saved: str
    options: list[tuple[str, str]]  # (value, words)
    chosen: str
    take: Callable  # called with the Difference when the data is put together
    edited: str | None = None  # the text as it may be edited here; None: it is chosen only
    long: bool = False
    error: str = ""

    @property
    def changes(self):
        """What differs, marked from what is saved to what was typed: at most one differences.FieldChange."""
        paragraphs = differences.of_text(self.saved, self.mine, seconds=SECONDS) if self.saved and self.mine else ()
        return [differences.FieldChange(self.key, _("Yours against the saved one"), paragraphs)] if paragraphs else []

    @property
    def why(self):
        """What the page says of the choice that is made already."""
        if self.chosen == WAITS:
            return _("Changed on both sides: please choose.")
        return _("Only you changed this.") if self.chosen == MINE else _("Only the others changed this.")

    def hear(self, data):
        """Take the choice from what the page posted; `error` says what is wrong with it."""
        said = data.get(f"{CHOICE}{self.key}", WAITS)
        self.chosen = said if said in dict(self.options) else WAITS
        self.error = "" if self.chosen else _("Please choose which of the two stays.")
        typed = data.get(f"{EDITED}{self.key}")
        if self.edited is None or typed is None:
            return
        self.edited = typed
        known = {"", seen.plain(self.mine), seen.plain(self.saved)}
        if self.chosen != OWN and seen.plain(typed) not in known:
            self.error = _("You edited the text below. Choose it, or empty it.")


@dataclass
class Comparison:
    """`data` and `files`: the posted form as one that was opened on the present state, with what was typed in it."""

    data: object
    files: object
    present: dict  # the marks of the present state
    figures: list  # ids of the present figures, in their order
    rows: list = field(default_factory=list)  # PostedRows
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what else the person must know
    lost: list[str] = field(default_factory=list)  # names of files that are to be chosen again

    def put_together(self):
        """Carry out what the page chose, in the data. Returns whether nothing waits for a choice any more."""
        for difference in self.differences:
            difference.hear(self.data)
        if any(difference.error for difference in self.differences):
            return False
        for difference in self.differences:
            difference.take(difference)
        for rows in self.rows:
            rows.write(self.data, self.files)
        for name in [name for name in self.data if name.startswith((CHOICE, EDITED)) or name == MERGING]:
            del self.data[name]
        self.data[seen.SEEN] = seen.spelled(self.present)
        return True


def unbound(model_admin, request, obj):
    """(form, [(formset, its inline)]) of a row as the database has it; those rows alone that the account may change."""
    fieldsets = flatten_fieldsets(model_admin.get_fieldsets(request, obj))
    form = model_admin.get_form(request, obj, change=True, fields=fieldsets)(instance=obj)
    formsets = [
        (formset(instance=obj, prefix=formset.get_default_prefix(), queryset=inline.get_queryset(request)), inline)
        for formset, inline in model_admin.get_formsets_with_inlines(request, obj)
    ]
    return form, formsets


def compare(model_admin, request, obj, data, files):
    """What was typed against the present state of `obj`. Pictures that were chosen go to the library."""
    data, files = with_several(data, files, "figures")
    files = copy_of(files)
    form, formsets = unbound(model_admin, request, obj)
    base = seen.read(data.get(seen.SEEN, ""))
    figures = [
        str(row.instance.pk)
        for formset, _inline in formsets
        if formset.model is Figure
        for row in formset.initial_forms
    ]
    found = Comparison(data, files, seen.marks_of(form, [formset for formset, _inline in formsets]), figures)
    for formset, inline in formsets:
        if f"{formset.prefix}-TOTAL_FORMS" in data and inline.has_change_permission(request, obj):
            _compare_rows(found, formset, base)
    typed = type(form)(data, files, instance=obj)
    fields = [_field(found, typed, name, base.get(name)) for name, _field_ in seen.compared(typed)]
    found.differences[:0] = filter(None, fields)
    found.lost += [file.name for name, file in files.items() if file and not name.endswith("-upload")]
    return found


def _field(found, form, name, base):
    asked = form.fields[name]
    mine, saved = form[name].value(), seen.saved_value(form, name)
    if seen.plain(mine) == seen.plain(saved):
        return None
    is_text = isinstance(asked, forms.CharField)
    options = [(MINE, _("Mine")), (SAVED, _("The saved one"))]
    if is_text:
        options.append((OWN, _("As I edit it here")))
    return Difference(
        key=form.add_prefix(name),
        label=str(form[name].label),
        mine=seen.plain(mine) if is_text else words_of(asked, mine),
        saved=seen.plain(saved) if is_text else words_of(asked, saved),
        options=options,
        chosen=_preselected(seen.mark(mine), seen.mark(saved), base),
        take=partial(_take_field, found.data, form, name, saved),
        edited=(found.data.get(f"{EDITED}{name}") or seen.plain(mine)) if is_text else None,
        long=isinstance(asked.widget, forms.Textarea),
    )


def _take_field(data, form, name, saved, difference):
    if difference.chosen == SAVED:
        put(data, form, name, saved)
    elif difference.chosen == OWN:
        data[form.add_prefix(name)] = difference.edited


def _preselected(mine, saved, base):
    """What is chosen already: the side that alone was changed since the form was opened."""
    if base is None:
        return WAITS
    return SAVED if mine == base else MINE if saved == base else WAITS


def _compare_rows(found, formset, base):
    present = {str(row.instance.pk): row for row in formset.initial_forms}
    rows = PostedRows(found.data, found.files, formset.prefix)
    opened = {rows.id_of(row) for row in rows.rows}
    gone = {}  # of rows that somebody deleted: which they were
    for row in list(rows.rows):
        key = rows.id_of(row)
        if key and key not in present:
            if formset.model is Flag:  # the passage is mended: there is nothing left to settle
                rows.rows.remove(row)
                found.notes += _reason_kept(row)
            else:
                gone[id(row)] = key, row[0].get("position")
                rows.detach(row)
    rows.write(found.data, found.files)
    gone = [gone.get(id(row), ("", None)) for row in rows.rows]
    bound = type(formset)(
        found.data, found.files, instance=formset.instance, prefix=formset.prefix, queryset=formset.queryset
    )
    if formset.model is Figure:
        for row in bound.forms:
            file = row.files.get(row.add_prefix("upload"))
            photo = row.keep_upload() if file else None
            if photo:
                found.notes.append(_("The picture is in the photo library now: %(photo)s") % {"photo": photo})
            elif file:
                found.lost.append(file.name)
        _renumber_marks(found, bound, gone, base)
        rows = PostedRows(found.data, found.files, formset.prefix)
    found.rows.append(rows)
    contents = {_content(row) for row in present.values()}
    for number, (row, form) in enumerate(zip(list(rows.rows), bound.forms, strict=True)):
        stored = present.get(rows.id_of(row))
        if stored:
            found.differences += _changed_row(rows, row, form, stored, base)
        elif gone[number][0] and _lacks_what_it_was(form):
            rows.rows.remove(row)
            said = _("Taken out meanwhile, with what you typed in it: %(row)s")
            found.notes.append(said % {"row": f"{_name(formset)} {_row_words(form)}".replace("\n", "，")})
        elif _says_nothing(form):
            continue
        elif not gone[number][0] and _typed_content(form) in contents:
            rows.rows.remove(row)  # somebody added the same
        else:
            found.differences.append(_added_row(rows, row, form, number, *gone[number], base))
    for key, stored in present.items():
        if key not in opened and f"{formset.prefix}-{key}" not in base and formset.model is not Flag:
            said = _("Added meanwhile, and it stays: %(row)s")
            found.notes.append(said % {"row": f"{_name(formset)} {_row_words(stored, saved=True)}".replace("\n", "，")})


def _changed_row(rows, row, form, stored, base):
    deleted = "DELETE" in row[0]
    mine, saved = seen.typed_mark(form), seen.saved_mark(stored)
    if mine == saved and not deleted:
        return
    key = f"{rows.prefix}-{stored.instance.pk}"
    chosen = _preselected("" if deleted else mine, saved, base.get(key))
    if isinstance(stored.instance, Flag) and stored.instance.cleared_at and "raised" not in row[0]:
        chosen = SAVED
    yield Difference(
        key=key,
        label=f"{_name(form)} {stored.instance}",
        mine=_("deleted") if deleted else _row_words(form),
        saved=_row_words(stored, saved=True),
        options=[(MINE, _("Mine")), (SAVED, _("The saved one"))],
        chosen=chosen,
        take=partial(_take_row, rows, row),
    )


def _added_row(rows, row, form, number, was, position, base):
    """`was`, `position`: of a row that somebody deleted, its id and the number that it was posted with."""
    typed = seen.mark(
        *(position if name == "position" else form[name].value() for name, _field_ in seen.compared(form))
    )
    chosen = _preselected(typed, "", base.get(f"{rows.prefix}-{was}")) if was else MINE
    return Difference(
        key=f"{rows.prefix}-new{number}",
        label=f"{_name(form)} {number + 1}",
        mine=_row_words(form),
        saved=_("deleted") if was else _("not there"),
        options=[(MINE, _("Keep mine") if was else _("Add mine")), (SAVED, _("Leave it out"))],
        chosen=chosen,
        take=partial(_take_row, rows, row),
    )


def _take_row(rows, row, difference):
    """A row that is not posted is left as it stands."""
    if difference.chosen == SAVED:
        rows.rows.remove(row)


def _name(form):
    model = getattr(form, "model", None) or type(form.instance)
    return str(model._meta.verbose_name)


def _says_nothing(form):
    return seen.typed_mark(form) == seen.saved_mark(form) and not any(
        form.files.get(form.add_prefix(n)) for n in form.fields
    )


def _lacks_what_it_was(form):
    """Whether a row that is gone cannot be put back from what was typed: what it is about was read, and not posted."""
    return any(field_.required and form[name].value() in (None, "") for name, field_ in seen.compared(form))


def _content(row):
    return seen.mark(*(seen.saved_value(row, name) for name, _field_ in seen.compared(row) if name != "position"))


def _typed_content(form):
    return seen.mark(*(form[name].value() for name, _field_ in seen.compared(form) if name != "position"))


def _row_words(form, saved=False):
    """A row as a person reads it, a field a line."""
    flag = form.instance
    if saved and isinstance(flag, Flag):
        said = _("settled by %(who)s: %(reason)s") % {"who": flag.cleared_by, "reason": flag.reason or "—"}
        return said if flag.cleared_at else _("open")
    lines = []
    for name, field_ in seen.compared(form):
        value = seen.saved_value(form, name) if saved else form[name].value()
        if value not in (None, "", False):
            lines.append(f"{form[name].label}：{words_of(field_, value)}")
    return "\n".join(lines)


def words_of(field_, value):
    """A value as a person reads it: a choice by its label."""
    if isinstance(field_, forms.BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "", False):
        return _("empty")
    if hasattr(field_, "queryset"):
        key = seen.plain(value)
        row = field_.queryset.filter(pk=key).first() if key_of(key) is not None else None
        return str(row or value)
    labels = {str(key): str(label) for key, label in getattr(field_, "choices", ())}
    return labels.get(str(value), seen.plain(value))


def _reason_kept(row):
    reason = " ".join(row[0].get("reason", []))
    return (
        [_("The passage that you settled is mended already; your reason was: %(reason)s") % {"reason": reason}]
        if reason
        else []
    )


def _renumber_marks(found, bound, gone, base):
    """Let the marks of the typed text count the figures as they now are, those behind them that are only in this form.

    The text was typed against the figures in the order in which the form was opened.
    """
    body = found.data.get("body", "")
    if MERGING in found.data:
        opened = found.data[MERGING].split()
    else:
        opened = [key.removeprefix("figures-") for key in base if key.startswith("figures-")]
    if "【图" not in (body := text.clean_body(body)):
        return
    now = {key: number for number, key in enumerate(found.figures, 1)}
    numbers = {number: now.get(key) for number, key in enumerate(opened, 1)}
    added = [
        was
        for form, (was, _position) in zip(bound.forms, gone, strict=True)
        if not form.instance.pk and (was or not _says_nothing(form))
    ]
    fresh = len(opened)
    for number, was in enumerate(added, len(now) + 1):
        if was in opened:
            numbers[opened.index(was) + 1] = number
        else:
            fresh += 1
            numbers[fresh] = number
    found.data["body"] = text.renumber_figures(body, numbers)
