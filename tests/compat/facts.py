"""Loads and configures an environment and writes what came of it as JSON, for both programs alike: `python facts.py ENVIRONMENT PROJECT`.

Written for CPython with the original and for `batou python`; nothing here may depend on which of the two runs it.
"""

import json
import re
import sys

import batou
from batou._output import TestBackend
from batou.component import Component
from batou.environment import Environment

SETTINGS = (
    "name base_dir workdir_base service_user require_sudo host_domain platform branch connect_method update_method target_directory timeout jobs"
    " repository_url repository_root require_v4 require_v6 deployment_base hostname_mapping _resolve_override _resolve_v6_override"
)
HOST_FIELDS = "name fqdn _name _aliases data platform service_user require_sudo ignore remap"

# Places and proposals are ours alone. Tracebacks are compared by the first line they name.
OWN_FIELDS = {"file", "line", "hint", "excerpt", "known_environments"}


def plain(value):
    """Gives a value in a form that both programs can be compared by."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    return f"{type(value).__name__}: {value}"


def first_place(traceback):
    """Gives the first file and line of a traceback."""
    return re.findall(r'File "(.*?)", line (\d+)', traceback)[:1]


def facts(error):
    """Gives class, fields, text and order of an error."""
    fields = {key: plain(value) for key, value in vars(error).items() if key not in OWN_FIELDS and not key.startswith("_")}
    if isinstance(error, batou.ComponentLoadingError):
        # The original keeps the text without the class.
        fields.pop("exception_repr", None)
    if "traceback" in fields:
        fields["traceback"] = first_place(fields["traceback"])
    text = str(error)
    if hasattr(error, "traceback"):
        text = text.split("\n")[0]
    return {"class": type(error).__name__, "text": text, "fields": fields, "sort_key": plain(getattr(error, "sort_key", None))}


def component_facts(component):
    """Gives the attributes of a component and of those below it."""
    names = sorted(name for name in vars(component) if not name.startswith("_"))
    leave_out = {"environment", "host", "root", "parent", "sub_components", "timer", "changed", "context"}
    return {
        "class": type(component).__name__,
        "attributes": {name: plain(getattr(component, name)) for name in names if name not in leave_out and is_plain(getattr(component, name))},
        "parts": [component_facts(part) for part in component.sub_components],
    }


def is_plain(value):
    return isinstance(value, (str, int, float, bool, type(None))) or (isinstance(value, (list, tuple)) and all(map(is_plain, value)))


def main(name, project):
    batou.output.backend = TestBackend()
    environment = Environment(name, basedir=project)
    result = {"raised": None}
    try:
        environment.load()
        environment.load_secrets()
        if not environment.exceptions:
            environment.configure()
    except Exception as error:
        result["raised"] = facts(error)
    result["exceptions"] = sorted(map(facts, environment.exceptions), key=lambda entry: (str(entry["sort_key"]), entry["class"], entry["text"]))
    result["settings"] = {field: plain(getattr(environment, field, "<absent>")) for field in SETTINGS.split()}
    result["sandbox"] = type(environment.vfs_sandbox).__name__
    result["overrides"] = {section: dict(options) for section, options in environment.overrides.items()}
    result["hosts"] = [
        {**{field: plain(getattr(host, field)) for field in HOST_FIELDS.split()}, "key": key, "aliases": dict(host.aliases)}
        for key, host in environment.hosts.items()
    ]
    result["roots"] = [
        {
            "name": root.name,
            "host": root.host.name,
            "features": list(root.features),
            "ignore": root.ignore,
            "workdir": root.workdir,
            "component": component_facts(root.component) if isinstance(getattr(root, "component", None), Component) else None,
        }
        for root in environment.root_components
    ]
    json.dump(result, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


main(*sys.argv[1:])
