from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        environment = self.environment
        base = environment.base_dir
        lines = [
            environment.name, environment.platform, environment.service_user, environment.host_domain,
            environment.connect_method, environment.timeout, environment.branch,
            environment.workdir_base.replace(base, "BASE"), sorted(environment.hosts),
            sorted(environment.components), [root.name for root in environment.root_components],
            environment.overrides, environment.get_host("alpha").fqdn,
            self.root.name, self.root.workdir.replace(base, "BASE"), self.root.host.name,
            self.defdir.replace(base, "BASE"), self.workdir.replace(base, "BASE"), self.parent is self.root,
        ]
        self += File("lines", content="\n".join(map(str, lines)) + "\n", is_template=False)


class Unused(Component):

    option = None
