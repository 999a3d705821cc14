import io

from batou.component import Component
from batou.lib.file import File
from batou.utils import BagOfAttributes, MultiFile, escape_macosx_string, flatten, notify_none


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        bag = BagOfAttributes(a=1)
        bag.b = 2
        results.append((bag.a, bag.b, dict(bag), outcome(lambda: bag.c)))
        results.append((flatten([[1], (2, 3), "ab"]), flatten([])))
        files = [io.StringIO(), io.StringIO()]
        several = MultiFile(files)
        several.write("x")
        several.flush()
        results.append([file.getvalue() for file in files])
        results.append((escape_macosx_string('a"b'), notify_none("title", "text")))
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
