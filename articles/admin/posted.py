"""A posted form as it is put together anew: the rows of its formsets, with the files that came with them."""

from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.forms.widgets import CheckboxInput, MultiWidget
from django.utils.datastructures import MultiValueDict

from articles.admin.fields import key_of
from articles.admin.seen import plain

MOST_ROWS = 1000  # of one sort; more were never typed


class PostedRows:
    """The rows of one formset. A row is {field: [values]} with its files apart; `write` counts them anew, those with an id first."""

    def __init__(self, data, files, prefix):
        self.prefix = prefix
        total = min(key_of(data.get(f"{prefix}-{TOTAL_FORM_COUNT}", "")) or 0, MOST_ROWS)
        self.rows = [({}, {}) for _number in range(total)]
        for source, part in ((data, 0), (files, 1)):
            for name in source:
                place, field = self._place(name)
                if place is not None and place < total:
                    self.rows[place][part][field] = source.getlist(name)

    def _place(self, name):
        """(number of the row, field) of a posted name; (None, "") of another."""
        if not name.startswith(f"{self.prefix}-"):
            return None, ""
        number, _, field = name.removeprefix(f"{self.prefix}-").partition("-")
        return (key_of(number), field) if field else (None, "")

    @staticmethod
    def id_of(row):
        """The id that a row was opened with, as text; "" of one that was added."""
        return (row[0].get("id") or [""])[-1]

    @staticmethod
    def detach(row):
        """Make of a row that is gone from the database one that is to be added, at the end."""
        row[0]["id"] = [""]
        if "position" in row[0]:
            row[0]["position"] = [""]

    def write(self, data, files):
        """Put the rows, as they are now, into the data in place of those that stood there."""
        for source in (data, files):
            for name in [name for name in source if self._place(name)[1]]:
                del source[name]
        self.rows.sort(key=lambda row: not self.id_of(row))
        for number, row in enumerate(self.rows):
            for source, values in zip((data, files), row, strict=True):
                for field, value in values.items():
                    source.setlist(f"{self.prefix}-{number}-{field}", value)
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(self.rows))
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(sum(map(bool, map(self.id_of, self.rows))))


def copy_of(files):
    """Files that may be given other names."""
    return MultiValueDict({name: files.getlist(name) for name in files})


def put(data, form, name, value):
    """Let posted data say `value`, as the database has it, in a field of a form."""
    widget, html_name = form.fields[name].widget, form.add_prefix(name)
    if isinstance(widget, MultiWidget):
        for number, part in enumerate(plain(value).split(" ") if value else [""] * len(widget.widgets)):
            data[f"{html_name}_{number}"] = part
    elif isinstance(widget, CheckboxInput) and not value:
        data.pop(html_name, None)
    else:
        data[html_name] = plain(value)
