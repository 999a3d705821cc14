from batou.component import Attribute, Component
from batou.lib.file import File

for number in range(3):
    globals()["Part%s" % number] = type("Part%s" % number, (Component,), {"number": number})


def made(number):
    class Made(Component):
        value = number

    return Made


class Service(Component):

    for colour in ("red", "green"):
        locals()[colour] = Attribute(str, colour + " by default")
    del colour

    ports = {name: 8000 + position for position, name in enumerate(("http", "https"))}
    total = sum(port for port in ports.values())

    def configure(self):
        for part in (Part0, Part1, Part2, made(5)):
            self += part()
        facts = [self.red, self.green, self.ports, self.total]
        facts += [getattr(part, "number", None) for part in self.sub_components]
        facts.append(self._.value)
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
