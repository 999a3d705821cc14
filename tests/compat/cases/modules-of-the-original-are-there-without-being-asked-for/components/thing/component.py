import importlib.metadata
import os

import configupdater
import jinja2
from batou.component import Component
from batou.lib.file import File
from markupsafe import Markup


class Thing(Component):
    def configure(self):
        loader = jinja2.FileSystemLoader(self.defdir)
        environment = jinja2.Environment(loader=loader, trim_blocks=True)
        environment.filters["shout"] = lambda text: text.upper() + "!"
        template = environment.get_template("page")
        self += File("page", content=template.render(name="you", names=["a", "b"]), is_template=False)
        escaping = jinja2.Environment(autoescape=True)
        text = escaping.from_string("{{ a }}{{ b }}{{ c }}").render(a="<", b=Markup("<b>"))
        self += File("escaped", content=text, is_template=False)
        document = configupdater.ConfigUpdater().read(os.path.join(self.defdir, "given.cfg"))
        document["a"]["b"].value = "2"
        document["a"]["b"].add_after.comment("more").option("c", "3")
        document.add_section("new")
        document["new"]["x"] = "y"
        self += File("changed.cfg", content=str(document), is_template=False)
        known = [importlib.metadata.version(name) != "" for name in ("Jinja2", "ConfigUpdater", "PyYAML", "batou")]
        self += File("known", content=str(known))
