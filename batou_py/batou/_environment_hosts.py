"""Reading the hosts of an environment file, what runs on them, and the names that were given to them."""

import os

import batou
from batou._environment_file import ConfigSection, parse_host_components


class HostLoading:
    """The part of an environment that reads its hosts."""

    # Set if the host map could not be read, so that it is not replaced by what is known without it.
    _keeps_hostname_mapping = False
    # What the deploying side knows, which is newer than the host map that a host has.
    _given_hostname_mapping = None

    def load_hosts(self, config):
        """Reads the hosts and what runs on them."""
        self._load_hosts_single_section(config)
        self._load_hosts_multi_section(config)
        self._store_hostname_mapping()

    def _load_hosts_single_section(self, config):
        section = config.get("hosts", ConfigSection())
        for written_name in section:
            name = written_name.lstrip("!")
            host = self.host_factory(name, self)
            host.ignore = written_name.startswith("!")
            self.hosts[host.name] = host
            self._load_host_components(host, section.as_list(written_name), section, written_name)

    def _load_hosts_multi_section(self, config):
        for section_name in config:
            if not section_name.startswith("host:"):
                continue
            section = config[section_name]
            host = self.host_factory(section_name.removeprefix("host:"), self, section)
            if not self._has_known_provisioner(host, section):
                host._provisioner = "none"
            if host.name in self.hosts:
                self.exceptions.append(
                    batou.DuplicateHostError.from_context(host.name).with_place(
                        section.file, section.line, "Keep either the line in [hosts] or this section."
                    )
                )
            self.hosts[host.name] = host
            if "components" in section:
                self._load_host_components(host, section.as_list("components"), section, "components")
            else:
                self._complain_about(
                    section,
                    "option `components` is missing",
                    "Add `components =` and a list of the components that the host runs.",
                )

    def _has_known_provisioner(self, host, section):
        if self.check_and_predict_local or not self._creates_machines:
            return False
        name = section.get("provisioner")
        if not name or name == "none" or name in self.provisioners:
            if host.remap and host.provisioner is None and host._name not in self.hostname_mapping:
                self._complain_about(
                    section,
                    "`provision-dynamic-hostname` needs a provisioner, or an entry in hostmap.json",
                    "Remove the option, or write the name of the host into hostmap.json.",
                )
            return True
        known = ", ".join(sorted(self.provisioners))
        hint = f"Name one of {known}, or `none`." if known else f"Add a section [provisioner:{name}], or write `none`."
        self._complain_about(section, f"there is no provisioner {name!r}", hint, "provisioner")
        return False

    def _load_host_components(self, host, component_list, section=None, option=None):
        for name, settings in parse_host_components(component_list).items():
            try:
                self.add_root(name, host, settings["features"], settings["ignore"])
            except KeyError:
                error = batou.MissingComponent.from_context(name, host.name)
                if section is not None:
                    error.with_place(section.file, section.line_of(option), self._component_hint(name))
                self.exceptions.append(error)

    def _load_hostname_mapping(self):
        if self._given_hostname_mapping is not None:
            self.hostname_mapping.update(self._given_hostname_mapping)
            return
        path = self._environment_path("hostmap.json")
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            return
        import json

        try:
            mapping = json.loads(text)
            if not isinstance(mapping, dict):
                raise ValueError("it holds no object")
        except ValueError as error:
            self._complain(f"The host map cannot be read: {error}", path, hint="Restore the file, or delete it to name hosts anew.")
            self._keeps_hostname_mapping = True
            return
        for name, true_name in mapping.items():
            if name in self.hostname_mapping:
                raise batou.DuplicateHostMapping.from_context(name, self.hostname_mapping[name], true_name)
            self.hostname_mapping[name] = true_name

    def _store_hostname_mapping(self):
        if self._predicting or self._keeps_hostname_mapping:
            return
        path = self._environment_path("hostmap.json")
        if all(name == true_name for name, true_name in self.hostname_mapping.items()):
            try:
                os.unlink(path)
            except (FileNotFoundError, NotADirectoryError):
                pass
            return
        import json

        text = json.dumps(self.hostname_mapping)
        temporary = f"{path}.{os.getpid()}.new"
        self._ensure_environment_dir()
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
