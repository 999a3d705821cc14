from batou.component import Attribute, Component
from batou.lib.file import File


class Hello(Component):
    """A component describes a part of a service: what is to be there, not how it gets there.

    The name of the class in lower case is what environments call it.
    """

    # A setting with its default. Environments give it another value in a section [component:hello].
    name = Attribute(str, "world")

    def configure(self):
        # A file in this component's directory below `work/`. Its content is the template `hello.txt` beside this file.
        self += File("hello.txt")
