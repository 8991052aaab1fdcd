"""What pages of the desk show beside their own matter."""

from django import template

from articles import reminders, rota, stages
from articles.admin import remind, workbench

register = template.Library()


@register.inclusion_tag("desk/fewer_reviews.html")
def fewer_reviews():
    """The notice of a desk that asks for fewer than three reviews."""
    return {"words": stages.fewer_than_three()}


@register.simple_tag(takes_context=True)
def reminder(context, article):
    """The line that asks for the next signature on a piece; nothing when it is not in review."""
    return remind.line_for(context["request"], article)


@register.simple_tag
def has_robot():
    return reminders.has_robot()


@register.inclusion_tag("desk/on_duty.html")
def on_duty():
    """Who is on duty today, post by post."""
    return {"duties": workbench.duties(rota.on_duty())}
