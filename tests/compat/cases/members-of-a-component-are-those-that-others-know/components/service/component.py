import inspect

from batou.component import Component, HookComponent, RootComponent
from batou.lib.file import File


class Service(Component):

    setting = 1

    def configure(self):
        self.setting = 2
        self += File("facts", content="later")
        members = inspect.getmembers(self)
        facts = [name for name, value in members if not name.startswith("_")]
        for name in ("setting", "workdir", "changed", "namevar"):
            facts.append([value for known, value in members if known == name and name != "workdir"])
        facts.append(len([name for name, value in members if name == "workdir"]))
        for owner in (Component, HookComponent):
            facts.append([
                name
                for name, value in inspect.getmembers(owner)
                if not name.startswith("_") and not callable(value) and not isinstance(value, property)
            ])
        facts.append([name for name in dir(RootComponent) if not name.startswith("_")])
        self += File("members", content="\n".join(map(str, facts)) + "\n", is_template=False)
