"""The desk's Chinese is complete: every sentence of the code is in the catalogue, translated, and compiled."""

import ast
import re
from pathlib import Path

import polib
from django.utils.translation import gettext, ngettext, override

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
IN_TEMPLATES = re.compile(r"""\{% translate (?:"([^"]+)"|'([^']+)')""")


def sentences_of_the_code():
    for path in sorted((ROOT / "articles").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno} translates what is not a constant"
                yield node.args[0].value
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for double, single in IN_TEMPLATES.findall(path.read_text("utf-8")):
            yield double or single


def test_every_sentence_of_the_desk_is_translated():
    catalogue = polib.pofile(str(CATALOGUE))
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    assert sorted(set(sentences_of_the_code()) - translated) == []
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


def test_the_compiled_catalogue_is_that_of_the_text():
    text = {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.pofile(str(CATALOGUE))}
    compiled = {
        entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    }
    assert compiled == text


def test_a_translation_keeps_the_places_for_names_and_numbers():
    places = re.compile(r"%\(\w+\)s|%\(\w+\)d")
    wrong = []
    for entry in polib.pofile(str(CATALOGUE)):
        said = entry.msgstr or entry.msgstr_plural[0]
        if sorted(places.findall(entry.msgid_plural or entry.msgid)) != sorted(places.findall(said)):
            wrong.append(entry.msgid)
    assert wrong == []


def test_the_same_sentence_in_both_languages():
    with override("zh-hans"):
        assert (gettext("Save and publish"), ngettext("%(done)d piece done.", "%(done)d pieces done.", 2)) == (
            "保存并发布",
            "已完成%(done)d篇。",
        )
    with override("en"):
        assert gettext("Save and publish") == "Save and publish"
