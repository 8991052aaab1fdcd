"""What Chrome 61 and iOS 12 leave of a stylesheet: what either does not know is taken out as they would take it out.

A declaration goes alone; a rule goes whole when one of its selectors is unknown; an unknown at-rule goes with all it holds.
From the compatibility tables of MDN and caniuse, for what a stylesheet of ours may come to use.
"""

import re
from typing import NamedTuple

import tinycss2

UNKNOWN_PROPERTIES = re.compile(
    r"(margin|padding|border|inset|scroll-margin|scroll-padding)-(inline|block)(-.*)?|inset|(min-|max-)?(inline|block)-size|gap|row-gap|column-gap"
    r"|aspect-ratio|text-wrap(-.*)?|text-spacing-trim|text-autospace|hanging-punctuation|text-underline-offset|text-decoration-thickness|text-underline-position"
    r"|scrollbar-(width|color|gutter)|overscroll-behavior.*|accent-color|color-scheme|content-visibility|contain(-.*)?|container(-.*)?|backdrop-filter"
    r"|appearance|print-color-adjust|translate|rotate|scale|mask(-.*)?|text-emphasis.*|scroll-(snap|behavior|margin|padding).*|line-clamp|initial-letter"
    r"|font-synthesis.*|font-optical-sizing|font-variant-east-asian|user-select|view-transition-.*|animation-timeline|interpolate-size|field-sizing|text-box.*"
)
UNKNOWN_VALUES = {  # by property; "" for any
    "": {"revert", "revert-layer"},
    "display": {"flow-root", "contents"},
    "position": {"sticky"},
    "overflow-wrap": {"anywhere"},
    "word-break": {"auto-phrase"},
    "overflow": {"clip"},
    "overflow-x": {"clip"},
    "overflow-y": {"clip"},
    "grid-template-columns": {"subgrid"},
    "grid-template-rows": {"subgrid"},
    "text-align": {"match-parent"},
    "white-space": {"break-spaces"},
}
UNKNOWN_FUNCTIONS = {
    "clamp", "min", "max", "env", "color-mix", "light-dark", "oklch", "oklab", "lab", "lch", "hwb", "color", "conic-gradient", "image-set", "round", "abs", "sign",
}  # fmt: skip
UNKNOWN_UNITS = {
    "dvh",
    "svh",
    "lvh",
    "dvw",
    "svw",
    "lvw",
    "cqw",
    "cqh",
    "cqi",
    "cqb",
    "lh",
    "rlh",
    "cap",
    "ic",
    "vi",
    "vb",
}
KNOWN_PSEUDOS = {
    "hover", "focus", "focus-within", "active", "visited", "link", "target", "root", "empty", "checked", "disabled", "enabled", "required", "invalid", "valid",
    "first-child", "last-child", "only-child", "nth-child", "nth-last-child", "first-of-type", "last-of-type", "only-of-type", "nth-of-type", "nth-last-of-type",
    "not", "lang", "before", "after", "first-line", "first-letter", "selection", "placeholder-shown",
}  # fmt: skip
KNOWN_AT_RULES = {"media", "supports", "font-face", "keyframes", "page", "charset", "import"}
KNOWN_MEDIA = {
    "all",
    "screen",
    "print",
    "only",
    "and",
    "not",
    "orientation",
    "portrait",
    "landscape",
    "hover",
    "none",
    "pointer",
    "coarse",
    "fine",
}


class Lost(NamedTuple):
    """Something taken out: what it is ("rule", "declaration" or "at-rule"), its words, and what stays of the block it stood in."""

    what: str
    name: str
    value: str
    kept: frozenset = frozenset()
    all_unknown: bool = False  # a rule: each of its selectors is unknown, so that no other is lost with it


def stripped(css):
    """(the stylesheet as the old browsers read it, [Lost] in order)"""
    lost = []
    return "\n".join(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), lost)), lost


def _rules(rules, lost):
    for rule in rules:
        if rule.type == "qualified-rule":
            if text := _rule(rule, lost):
                yield text
        elif rule.type == "at-rule":
            if text := _at_rule(rule, lost):
                yield text


def _rule(rule, lost):
    selectors = tinycss2.serialize(rule.prelude).strip()
    unknown = [selector for selector in split(rule.prelude) if not knows_selector(selector)]
    if unknown:
        lost.append(Lost("rule", selectors, "", all_unknown=len(unknown) == len(split(rule.prelude))))
        return None
    return f"{selectors} {{ {_declarations(rule.content, lost)} }}"


def _declarations(content, lost):
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    known = [one for one in found if one.type == "declaration" and knows(one.lower_name, one.value)]
    if any(one.lower_name in ("columns", "column-count") for one in known):  # between columns of text they know it
        known = [one for one in found if one in known or one.type == "declaration" and one.lower_name == "column-gap"]
    names = frozenset(one.lower_name for one in known)
    for one in found:
        if one.type == "declaration" and one not in known:
            lost.append(Lost("declaration", one.lower_name, tinycss2.serialize(one.value).strip(), names))
        elif one.type != "declaration":
            lost.append(Lost("rule", f"{one.type} inside a rule", ""))
    return "; ".join(
        f"{one.name}: {tinycss2.serialize(one.value).strip()}{' !important' * one.important}" for one in known
    )


def _at_rule(rule, lost):
    name, prelude = rule.lower_at_keyword, tinycss2.serialize(rule.prelude).strip()
    if name not in KNOWN_AT_RULES:
        lost.append(Lost("at-rule", f"@{name}", prelude))
        return None
    if name == "media" and not knows_media(rule.prelude) or name == "supports" and not supports(rule.prelude):
        lost.append(Lost("at-rule", f"@{name}", prelude, all_unknown=True))  # meant to be passed over
        return None
    if name in ("media", "supports"):
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        return f"@{name} {prelude} {{\n" + "\n".join(_rules(inner, lost)) + "\n}"
    return tinycss2.serialize([rule])


def split(tokens):
    """Lists of tokens, parted at the commas."""
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def knows_selector(tokens):
    for before, token in zip([None, *tokens], tokens, strict=False):
        follows_colon = before is not None and before.type == "literal" and before.value == ":"
        if token.type == "function":
            inner = split(token.arguments)
            simple = token.lower_name != "not" or (len(inner) == 1 and " " not in tinycss2.serialize(inner[0]).strip())
            if (
                token.lower_name not in KNOWN_PSEUDOS
                or not simple
                or (token.lower_name == "not" and not knows_selector(inner[0]))
            ):
                return False
        elif follows_colon and token.type == "ident":
            if token.lower_value not in KNOWN_PSEUDOS and not token.lower_value.startswith("-webkit-"):
                return False
        elif token.type == "literal" and token.value == "&":
            return False
    return True


def knows(name, value):
    """Whether the old browsers know a declaration. What holds a var() they take as it is, and it is known when it is used."""
    if name.startswith("--"):
        return True
    if UNKNOWN_PROPERTIES.fullmatch(name):
        return False
    words = [token.lower_value for token in value if token.type == "ident"]
    if set(words) & (UNKNOWN_VALUES.get(name, set()) | UNKNOWN_VALUES[""]) or (name == "overflow" and len(words) > 1):
        return False
    return all(_knows_token(token) for token in value)


def _knows_token(token):
    if token.type == "function":
        if token.lower_name in UNKNOWN_FUNCTIONS:
            return False
        if token.lower_name in ("rgb", "rgba", "hsl", "hsla") and not any(t == "," for t in token.arguments):
            return False
        if token.lower_name.endswith("-gradient") and any(
            sum(t.type in ("percentage", "dimension") for t in part) > 1
            and not any(t.type == "ident" and t.lower_value == "at" for t in part)
            for part in split(token.arguments)
        ):
            return False
        return all(map(_knows_token, token.arguments))
    if token.type == "() block":
        return all(map(_knows_token, token.content))
    if token.type == "hash":
        return len(token.value) not in (4, 8)
    return not (token.type == "dimension" and token.lower_unit in UNKNOWN_UNITS)


def knows_media(tokens):
    for token in tokens:
        inner = token.content if token.type == "() block" else [token]
        for one in inner:
            if (
                one.type == "ident"
                and one.lower_value not in KNOWN_MEDIA
                and not re.fullmatch("(min-|max-)?(width|height|resolution)", one.lower_value)
            ):
                return False
            if one.type == "literal" and one.value in "<>=":
                return False
    return True


def supports(tokens):
    """Whether @supports (name: value), with not, and, or, holds in them."""
    words = [token for token in tokens if token.type != "whitespace"]
    if words and words[0].type == "ident" and words[0].lower_value == "not":
        return not supports(words[1:])
    answers = [_holds(token) for token in words if token.type != "ident"]
    either = any(token.type == "ident" and token.lower_value == "or" for token in words)
    return any(answers) if either else all(answers)


def _holds(token):
    if token.type != "() block":
        return False  # selector(), font-tech()
    inner = [one for one in token.content if one.type != "whitespace"]
    if inner and inner[0].type == "() block" or (inner and inner[0].type == "ident" and inner[0].lower_value == "not"):
        return supports(inner)
    return bool(inner) and knows(inner[0].lower_value, inner[2:])
