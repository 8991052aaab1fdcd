"""A form that was open while somebody else changed its row: nothing is overwritten unseen, and nothing typed is lost."""

import hashlib
from datetime import UTC, datetime

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import submissions, text

WORDS = ("headline", "text", "byline")
NOT_COMPARED = ("base", "file")  # fields of the form that are nothing of a row's standing
LONGEST_SHOWN = 60  # characters of what somebody else entered


def mark(value):
    """What tells two values of a field apart as a form shows them: no blanks around, no fractions of a second."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(microsecond=0).isoformat()
    elif isinstance(value, Model):
        value = value.pk
    return hashlib.sha256(text.clean_body(str(value or "")).encode()).hexdigest()[:16]


def marks_in(written):
    """{name of a field: its mark} of a state as a form carries it."""
    return dict(part.split("=", 1) for part in written.split() if "=" in part)


def shown(value):
    """What somebody else entered, short enough for a sentence."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return text.first_sentence(text.clean_body(str(value or "")), LONGEST_SHOWN) or _("empty")


class ComparedForm(forms.ModelForm):
    """Carries how its row stood when it was opened (`base`), and tells by that what somebody else changed since."""

    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base"] = self._state()

    def settle_with_others(self, cleaned):
        """For clean(): what of this form may not be saved over a colleague's, said at the form or at its field."""
        if self.instance.pk:
            self._check_stale(cleaned)
            self._keep_verification(cleaned)

    def _compared(self):
        """The names of the fields by which a row is told from what it was: of those in this form alone, for the telephone
        number of one that has none would show in the mark."""
        return [name for name in self.fields if name not in NOT_COMPARED]

    def _state(self):
        """How the row stands, field by field: what a form carries to tell whether somebody else changed the row meanwhile."""
        marks = [f"{name}={mark(getattr(self.instance, name))}" for name in self._compared()]
        return " ".join(marks) if self.instance.pk else ""

    def _check_stale(self, cleaned):
        """Somebody else changed the row, or made it a piece, while this form was open; what was typed stays in it.

        Nothing of such a form is saved. A field that was changed elsewhere alone is shown as it now is.
        """
        stored = self.instance
        now, base = marks_in(self._state()), marks_in(cleaned.get("base") or "")
        typed = {name: mark(cleaned[name]) for name in now if name in cleaned}
        differs = [name for name in now if typed.get(name) != now[name]]
        if stored.article_id or stored.recalled_at:
            if any(name in WORDS for name in differs):
                self.add_error(None, self._settled())
            differs = [name for name in differs if name not in WORDS]
        if stored.verified_at:
            differs = [name for name in differs if name != "verification"]
        theirs = [name for name in differs if now[name] != base.get(name)]
        if theirs:
            self._show_both(theirs, [name for name in theirs if typed.get(name) == base.get(name)])

    def _settled(self):
        """Why the words of a row are changed no more."""
        if self.instance.recalled_at:
            return submissions.RECALLED
        said = _("This was made the piece %(number)s meanwhile. Carry over there what you changed here.")
        return said % {"number": self.instance.article.number}

    def _show_both(self, theirs, untouched):
        """Say which fields somebody else changed. Those that were not touched here take what is stored, the others what was typed."""
        self.data = self.data.copy()
        self.data["base"] = self._state()
        for name in untouched:
            self._show_stored(name)
        if untouched:
            said = _("Somebody changed this while your form was open, and it is shown below as it now is: %(fields)s.")
            self.add_error(None, said % {"fields": self._named(untouched)})
        if both := [name for name in theirs if name not in untouched]:
            said = _(
                "Somebody changed this while your form was open; what you typed stands below. Now it is: %(fields)s. Save once more to put yours in its place."
            )
            self.add_error(None, said % {"fields": self._named(both)})
        if untouched and not both:
            self.add_error(None, _("Nothing is saved yet; please look at it and save once more."))

    def _show_stored(self, name):
        value, widget = getattr(self.instance, name), self.fields[name].widget
        value = value.pk if isinstance(value, Model) else value
        if isinstance(widget, forms.MultiWidget):
            for number, part in enumerate(widget.decompress(value)):
                self.data[f"{self.add_prefix(name)}_{number}"] = f"{part:%H:%M:%S}" if number else str(part)
        else:
            self.data[self.add_prefix(name)] = value or ""

    def _named(self, names):
        named = [(self.fields[name].label, shown(getattr(self.instance, name))) for name in names]
        return "、".join(f"{label}“{value}”" for label, value in named)

    def _keep_verification(self, cleaned):
        """A form that was opened before somebody verified the row changes nothing of how it was done."""
        stored = self.instance
        if not stored.verified_at or "verification" not in cleaned:
            return
        base = marks_in(cleaned.get("base") or "").get("verification")
        typed = cleaned["verification"]
        if typed and typed != stored.verification and mark(typed) != base:
            said = _(
                "%(who)s verified it meanwhile: “%(how)s”. Empty this field; what you found out goes into the note."
            )
            self.add_error("verification", said % {"who": stored.verified_by, "how": stored.verification})
        else:
            cleaned["verification"] = stored.verification
