"""What the rows under a piece have in common: how they are ordered, written and looked up."""

from django import forms
from django.contrib.admin.helpers import InlineAdminFormSet
from django.db.models import UniqueConstraint
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import Autocomplete, AutocompleteMixin

LAST = 32000  # where a row stands that was given no number


class RowChoice(forms.ModelChoiceField):
    """A choice among rows of a table. The one that stands there is loaded with its form, and is not asked for again."""

    known = None

    def to_python(self, value):
        if self.known is not None and str(value) == str(self.known.pk):
            return self.known
        return super().to_python(value)


class RowAutocomplete(Autocomplete):
    """Autocomplete for a RowChoice: it names the row that stands there without asking for it."""

    def optgroups(self, name, value, attr=None):
        known, chosen = self.choices.field.known, [str(key) for key in value if key]
        if chosen and (known is None or chosen != [str(known.pk)]):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        if chosen:
            label = self.choices.field.label_from_instance(known)
            options.append(self.create_option(name, known.pk, label, {str(known.pk)}, len(options)))
        return [(None, options, 0)]


class RowChoiceMixin(AutocompleteMixin):
    """For admins and inlines with autocomplete_fields whose forms are KnowingForms."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs |= {
                "form_class": RowChoice,
                "widget": RowAutocomplete(db_field, self.admin_site, using=kwargs.get("using")),
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class KnowingForm(forms.ModelForm):
    """A form whose choices know the rows that its instance was loaded with (select_related)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, RowChoice) and getattr(self.instance, f"{name}_id"):
                field.known = getattr(self.instance, name)

    def _get_validation_exclusions(self):
        """A row that stands as it was saved is not validated against the database anew."""
        exclusions = super()._get_validation_exclusions()
        return exclusions | set(self.fields) if self.instance.pk and not self.has_changed() else exclusions


class OrderedForm(KnowingForm):
    """A row with a number that may be left empty: it then goes to the end."""

    position = forms.IntegerField(
        label=_("no."),
        required=False,
        min_value=0,
        max_value=LAST,
        widget=forms.NumberInput(attrs={"class": "vSmallField", "inputmode": "numeric"}),
    )

    def clean_position(self):
        return self.cleaned_data["position"] or LAST


class RowsFormSet(BaseInlineFormSet):
    """Rows that may not say the same thing twice; says so as an editor would."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        key = form.fields[self._pk_field.name]
        known = RowChoice(key.queryset, initial=key.initial, required=key.required, widget=key.widget)
        known.known = form.instance if form.instance.pk else None
        form.fields[self._pk_field.name] = known

    def get_unique_error_message(self, unique_check):
        return str(_("This stands here twice; please delete one of the two rows."))

    def get_form_error(self):
        return str(_("This row stands above already."))

    def save(self, commit=True):
        """Rows that change places stand in each other's way: what goes or becomes another is taken out before any is saved."""
        constraints = [each for each in self.model._meta.constraints if isinstance(each, UniqueConstraint)]
        unique = {name for constraint in constraints for name in constraint.fields}
        changing = [
            form.instance.pk
            for form in self.initial_forms
            if form.instance.pk and (self._should_delete_form(form) or unique & set(form.changed_data))
        ]
        if unique and len(changing) > 1:
            self.model.objects.filter(pk__in=changing).delete()
        return super().save(commit)

    def kept(self):
        """The forms that were filled in and are not to be deleted."""
        return [
            form for form in self.forms if (form.errors or form.cleaned_data) and not self._should_delete_form(form)
        ]


class RowsMixin(RowChoiceMixin):
    """For inlines: their rows are loaded with what `loads` names, and written by the desk's own template."""

    template = "admin/articles/article/rows.html"
    form = KnowingForm
    formset = RowsFormSet
    loads = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.loads)


class Rows(InlineAdminFormSet):
    """Django's, which asks each row of an inline anew for the scripts that all of them need alike."""

    def __init__(self, shown):
        vars(self).update(vars(shown))

    @property
    def media(self):
        return self.opts.media + self.formset.media
