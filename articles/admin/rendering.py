"""The commonest widgets, written without a template for each attribute and option.

A form of a hundred fields renders some thousand templates through Django's own; written here, it opens in half the time.
What is written is the same (a test compares them), and what is not known here Django's templates write.
"""

from html import escape

from django.forms.renderers import DjangoTemplates
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class LeanRenderer(DjangoTemplates):
    """settings.FORM_RENDERER. Every value that is written passes _escaped(); the caller marks the whole as safe."""

    def render(self, template_name, context, request=None):
        write = WRITTEN.get(template_name)
        written = write(context) if write else None
        return super().render(template_name, context, request) if written is None else written


def _escaped(value):
    """As conditional_escape, without its detour for text that is to be translated later: it is written now."""
    return value if isinstance(value, SafeString) else escape(str(value))


def _attributes(attrs):
    """As django/forms/widgets/attrs.html writes them."""
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _opening(tag, widget, **first):
    return f"<{tag}{_attributes(first)}{_attributes(widget['attrs'])}>"


def _input(context):
    widget = context["widget"]
    value = {} if widget["value"] is None else {"value": widget["value"]}
    return _opening("input", widget, type=widget["type"], name=widget["name"], **value)


def _file(context):
    """A file input; one that holds a file already is left to Django's template."""
    widget = context["widget"]
    return None if widget.get("is_initial") else _opening("input", widget, type=widget["type"], name=widget["name"])


def _textarea(context):
    widget = context["widget"]
    return f"{_opening('textarea', widget, name=widget['name'])}\n{_escaped(widget['value'] or '')}</textarea>"


def _select(context):
    widget = context["widget"]
    groups = "".join(_group(name, options) for name, options, _number in widget["optgroups"])
    return f"{_opening('select', widget, name=widget['name'])}{groups}</select>"


def _group(name, options):
    written = "".join(
        f"{_opening('option', option, value=option['value'])}{_escaped(option['label'])}</option>" for option in options
    )
    return f"<optgroup{_attributes({'label': name})}>{written}</optgroup>" if name else written


def _related(context):
    """Django's box round the choice of a row, with its links to change, add, delete and see one."""
    ref = {} if context["model_has_limit_choices_to"] else {"data-model-ref": context["model_name"]}
    links = "" if context["is_hidden"] else "".join(_links(context))
    return f'<div class="related-widget-wrapper"{_attributes(ref)}>{_escaped(context["rendered_widget"])}{links}</div>'


def _links(context):
    popup, model = context["url_params"], {"model": context["model"]}
    change = context.get("change_related_template_url")
    if context["can_change_related"]:
        yield _link(
            context, "change", {"data-href-template": f"{change}?{popup}"}, _("Change selected %(model)s") % model
        )
    if context["can_add_related"]:
        yield _link(
            context, "add", {"href": f"{context['add_related_url']}?{popup}"}, _("Add another %(model)s") % model
        )
    if context["can_delete_related"]:
        where = f"{context['delete_related_template_url']}?{popup}"
        yield _link(context, "delete", {"data-href-template": where}, _("Delete selected %(model)s") % model)
    if context["can_view_related"]:
        where = f"{change}?{context['view_related_url_params']}"
        yield _link(context, "view", {"data-href-template": where}, _("View selected %(model)s") % model)


def _link(context, act, address, words):
    attrs = {"class": f"related-widget-wrapper-link {act}-related", "id": f"{act}_id_{context['name']}", **address}
    popup = {} if act == "view" else {"data-popup": "yes"}
    icon = static(f"admin/img/icon-{act}link.svg")
    return f'<a{_attributes({**attrs, **popup, "title": words})}><img src="{_escaped(icon)}" alt="" width="24" height="24"></a>'


INPUTS = ("checkbox", "hidden", "number", "text")
WRITTEN = {
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
    "django/forms/widgets/file.html": _file,
    "admin/widgets/clearable_file_input.html": _file,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "admin/widgets/related_widget_wrapper.html": _related,
}
