"""催审: the line that asks a colleague to sign, for the clipboard, and for the robot of the desk's group where one is set."""

import hashlib
import json
from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.refusals import MoveRefused

TIMEOUT = 5  # seconds
LONGEST_ANSWER = 10_000  # bytes; a robot answers some thirty
ONCE_IN = 60  # seconds: a button that is touched twice sends once


class _StayThere(HTTPRedirectHandler):
    """The address has the group's key in it, and is told to nobody else."""

    def redirect_request(self, *args, **kwargs):
        return None


def words_of(article, course, address):
    """【待终审】标题 https://…, in the desk's language whoever asks."""
    with override(settings.LANGUAGE_CODE):
        said = _("[waits for: %(stage)s] %(title)s %(address)s")
        return said % {"stage": waits_for(course), "title": article.title, "address": address}


def waits_for(course):
    """What a piece in review waits for, in words: the next stage, a signature to be repeated, or its release."""
    if course.next_stage:
        return course.next_stage.label
    return _("release") if course.complete else _("signing again")


def has_robot():
    return bool(settings.DESK_ROBOT_WEBHOOK)


def send(words):
    """Post the words to the group, in the form that robots of 企业微信 and 钉钉 both read.

    Raises MoveRefused with a sentence when they were not taken; nothing is tried twice, and nothing is written to a log.
    """
    if not has_robot():
        raise MoveRefused(_("No group robot is set up; copy the line and send it yourself."))
    sent = f"reminder-{hashlib.sha256(words.encode()).hexdigest()}"
    if not cache.add(sent, True, ONCE_IN):
        raise MoveRefused(_("This was sent to the group a moment ago."))
    try:
        _post({"msgtype": "text", "text": {"content": words}})
    except MoveRefused:
        cache.delete(sent)
        raise


def _post(message):
    body = json.dumps(message, ensure_ascii=False).encode()
    failed = _("The group could not be reached; copy the line and send it yourself.")
    try:
        request = Request(settings.DESK_ROBOT_WEBHOOK, body, {"Content-Type": "application/json; charset=utf-8"})
        with build_opener(_StayThere).open(request, timeout=TIMEOUT) as answer:
            said = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError):  # no line, too late, another status than 200, no JSON
        raise MoveRefused(failed) from None
    if not isinstance(said, dict) or said.get("errcode", 0) != 0:
        raise MoveRefused(_("The group's robot refused the message; copy the line and send it yourself."))
