"""What each doubt of a byline says to whoever has to settle it."""

from django.utils.translation import gettext_lazy

from articles.intake.tokens import Doubt

DOUBTS = {
    Doubt.NOT_A_BYLINE: gettext_lazy("this reads like running text"),
    Doubt.UNREAD: gettext_lazy("not understood"),
    Doubt.UNKNOWN_ROLE: gettext_lazy("the desk has no such role"),
    Doubt.UNKNOWN_RANK: gettext_lazy("credited without the rank"),
    Doubt.NAMELESS_ROLE: gettext_lazy("no name belongs to this role"),
    Doubt.ROLE_UNCLEAR: gettext_lazy("which name does it belong to?"),
    Doubt.RUN_TOGETHER: gettext_lazy("several names? Put blanks between them"),
    Doubt.SPACED_CHARACTERS: gettext_lazy("where do the names end?"),
    Doubt.LONE_CHARACTER: gettext_lazy("a single character is no name"),
    Doubt.UNUSUAL_NAME: gettext_lazy("is this a name?"),
    Doubt.UNIT_BESIDE_PERSON: gettext_lazy("a unit beside a person, credited too"),
    Doubt.BRACKET_BEHIND_NAME: gettext_lazy("in brackets behind a name, not credited"),
    Doubt.CAPTION_WORDS: gettext_lazy("words of a caption?"),
    Doubt.REPEATED: gettext_lazy("stands here twice"),
}
