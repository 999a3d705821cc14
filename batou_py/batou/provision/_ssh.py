"""How machines of development hosts are reached: by a configuration of ssh that is written for the environment."""

import os

import batou.utils

# The images of these machines let in whoever has this key, which is published with them: they are for development and are
# reached through their host only. It has to be this one, and protects nothing.
_PUBLISHED_KEY = """\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBnO1dnNsxT0TJfP4Jgb9fzBJXRLiWrvIx44cftqs4mLAAAAJjYNRR+2DUU
fgAAAAtzc2gtZWQyNTUxOQAAACBnO1dnNsxT0TJfP4Jgb9fzBJXRLiWrvIx44cftqs4mLA
AAAEDKN3GvoFkLLQdFN+Blk3y/+HQ5rvt7/GALRAWofc/LFGc7V2c2zFPRMl8/gmBv1/ME
ldEuJau8jHjhx+2qziYsAAAAEHJvb3RAY3QtZGlyLWRldjIBAgMEBQ==
-----END OPENSSH PRIVATE KEY-----
"""

_MACHINE = """\
Host {names}
    HostName {real}
    ProxyJump {through}
    User developer
    IdentityFile "{key}"
    StrictHostKeyChecking accept-new
    UserKnownHostsFile "{known}"

"""


class SshAccess:
    """The files that ssh reads for an environment. ``config`` is the path of the configuration."""

    def __init__(self, environment):
        self.config = os.path.join(environment.base_dir, f"ssh_config_{environment.name}")
        self._base_dir = environment.base_dir
        directory = os.path.expanduser("~/.batou")
        self._key = os.path.join(directory, "insecure-private.key")
        self._known = os.path.join(directory, "known_hosts")

    def write(self, machines):
        """Writes them for ``machines``, a list of (real name, written name, name of the host that they are on)."""
        os.makedirs(os.path.dirname(self._key), mode=0o700, exist_ok=True)
        _write(self._key, _PUBLISHED_KEY, 0o600)
        if not os.path.exists(self._known):
            _write(self._known, "", 0o600)
        blocks = [
            _MACHINE.format(
                names=real if real == written else f"{real} {written}",
                real=real,
                through=through,
                key=self._key,
                known=self._known,
            )
            for real, written, through in machines
        ]
        for path in (os.path.expanduser("~/.ssh/config"), os.path.join(self._base_dir, "ssh_config")):
            if os.path.exists(path):
                blocks.append(f'Host *\n    Include "{path}"\n\n')
        _write(self.config, "".join(blocks), 0o644)

    def forget(self, name):
        """Forgets the host key of a machine that is made anew."""
        # 1 says that there was none.
        batou.utils.cmd(["ssh-keygen", "-R", name, "-f", self._known], acceptable_returncodes=[0, 1])


def _write(path, text, mode):
    """Writes a file in one step, unless it has this text."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    temporary = f"{path}.{os.getpid()}.new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)
