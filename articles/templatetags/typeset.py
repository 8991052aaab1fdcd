"""What the desk's templates share with the public ones."""

from django import template

from articles.typeset import media_url

register = template.Library()
register.filter(media_url)
