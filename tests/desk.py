"""Filling the desk's forms as a browser would: every field of the page as it came, with what a test changes."""

from django.forms import FileField


def filled(response, **changes):
    """The POST data of a change form's page (a response of the test client), changed where `changes` says."""
    data = {}
    for form in forms_of(response):
        for name, field in form.fields.items():
            value = form[name].value()
            if value is not None and value is not False and value != "" and not isinstance(field, FileField):
                data[form.add_prefix(name)] = value
    return {**data, **changes}


def forms_of(response):
    yield response.context["adminform"].form
    for inline in response.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def errors_of(response):
    """Every error of a refused form, as {field or "": sentence}."""
    found = {}
    for form in forms_of(response):
        found |= {form.add_prefix(name): " ".join(errors) for name, errors in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        if sentences := inline.formset.non_form_errors():
            found[inline.formset.prefix] = " ".join(sentences)
    return found


def rows(response):
    """The pieces a list page shows, in order."""
    return list(response.context["cl"].result_list)
