"""How a form stood when it was opened: a short mark of each field and row, carried in the form.

By them a later save tells what this person changed and what somebody else did: mine is as it was, theirs is not.
"""

import hashlib
from datetime import date, datetime

from django import forms
from django.db.models import Model
from django.utils import timezone

from articles import text

SEEN = "seen"  # the field that carries the marks
LENGTH = 12  # hex digits of a mark
APART = frozenset(
    {"DELETE", SEEN, "base_revision", "entry", "on_schedule"}
)  # fields that say nothing of the row itself


class SeenField(forms.CharField):
    """The marks of a form; they are nothing that a person changed."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class SeenForm(forms.ModelForm):
    """A form that carries how it stood when it was opened."""

    seen = SeenField(required=False)


def plain(value):
    """A value as a form posts it, whether it was posted or comes from the database: one spelling for both."""
    if value is None or value is False:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(map(plain, value))
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return "on" if value is True else text.clean_body(str(value))


def compared(form):
    """(name, field) of what a person sees and can change in a form, files apart."""
    for name, field in form.fields.items():
        if (
            name not in APART
            and not isinstance(field, forms.FileField)
            and not isinstance(field.widget, forms.HiddenInput)
        ):
            yield name, field


def saved_value(form, name):
    """What the database says in a field of this form."""
    return form.get_initial_for_field(form.fields[name], name)


def mark(*values):
    return hashlib.sha256("\0".join(map(plain, values)).encode()).hexdigest()[:LENGTH]


def saved_mark(form):
    """The mark of a row as the database has it."""
    return mark(*(saved_value(form, name) for name, _field in compared(form)))


def typed_mark(form):
    """The mark of a row as it was posted."""
    return mark(*(form[name].value() for name, _field in compared(form)))


def row_key(formset, form):
    return f"{formset.prefix}-{form.instance.pk}"


def marks_of(form, formsets):
    """{name of a field, or prefix and id of a row: its mark} of everything that the database says in this form, rows in order."""
    marks = {name: mark(saved_value(form, name)) for name, _field in compared(form)}
    for formset in formsets:
        marks |= {row_key(formset, row): saved_mark(row) for row in formset.initial_forms if row.instance.pk}
    return marks


def spelled(marks):
    return " ".join(f"{name}={digits}" for name, digits in marks.items())


def read(written):
    """The marks that a form brought back; of what is no mark, nothing."""
    return dict(part.split("=", 1) for part in written.split() if "=" in part)
