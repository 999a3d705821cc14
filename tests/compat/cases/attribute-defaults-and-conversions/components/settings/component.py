from batou.component import Attribute, Component, ConfigString
from batou.lib.file import File


def shout(text):
    return text.upper() + "!"


class Settings(Component):

    plain = "raw {{host.name}}"
    text = Attribute(str, "text {{host.name}}")
    number = Attribute(int, 5)
    unconverted = Attribute(int, "7")
    config_text = Attribute(str, ConfigString("on {{host.name}}"))
    config_number = Attribute(int, ConfigString("{{20 + 22}}"))
    config_list = Attribute("list", ConfigString("a, b,, c ,"))
    config_literal = Attribute("literal", ConfigString("{'a': [1, 2.5, None, True]}"))
    config_function = Attribute(shout, ConfigString("hey"))
    config_unexpanded = Attribute(str, ConfigString("{{host.name}}"), expand=False)
    config_path = Attribute(str, ConfigString("sub/../file"), map=True)
    assigned = Attribute(int, 1)
    missing = Attribute(str)

    def configure(self):
        self.assigned = "not converted"
        names = [
            "plain", "text", "number", "unconverted", "config_text", "config_number",
            "config_list", "config_literal", "config_function", "config_unexpanded", "assigned",
        ]
        lines = ["%s = %r" % (name, getattr(self, name)) for name in names]
        lines.append("relative path is below the work directory: %s" % (
            self.config_path == self.workdir + "/file"))
        lines.append("has a value for missing: %s" % hasattr(self, "missing"))
        lines.append("default of missing: %s" % getattr(self, "missing", "nothing"))
        self += File("values", content="\n".join(lines) + "\n", is_template=False)
