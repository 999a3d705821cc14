from batou.component import Component
from batou.lib.file import Content, File


class Thing(Component):

    def configure(self):
        self += File("hidden", content="secret\n", sensitive_data=True)
        self += File("shown", content="public\n", sensitive_data=False)
        self += Content("alone", content="text {{args.x}}\n", template_args={"x": 1}, sensitive_data=True)
