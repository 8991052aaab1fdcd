"""The shape of the house, read from its files: which way imports point, and what every file of a sort has."""

import ast
import gzip
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import engines
from jinja2 import meta, nodes

ROOT = Path(__file__).resolve().parent.parent
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "articles").rglob("*.py"))
    if "migrations" not in path.parts
}

# From what knows nothing to what knows all. A module may import from its own layer and from those before it.
LAYERS = (
    (
        "vocabulary",
        "text",
        "searchable",
        "file_signatures",
        "pinyin",
        "days",
        "refusals",
        "repeats",
        "triggers",
        "differences",
        "type_size",
    ),
    ("models",),
    (
        "freshness",
        "autosaves",
        "prepared",
        "versions",
        "flags",
        "review",
        "listing",
        "search_index",
        "search_query",
        "search_filed",
        "search",
        "matches",
        "alike",
        "search_beside",
        "snippets",
        "merging",
        "publish",
        "trash",
        "classify",
        "bylines",
        "comments",
        "copying",
        "corrections",
        "faults",
        "public_texts",
        "filing",
        "narrowing",
        "reports",
        "photos",
        "photo_facts",
        "renditions",
        "scans",
        "story",
        "reading",
        "reading_on",
        "archive",
        "gazetteer",
        "wording_tables",
        "intake",
        "proofing",
        "roles",
        "front_page",
        "structured",
        "feeds",
        "submissions",
        "contributions",
        "ledger",
        "reverting",
        "sent_pictures",
        "rota",
        "conditions",
        "waiting",
        "stages",
        "queues",
        "topics",
        "reminders",
        "tiles",
        "reader_reports",
        "wechat",
    ),
    ("admin", "views", "management", "middleware", "carried", "desk_site", "typeset", "templatetags", "apps"),
    ("urls",),
)
LAYER = {f"articles.{name}": number for number, names in enumerate(LAYERS) for name in names}


def layer_of(module):
    """The number of a module's layer; the package itself says nothing and stands below all."""
    parts = module.split(".")
    return -1 if len(parts) == 1 else LAYER[".".join(parts[:2])]


def imports_of(module):
    """The modules of articles/ that a module imports."""
    found = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in SOURCES else node.module for name in inner}
    return {name for name in found if name.split(".")[0] == "articles"}


def tree_of(module):
    return ast.parse(SOURCES[module].read_text("utf-8"))


def test_every_module_stands_in_a_layer():
    assert sorted({name.split(".")[1] for name in SOURCES if "." in name} - set(sum(LAYERS, ()))) == []


def test_imports_point_one_way():
    assert len(SOURCES) > 40
    wrong = [
        f"{module} imports {other}"
        for module in SOURCES
        for other in imports_of(module)
        if layer_of(other) > layer_of(module)
    ]
    assert wrong == []


def test_no_two_modules_need_each_other():
    graph = {module: imports_of(module) & set(SOURCES) - {module} for module in SOURCES}
    while leaves := {module for module, others in graph.items() if not others}:
        graph = {module: others - leaves for module, others in graph.items() if module not in leaves}
    assert graph == {}


def test_the_vocabulary_knows_nothing_and_the_models_know_only_it():
    assert [imports_of(f"articles.{name}") for name in ("vocabulary", "text", "pinyin", "days", "refusals")] == [
        set()
    ] * 5
    above = {name: imports_of(name) for name in SOURCES if name.startswith("articles.models")}
    allowed = {"articles.vocabulary", "articles.text", "articles.pinyin", "articles"}
    assert {other for others in above.values() for other in others if ".models" not in other} <= allowed


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{module}: {inner.lineno}"
        for module in SOURCES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_no_module_is_called_after_nothing():
    assert [name for name in SOURCES if {"utils", "helpers", "common", "misc"} & set(name.split("."))] == []


def test_public_views_never_ask_who_reads():
    asked = re.compile(r"request\.(user|session|COOKIES)|set_cookie|vary_on")
    assert [name for name in SOURCES if ".views" in name and asked.search(SOURCES[name].read_text("utf-8"))] == []


def test_the_migrations_make_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_can_be_undone():
    for path in (ROOT / "articles/migrations").glob("[0-9]*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("RunPython", "RunSQL")):
                assert len(node.args) + len(node.keywords) > 1, path.name


# Requirements.


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_why(name):
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]
    wanted = re.compile(r"[A-Za-z0-9.-]+(\[[a-z,]+\])?==\d[\w.]*\s+# \S.*")
    assert [line for line in lines if not wanted.fullmatch(line) and line != "-r requirements.txt"] == []
    assert len(lines) > 5


# Templates and static files.

TEXTS = [
    path
    for folder in ("templates", "static")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".html", ".txt", ".xml", ".css", ".js", ".svg", ".json")
]
ADDRESSES = {
    "https://beian.miit.gov.cn/",  # the register of sites, where the law wants the filing number to lead
    "https://beian.mps.gov.cn/",  # the register of the police, likewise
    "http://www.w3.org/2000/svg",  # a name, nothing is fetched from it
    "http://www.sitemaps.org/schemas/sitemap/0.9",  # likewise
    "http://www.google.com/schemas/sitemap-news/0.9",  # likewise
}


def test_templates_and_static_files_need_no_other_host():
    assert len(TEXTS) > 20
    found = {
        (path.name, address)
        for path in TEXTS
        for address in re.findall(r"""(?:[a-z]+:)?//[\w.-]+\.[a-z]{2,}[^\s"'<>)]*""", path.read_text("utf-8"))
    }
    assert {address for _, address in found} <= ADDRESSES
    assert ("base.html", "https://beian.miit.gov.cn/") in found


def test_no_template_carries_a_script_a_style_or_an_event():
    inline = re.compile(
        r"<style|<script(?![^>]*(?:\ssrc=|\stype=.application/ld\+json))|\sstyle=|\son[a-z]+=|javascript:", re.I
    )
    assert [path.name for path in TEXTS if path.suffix == ".html" and inline.search(path.read_text("utf-8"))] == []


def test_no_template_switches_the_escaping_off():
    off = re.compile(r"\|\s*safe\b|autoescape|\|\s*safeseq\b")
    assert [path.name for path in TEXTS if path.suffix == ".html" and off.search(path.read_text("utf-8"))] == []


# The public templates: Jinja2 tells what is in them.

PUBLIC = ROOT / "templates/public"


def parsed(path):
    return engines["jinja2"].env.parse(path.read_text("utf-8"))


def asked_for(path):
    """The names that a template takes from outside, those that every template has left out."""
    found = parsed(path)
    imported = {name for node in found.find_all(nodes.FromImport) for name in node.names}
    own = {name.name for name in found.find_all(nodes.Name) if name.ctx == "store"}
    return meta.find_undeclared_variables(found) - set(engines["jinja2"].env.globals) - imported - own


def test_every_public_template_compiles():
    names = [path.relative_to(PUBLIC).as_posix() for path in sorted(PUBLIC.rglob("*.html"))]
    assert len(names) > 25
    for name in names:
        engines["jinja2"].get_template(name)


def test_every_partial_is_macros_that_need_nothing_but_what_their_first_lines_name():
    partials = sorted((PUBLIC / "partials").rglob("*.html"))
    assert len(partials) > 5
    for path in partials:
        others = [
            node
            for node in parsed(path).body
            if not isinstance(node, nodes.Macro | nodes.FromImport)
            and not (isinstance(node, nodes.Output) and all(text.data.isspace() for text in node.nodes))
        ]
        assert (path.name, others, asked_for(path)) == (path.name, [], set())


def test_no_template_gives_a_partial_more_than_it_asks_for():
    for path in sorted(PUBLIC.rglob("*.html")):
        found = parsed(path)
        assert (path.name, list(found.find_all(nodes.Include))) == (path.name, [])
        assert [node.lineno for node in found.find_all((nodes.Import, nodes.FromImport)) if node.with_context] == []


def test_every_name_that_a_public_page_asks_for_is_given_by_a_view():
    given = {"request"}
    for module in [name for name in SOURCES if ".views" in name] + [
        "articles.admin.preview",
        "articles.admin.review_screen",
        "articles.admin.versions",
    ]:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.Dict):
                given |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
    pages = sorted({*PUBLIC.glob("*.html"), *PUBLIC.glob("articles/*.html")})
    assert len(pages) > 20
    assert [(page.name, asked_for(page) - given) for page in pages if asked_for(page) - given] == []


def test_the_desk_on_a_phone_has_the_colours_and_letters_of_the_public_pages():
    shared = re.compile(r"(--[\w-]+): ([^;]+);")
    public = dict(shared.findall((ROOT / "static/css/site.css").read_text("utf-8").partition("@media")[0]))
    desk = dict(shared.findall((ROOT / "static/css/tokens.css").read_text("utf-8").partition("@media")[0]))
    colours = {name for name in desk if not name.startswith(("--step", "--gap"))}
    assert len(colours) > 12
    assert {name: desk[name] for name in colours} == {name: public[name] for name in colours}


def test_the_one_style_sheet_of_readers_is_small():
    sheet = (ROOT / "static/css/site.css").read_bytes()
    assert len(gzip.compress(sheet)) < 20 * 1024
    linked = re.findall(r'rel="stylesheet"', (ROOT / "templates/public/base.html").read_text("utf-8"))
    assert len(linked) == 1
