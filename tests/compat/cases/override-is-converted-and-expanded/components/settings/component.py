from batou.component import Attribute, Component
from batou.lib.file import File


class Settings(Component):

    port = Attribute(int, 80)
    name = Attribute(str, "default")
    members = Attribute("list", ())
    options = Attribute("literal", None)
    log_directory = Attribute(str, "log", map=True)
    raw = Attribute(str, "", expand=False)
    untouched = Attribute(int, 1)
    text = "default"

    def configure(self):
        self.options_sorted = sorted(self.options.items())
        self += File("values", content="""\
port={{component.port + 1}}
name={{component.name}}
members={{component.members}}
options={{component.options_sorted}}
log={{component.log_directory}}
raw={{component.raw}}
untouched={{component.untouched}}
text={{component.text}}
lines={{component.lines}}
""")

    lines = Attribute(str, "")
