"""Numbers that belong to a person: identity cards, mobile telephones, bank cards."""

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages

_DIGITS = re.compile(r"(?<![\dA-Za-z.])\d(?:[ -]?\d){10,18}[xX]?(?![\dA-Za-z])(?!\.\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CARD = re.compile(r"[3-69]\d{15,18}")


def personal_numbers(copy: Copy) -> Iterator[Finding]:
    said = {
        "identity_number": _("An identity number must not be printed."),
        "telephone": _("A person's mobile number: may it be printed?"),
        "bank_card": _("This may be the number of a bank card."),
    }
    for passage in passages(copy):
        for match in _DIGITS.finditer(passage.text):
            if check := _kind(match.group().replace(" ", "").replace("-", "").upper()):
                yield found(check, passage, *match.span(), said[check])


def _kind(number):
    if len(number) == 18 and is_identity_number(number):
        return "identity_number"
    if _MOBILE.fullmatch(number):
        return "telephone"
    return "bank_card" if _CARD.fullmatch(number) and passes_luhn(number) else ""


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number by their day of birth and their check digit (GB 11643)."""
    if not number[:17].isdecimal():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return number[0] != "0" and number[17] == "10X98765432"[rest]


def passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
