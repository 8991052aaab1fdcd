"""What a telephone number is, wherever somebody who sends something types one."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_DIGITS = 5  # of a telephone number: 12345 is one
IN_A_NUMBER = frozenset("转分机")  # 0379-66312345 转 801


def check_telephone(phone):
    """Raises ValidationError unless a cleaned line is a number, with whatever stands between its digits, or nothing."""
    letters = any(character.isalpha() and character not in IN_A_NUMBER for character in phone)
    few = 0 < len(phone) and sum(map(str.isdigit, phone)) < FEWEST_DIGITS
    if letters or few:
        raise ValidationError(
            _("A telephone number has at least five digits and no letters. Leave the field empty if there is none.")
        )
