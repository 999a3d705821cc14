import batou
from batou.component import Component
from batou.lib.file import File


class Dated(Component):

    namevar = "date"

    def last_updated(self, **kw):
        self.asked = kw
        return self.date


def needed(check, *args, **kw):
    try:
        check(*args, **kw)
    except batou.UpdateNeeded:
        return True
    return False


class Service(Component):

    def configure(self):
        old, new, missing = Dated(1), Dated(2), Dated(0)
        missing.date = None
        self += old
        current = old.assert_component_is_current
        facts = [
            needed(current),
            needed(current, []),
            needed(current, new),
            needed(current, [Dated(1)]),
            needed(current, (Dated(1), missing)),
            needed(current, [Dated(0), Dated(2)], key="st_ctime"),
            old.asked,
            new._prepared,
            new.parent is old,
            new in old.sub_components,
        ]
        self += missing
        facts.append(needed(missing.assert_component_is_current, [old]))
        try:
            self.last_updated()
        except NotImplementedError:
            facts.append("not implemented")
        self += File("facts", content="\n".join(map(str, facts)) + "\n")
