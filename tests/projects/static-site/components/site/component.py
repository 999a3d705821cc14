from batou.component import Attribute, Component
from batou.lib.file import Directory, File, Symlink
from batou.lib.git import Clone


class Source(Component):
    """The pages, as their authors push them."""

    url = "@SANDBOX@/outside/.repositories/site"
    branch = "main"

    def configure(self):
        self.checkout = Clone("file://" + self.url, target="checkout", branch=self.branch)
        self += self.checkout
        self += Hook("pre-push", content="#!/bin/sh\necho 'pages are pushed from elsewhere' >&2; exit 1\n")
        self.provide("pages", self)


class Hook(Component):
    """A hook of the checkout."""

    namevar = "name"
    content = ""

    def configure(self):
        self += File("checkout/.git/hooks/" + self.name, content=self.content, mode=0o755)


class Published(Component):
    """Makes the release directory of the pages and points the web server to it, whenever the pages changed."""

    title = "Our site"
    keep = Attribute(int, 2)

    def configure(self):
        self.pages = self.require_one("pages")
        self += Directory("releases")
        self += File("header.html", content="<title>{{component.title}}</title>\n")
        self += Build(source=self.pages.checkout.target)
        self += Symlink("www", source="releases/current")


class Build(Component):

    source = None

    def verify(self):
        self.parent.assert_no_changes()
        assert self._version() == self._built()

    def update(self):
        self.cmd("rm -rf releases/current && mkdir releases/current")
        self.cmd('cd {{component.source}} && for page in *.txt; do { cat {{component.workdir}}/header.html; cat $page; } '
                 '> {{component.workdir}}/releases/current/${page%.txt}.html; done')
        with open(self.workdir + "/releases/version", "w") as file:
            file.write(self._version())

    def _version(self):
        out, _ = self.cmd("git -C {{component.source}} rev-parse HEAD")
        return out

    def _built(self):
        try:
            with open(self.workdir + "/releases/version") as file:
                return file.read()
        except FileNotFoundError:
            return None
