from batou.component import Attribute, Component, ConfigString
from batou.lib.file import Directory, File, Symlink


class Accounts(Component):
    """Files of the system itself. On a developer's machine they land below work/_."""

    shells = Attribute("list", ConfigString("/bin/sh, /bin/bash"))

    def configure(self):
        self += File("/etc/shells", content="{% for shell in component.shells %}{{shell}}\n{% endfor %}", leading=True)
        self += File("/etc/sudoers.d/operators", content="%operators ALL=(ALL) ALL\n", mode=0o440, leading=True)
        self.provide("shells", self.shells)


class Webserver(Component):

    sites = Attribute("list", ConfigString("intranet, wiki"))

    def configure(self):
        self.shells = self.require_one("shells")
        self += Directory("/etc/nginx/sites-available", leading=True)
        self += Directory("/etc/nginx/sites-enabled", leading=True)
        for site in self.sites:
            self += Site(site)
        self += File("start", content="#!{{component.shells[0]}}\nexec nginx -c {{component.map('/etc/nginx/nginx.conf')}}\n", mode=0o755)


class Site(Component):

    namevar = "name"

    def configure(self):
        self += Directory("/srv/www/" + self.name, leading=True)
        self += File("/srv/www/" + self.name + "/index.html", content="<h1>{{component.name}}</h1>\n", template_context=self)
        self += File("/etc/nginx/sites-available/" + self.name, source="site")
        self += Symlink("/etc/nginx/sites-enabled/" + self.name, source="/etc/nginx/sites-available/" + self.name)
