"""What all parts of the sample share: written once, handed to whoever asks."""

from batou.component import Attribute, Component
from batou.lib.file import File


class Settings(Component):

    # An environment may override an attribute in its section `[component:settings]`.
    # `str` and "list" say how the text from there is converted.
    site_name = Attribute(str, "Sample")
    members = Attribute("list", ())

    def configure(self):
        # Other components get this one with `self.require_one("settings")`.
        self.provide("settings", self)
        # Without `content` or `source` the template is the file of that name beside this one.
        self += File("members.txt")
