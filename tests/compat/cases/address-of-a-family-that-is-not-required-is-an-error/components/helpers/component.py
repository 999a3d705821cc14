from batou.component import Component
from batou.lib.file import File
from batou.utils import Address


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        results.append(outcome(lambda: Address("127.0.0.1:1").listen_v6))
        results.append(outcome(lambda: Address("127.0.0.1:1", require_v4=False, require_v6=True).listen))
        results.append(outcome(lambda: Address("h:1", require_v4=False)))
        results.append(outcome(lambda: Address("h:1", require_v4=False, require_v6="optional").require_v6))
        results.append((Address.require_v4, Address.require_v6))
        address = Address("127.0.0.1:1")
        results.append((str(address.listen), address.listen is address.listen))
        address.listen = "assigned"
        results.append(address.listen)
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
