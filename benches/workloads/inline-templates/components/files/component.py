from batou.component import Attribute, Component
from batou.lib.file import File

# The number makes every template a different text, so that none can be compiled once for all.
TEMPLATE = """\
# {{batou_generated_header}}
[server-%(number)s]
host = {{host.fqdn}}
environment = {{environment.name}}
port = {{component.port + %(number)s}}
@@ for name, value in component.options|dictsort
{{name}} = {{value}}
@@ endfor
{%% if component.debug %%}debug = yes{%% else %%}debug = no{%% endif %%}

"""


class Files(Component):

    count = Attribute(int, 1)
    port = Attribute(int, 8000)
    debug = Attribute("literal", False)
    options = Attribute("literal", {"timeout": 30, "retries": 3, "log": "info"})

    def configure(self):
        for number in range(self.count):
            self += File(
                "server-%05d.conf" % number, content=TEMPLATE % {"number": number}
            )
