"""Why an act was refused. Each carries a sentence that an editor can act on, in the language of the desk."""


class MoveRefused(Exception):
    """An act on a piece that is not possible as things stand; str() is the sentence to show."""


class StaleSave(MoveRefused):
    """Somebody else saved this piece after the form was opened."""


class NotReady(MoveRefused):
    """A piece does not meet the conditions of release."""


class TooLate(MoveRefused):
    """The moment for this act has passed."""


class AlreadyDone(MoveRefused):
    """Somebody did this before."""


class UnreadablePicture(Exception):
    """A file that cannot be read as a picture, or is too large; str() is the sentence to show."""


class UnreadableText(Exception):
    """A file or a paste of which no text can be read; str() is the sentence to show."""


class UnreadableArea(Exception):
    """Typed text that says no place on the scan of a page; str() is the sentence to show."""
