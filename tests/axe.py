"""axe-core in a page of the browser: what keeps people with an impairment out, as far as a machine can see it."""

from pathlib import Path

import axe_playwright_python

from tests.browser import SIZES

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = [
    "color-contrast",
    "link-in-text-block",
]  # the rules that the dark colours can break and the light ones not
RUN = """only => axe.run(document, {runOnly: only, resultTypes: ["violations"], elementRef: false}).then(({violations}) =>
  violations.flatMap(({id, help, nodes}) =>
    nodes.map(({html, target, any}) => `${id} (${help}): ${target} ${html.slice(0, 200)} ${any.map((a) => a.message).join("; ")}`)))"""


def violations(page, sizes=SIZES, rules=None):
    """{width: [sentence]} of the page that is open, at each of the widths; empty when there is nothing to say.

    `rules` names some; without it all are asked.
    """
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    page.evaluate(SCRIPT)
    found = {}
    for size in sizes:
        page.set_viewport_size(SIZES[size])
        # The whole page at once: a bar that stays at the foot of the window covers nothing that could not be scrolled.
        page.set_viewport_size({**SIZES[size], "height": page.evaluate("document.documentElement.scrollHeight")})
        if seen := page.evaluate(RUN, only):
            found[size] = seen
    return found


def demand_none(found):
    """Fail, saying every violation in a line of its own. found: {name of the page: violations(page)}"""
    lines = [f"{name}, {size}: {one}" for name, seen in found.items() for size, ones in seen.items() for one in ones]
    assert not lines, "\n".join([f"{len(lines)} violations", *lines])
