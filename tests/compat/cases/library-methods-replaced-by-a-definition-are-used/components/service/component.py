from batou.component import Component
from batou.lib.file import Content, File, Mode


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


verify_content = Content.verify
update_content = Content.update
configure_file = File.configure


def verify(self, *args, **kw):
    note("verify", self._breadcrumb)
    return verify_content(self, *args, **kw)


def update(self):
    note("update", self._breadcrumb)
    update_content(self)


def configure(self):
    self.content = self.content + "appended\n"
    configure_file(self)


class Service(Component):

    def configure(self):
        Content.verify, Content.update, File.configure = verify, update, configure
        self += File("patched", content="text\n", mode=0o600)
        File.configure = configure_file
        self += File("plain", content="text\n")
        Mode.added_by_a_definition = "red"
        self += Mode("plain", mode=0o640, added_by_a_definition="blue")
        note(self._.added_by_a_definition)
