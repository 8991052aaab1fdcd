"""公众号排版: a story as HTML that outlives the editor of a WeChat official account (公众号).

That editor keeps a few elements and what stands in their style attributes; it drops classes, ids, scripts and links to elsewhere,
and wants every picture uploaded to itself. So this is section, p, span, strong and br, each dressed by its style alone, and
where a picture stands there is a line 【图1：…】 to be put in its place.
"""

from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import text
from articles.vocabulary import CorrectionKind, Medium

LONGEST_TITLE, LONGEST_SUMMARY = 64, 120  # as the editor of 公众号 counts, see length()
LONGEST_MARK = 30  # characters of a caption in the line that stands for its picture
STOPS, PAUSES = "。！？；…!?;", "，、：,:"

RED, INK, SOFT, WASH = "#a3171b", "#333333", "#666666", "#f7f2e8"
_TYPE = f"font-size:17px;line-height:1.9;color:{INK};letter-spacing:0.5px;"
_SMALL = f"font-size:14px;line-height:1.7;color:{SOFT};"
STYLES = {
    "whole": _TYPE,
    "kicker": f"font-size:15px;line-height:1.6;color:{RED};margin:0 0 8px;",
    "subhead": f"font-size:17px;line-height:1.7;color:{SOFT};margin:0 0 12px;",
    "by": f"{_SMALL}margin:0 0 20px;",
    "fact": "margin-right:14px;",
    "paragraph": f"{_TYPE}text-indent:2em;text-align:justify;margin:0 0 16px;",
    "heading": f"font-size:18px;line-height:1.6;color:{RED};text-align:left;margin:28px 0 14px;",
    "lines": f"{_TYPE}text-align:left;margin:0 0 16px;padding-left:2em;",
    "note": f"border-left:4px solid {RED};background-color:{WASH};padding:12px 16px;margin:0 0 20px;",
    "noted": f"font-size:15px;line-height:1.8;color:{INK};margin:0;",
    "mark": f"font-size:15px;line-height:1.6;color:{RED};text-align:center;border:1px dashed {RED};padding:16px 12px;margin:20px 0 6px;",
    "caption": f"{_SMALL}text-align:left;margin:0 0 20px;",
    "foot": f"{_SMALL}margin:24px 0 0;",
}
BREAK = format_html("{}<br>", "")
_CALLED = {Medium.PICTURE: "图", Medium.VIDEO: "视频", Medium.ATTACHMENT: "附件"}


@dataclass(frozen=True)
class Enclosed:
    """A picture, video clip or attachment that the editor puts in by hand; `url` is empty while its file is missing."""

    name: str  # 图1, 视频1, 附件1
    mark: str  # the line that stands where it belongs: 【图1：…】
    medium: str
    url: str
    caption: str
    credit: str
    alt: str


@dataclass(frozen=True)
class Post:
    """What goes into the fields of the editor. `plain` is the text of `html`, a line a paragraph."""

    title: str
    summary: str
    html: SafeString
    plain: str
    enclosed: tuple[Enclosed, ...]


def length(words):
    """Characters as 公众号 counts a title or a summary: each letter, digit, mark and blank is one, an emoji two."""
    return len(words.encode("utf-16-le")) // 2


def cut(words, longest):
    """The words within the limit: whole sentences or, ending in …, whole clauses where they make most of it; else what fits."""
    if length(words) <= longest:
        return words
    fitting = words
    while length(fitting) > longest - 1:
        fitting = fitting[:-1]
    sentence, clause = (max(map(fitting.rfind, marks)) for marks in (STOPS, PAUSES))
    if sentence * 2 >= len(fitting):
        return fitting[: sentence + 1]
    return f"{fitting[:clause] if clause * 2 >= len(fitting) else fitting.rstrip()}…"


def post_of(story, *, title, summary, source="", notices=(), transcribed=False):
    """The Post of a Story. `source` stands behind 来源 unless the story names its own; the notices are newest first, each with
    kind, text and made_at; a transcribed story says that nobody has compared it with print."""
    made = _Made()
    for notice in notices:
        made.note([_when(notice), *notice.text.split("\n")])
    if transcribed:
        made.note(["本稿由报纸版面转录，尚未与原报核对。"])
    if story.ai_made:
        made.note(["本稿由人工智能辅助制作"])
    made.paragraph("kicker", story.kicker)
    made.paragraph("subhead", story.subhead)
    made.facts(_by(story, source))
    made.facts(_origin(story.source))
    made.body(story.blocks)
    if story.editors:
        made.paragraph("foot", f"责任编辑：{'、'.join(story.editors)}")
    return Post(
        story.headline or title,
        summary,
        _element("section", "whole", made.html),
        "\n".join(made.lines),
        tuple(made.enclosed),
    )


def _when(notice):
    moment = timezone.localtime(notice.made_at)
    with translation.override("zh-hans"):
        kind = CorrectionKind(notice.kind).label
        return text.Run(f"{kind} {moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}", bold=True)


def _by(story, source):
    yield f"来源：{story.source['name'] if story.source else source}" if story.source or source else ""
    yield story.column["name"] if story.column else ""
    yield "".join(part.text for part in story.byline)


def _origin(source):
    named = (("原作者", "author"), ("原标题", "headline"), ("原刊日期", "day"), ("原文链接", "url"))
    return [f"{label}：{source[key]}" for label, key in named if source[key]] if source else []


class _Made:
    """The HTML and the plain text as they grow, paragraph by paragraph."""

    def __init__(self):
        self.html, self.lines, self.enclosed = [], [], []

    def paragraph(self, style, *runs):
        runs = [run if isinstance(run, text.Run) else text.Run(run) for run in runs if run]
        if runs:
            self.html.append(_element("p", style, map(_run, runs)))
            self.lines.append(_words(runs))

    def facts(self, facts):
        facts = [fact for fact in facts if fact]
        if facts:
            self.html.append(_element("p", "by", [_element("span", "fact", [fact]) for fact in facts]))
            self.lines.append(" ".join(facts))

    def note(self, lines):
        """A box of several paragraphs; each a text or a Run."""
        self.box([[line if isinstance(line, text.Run) else text.Run(line)] for line in lines if line])

    def box(self, paragraphs):
        self.html.append(_element("section", "note", [_element("p", "noted", map(_run, runs)) for runs in paragraphs]))
        self.lines += map(_words, paragraphs)

    def body(self, pairs):
        kept = []  # lines that keep their breaks stand in one paragraph
        for block, figure in pairs:
            if block and block.kind == "line":
                kept.append(block.runs)
                continue
            self._keep(kept)
            kept = []
            if figure:
                self._figure(figure)
            elif block.kind == "note":
                self.box([block.runs])
            elif block.kind == "heading":
                self.paragraph("heading", *(text.Run(run.text, bold=True) for run in block.runs))
            else:
                self.paragraph("paragraph", *block.runs)
        self._keep(kept)

    def _keep(self, lines):
        if lines:
            parts = [part for runs in lines for part in (BREAK, *map(_run, runs))][1:]
            self.html.append(_element("p", "lines", parts))
            self.lines += map(_words, lines)

    def _figure(self, figure):
        number = 1 + sum(one.medium == figure.medium for one in self.enclosed)
        called = _CALLED[Medium(figure.medium)]
        name, said = f"{called}{number}", figure.caption.replace("\n", " ").removeprefix(f"{called}：")
        short = text.first_sentence(said, LONGEST_MARK)
        mark = f"【{name}：{short}】" if short else f"【{name}】"
        ai_made = "（图片由人工智能生成或修改）" if figure.ai_made else ""
        self.enclosed.append(Enclosed(name, mark, figure.medium, figure.url, figure.caption, figure.credit, figure.alt))
        self.paragraph("mark", mark)
        self.paragraph("caption", " ".join(filter(None, (figure.caption, figure.credit, ai_made))))


def _run(run):
    return format_html("<strong>{}</strong>", run.text) if run.bold else format_html("{}", run.text)


def _words(runs):
    return "".join(run.text for run in runs)


def _element(tag, style, children):
    """An element with nothing but its style; children are escaped unless they are elements themselves."""
    inner = format_html_join("", "{}", ((child,) for child in children))
    return format_html('<{} style="{}">{}</{}>', tag, STYLES[style], inner, tag)
