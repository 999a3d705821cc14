import collections
import datetime
import hashlib
import json
import os
import re

from batou.component import Component
from batou.lib.file import File

Pair = collections.namedtuple("Pair", "left right")


class Service(Component):

    def configure(self):
        data = json.loads('{"b": [1, 2.5, null, true], "a": "text"}')
        lines = [
            json.dumps(data, sort_keys=True, indent=2),
            hashlib.sha256(b"text").hexdigest(),
            re.sub("[a-z]+@(?P<host>[a-z]+)", lambda found: found["host"].upper(), "user@host"),
            str(datetime.timedelta(hours=25)),
            os.path.join("a", "b"),
            repr(Pair(1, right="two")),
            f"{3.14159:.2f} {1234567:,} {'x':>5} {'y'!r}",
            "%5.1f|%-6s|%05d|%x" % (2.25, "ab", 42, 255),
            repr(sorted({"k": 1, "j": 2}.items())),
        ]
        self += File("lines", content="\n".join(lines) + "\n", is_template=False)
