"""A public page as a test reads it: elements, links and text, without regard to classes or layout."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

STORY = re.compile(r"^/\d{4}/\d{2}/\d{2}/(\d+)/$")
OFFERED = "继续阅读"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag, attrs=(), parent=None):
        self.tag, self.attrs, self.parent, self.children = tag, dict(attrs), parent, []

    @property
    def text(self):
        """Every character between the tags, white space included."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def ancestors(self):
        """The elements this one stands in, from the innermost out."""
        return [self.parent, *self.parent.ancestors] if self.parent else []

    def inside(self, *tags):
        return any(element.tag in tags for element in self.ancestors)

    def all(self, *tags):
        """The elements with one of these tags (without tags: every element) in the order of the page."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if not tags or child.tag in tags else []
                found += child.all(*tags)
        return found

    def one(self, tag):
        (found,) = self.all(tag)
        return found

    def links(self):
        """(address, text) of each link in order, white space at the ends of the text left out."""
        return [(a.attrs["href"], a.text.strip()) for a in self.all("a")]

    def hrefs(self):
        return [address for address, _ in self.links()]

    def stories(self):
        """The ids of the stories that are linked, in the order in which each first stands; not what an empty list offers instead."""
        return self._stories(offered=False)

    def offered(self):
        """The ids of the newest stories that a page with nothing to show leads on to."""
        return self._stories(offered=True)

    def _stories(self, offered):
        links = [a for a in self.all("a") if a.inside_labelled(OFFERED) == offered]
        found = map(STORY.match, (a.attrs["href"] for a in links))
        return list(dict.fromkeys(int(story[1]) for story in found if story))

    def inside_labelled(self, label):
        return any(element.attrs.get("aria-label") == label for element in self.ancestors)

    def rel(self, value):
        """The address of the one link with this rel, or None."""
        found = [a.attrs["href"] for a in self.all("a") if a.attrs.get("rel") == value]
        assert len(found) < 2, found
        return found[0] if found else None


class Page(HTMLParser):
    """`root` holds the whole page, `main` what is not frame, `declarations` the doctype."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("")
        self.declarations = []
        self.feed(text)
        self.close()
        assert self.open is self.root, f"<{self.open.tag}> is not closed"

    @property
    def main(self):
        return self.root.one("main")

    def handle_decl(self, decl):
        self.declarations.append(decl)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Element(tag, attrs, self.open))

    def handle_endtag(self, tag):
        assert tag == self.open.tag, f"</{tag}> closes <{self.open.tag}>"
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data)


def read(client, address, status=200):
    """Ask for an address, and read the page it answers with."""
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return Page(response.content.decode())


def follow(client, address, rel):
    """The pages that are reached from an address by its links of this rel, the first one included."""
    while address:
        page = read(client, address)
        yield page
        found = page.main.rel(rel)
        target = found and urljoin(address, found)
        assert not target or urlsplit(target).path == urlsplit(address).path
        address = target
