from batou.component import Component
from batou.lib.file import File


class Base(Component):

    label = "base"

    def configure(self):
        self += File("label", content="{{component.label}}\n", template_context=self)


class _Private(Base):

    label = "private"
