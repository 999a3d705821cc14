from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        self.rack = self.host.data["rack"]
        self += File("data", content="""\
{{component.rack}}
{{host.data.rack}}
{{host.data['Memory-Size']}}
{{host.data.get('missing', 'nothing')}}
{{host.name}} {{host.fqdn}} {{host.platform}} {{host.service_user}}
""")
