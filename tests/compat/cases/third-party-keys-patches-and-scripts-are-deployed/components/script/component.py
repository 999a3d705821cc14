from batou.component import Component
from batou.lib.file import File
from batou_ext.run import Run


class Script(Component):
    def configure(self):
        self += File("setting", content="first\n")
        self += Run("collect", content="#!/bin/sh\ncat setting >> ran\necho $EXTRA >> ran\n", env={"EXTRA": "more"})
