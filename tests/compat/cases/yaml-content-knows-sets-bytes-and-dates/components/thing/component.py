import datetime

from batou.component import Component
from batou.lib.file import Content, YAMLContent


class Thing(Component):

    def configure(self):
        zone = datetime.timezone(datetime.timedelta(hours=2))
        self += YAMLContent("kinds", data={
            "set": {3, 1, 2}, "bytes": [b"", b"abc", bytes(range(256))], "date": datetime.date(2001, 2, 3),
            "times": [datetime.datetime(2001, 2, 3, 4, 5, 6), datetime.datetime(2001, 2, 3, 4, 5, 6, 789), datetime.datetime(2001, 2, 3, 4, 5, 6, tzinfo=zone)],
            ("a", 1): "tuple", datetime.date(2001, 1, 1): "key"})
        self += YAMLContent("bytes", data=b"abc")
        self += YAMLContent("empty-set", data=[set()])
