from batou.component import Attribute, Component, batou_generated_header
from batou.lib.file import File


class Named(Component):

    namevar = "name"


class ByAttribute(Component):

    namevar = "value"
    value = Attribute(str)


class Fixed(Component):

    namevar = "name"
    namevar_for_breadcrumb = "fixed"


class Computed(Component):

    @property
    def namevar_for_breadcrumb(self):
        return self.workdir.rsplit("/", 1)[1]


class Service(Component):

    def configure(self):
        facts = [self._breadcrumb, self._breadcrumbs, repr(self), str(self.namevar_for_breadcrumb)]
        parts = [Named("a"), Named(""), Named(0), Named("quote'\"d"), Named(["list"]), ByAttribute("v"), Fixed("x"), Computed()]
        for part in parts:
            self += part
            facts.append(part._breadcrumbs)
        self.sub_components[0] += Named("below")
        facts.append(repr(self.sub_components[0]._))
        facts.append("%s" % self.sub_components[0]._)
        facts.append(batou_generated_header(self.sub_components[0]._))
        facts.append(Named("loose")._breadcrumb)
        self += File("facts", content="\n".join(facts) + "\n", is_template=False)
