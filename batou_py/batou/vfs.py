"""Sandboxes: where absolute paths of a deployment end up, chosen in the section ``[vfs]`` of an environment."""

import os


class Developer:
    """Moves absolute paths below ``work/_``, so that one can deploy without rights outside of the project."""

    def __init__(self, environment, config):
        self.environment = environment

    def map(self, path):
        """Returns where ``path`` really is. The directory of a moved path is created, as the system's own would exist."""
        path = os.fspath(path)
        base = self.environment.workdir_base
        if path.startswith(base) or not os.path.isabs(path):
            return path
        path = os.path.join(base, "_", path.lstrip("/"))
        if not getattr(self.environment, "_predicting", False):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        return path


class Map:
    """Replaces prefixes of paths by the options of the section that begin with a slash; the longest prefix wins."""

    def __init__(self, environment, config):
        rules = [(prefix, replacement) for prefix, replacement in config.items() if prefix.startswith("/")]
        self._map = sorted(rules, key=lambda rule: len(rule[0]), reverse=True)

    def map(self, path):
        """Returns where ``path`` really is."""
        path = os.fspath(path)
        for prefix, replacement in self._map:
            if path.startswith(prefix):
                # Components map what their parents have mapped: with `/ = /place/` that must not move again.
                if replacement.startswith(prefix) and f"{path.rstrip('/')}/".startswith(f"{replacement.rstrip('/')}/"):
                    return path
                return replacement + path[len(prefix) :]
        return path
