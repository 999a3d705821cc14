"""What `batou.lib.supervisor` writes when the definition brings nothing of its own.

All but the check are templates. supervisord starts every program anew whose section differs by a byte, so what comes out of them stays the same.
"""


def _section(name, settings, sign=" = "):
    """A section of a configuration file; a value that is None is written as nothing, without a blank at the end."""
    lines = [f"{key}{sign}{value}" if value is not None else f"{key}{sign}".rstrip() for key, value in settings.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _unlimited_log(stream, path):
    return {f"{stream}_logfile": path, f"{stream}_logfile_backups": 0, f"{stream}_logfile_maxbytes": 0}


_NAME = "{{component.name}}"
_COMMAND = {"command": "{{component.command}} {{component.args}}"}
_LOG = "{{component.supervisor.logdir.path}}/{{component.name}}.log"
_LOGS = "{{component.workdir}}/var/log"
_SOCKET = "{{component.socketpath}}"
_NOBODY = {"username": None, "password": None}

#: A program. Each of its options follows after an empty line.
PROGRAM = (
    "\n"
    + _section(
        f"program:{_NAME}",
        {
            **_COMMAND,
            "process_name": _NAME,
            "directory": "{{component.directory}}",
            "priority": "{{component.priority}}",
            **_unlimited_log("stderr", _LOG),
            **_unlimited_log("stdout", _LOG),
            "redirect_stderr": "true",
        },
    )
    + "{% for option in component.options %}\n{{option}} = {{component.options[option]}}\n{% endfor %}"
)

#: A program that is told about events.
EVENTLISTENER = (
    "\n"
    + _section(f"eventlistener:{_NAME}", {**_COMMAND, "events": "{{component.events}}"})
    # Always written like this; the other way round, listeners would start anew.
    + f"process_name={_NAME}\n"
)

#: The configuration of supervisord and of its control program.
SUPERVISORD = "\n".join(
    [
        _section(
            "supervisord",
            {
                "childlogdir": _LOGS,
                "logfile": f"{_LOGS}/supervisord.log",
                "logfile_maxbytes": 0,
                "logfile_backups": 0,
                "loglevel": "{{component.loglevel}}",
                "pidfile": "{{component.pidfile}}",
                "umask": "022",
                "nodaemon": "false",
                "nocleanup": "false",
            },
        ),
        _section("unix_http_server", {"file": _SOCKET, "chmod": "0770", **_NOBODY}),
        _section("supervisorctl", {"serverurl": f"unix://{_SOCKET}", **_NOBODY}),
        _section(
            "rpcinterface:supervisor",
            {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
            sign="=",
        ),
        _section("include", {"files": "{{component.program_config_dir.path}}/*.conf"}),
    ]
)

#: The buildout that installs supervisord. The template belongs to the buildout, whose parent the supervisor is.
BUILDOUT = "\n".join(
    [
        _section(
            "buildout",
            {
                "parts": "supervisor nagiosplugin",
                "newest": "false",
                "versions": "versions",
                "allow-picked-versions": "false",
            },
        ),
        _section(
            "versions",
            {
                "setuptools": "{{component.parent.setuptools_version}}",
                "meld3": "2.0.1",
                "nagiosplugin": "1.3.2",
                "superlance": "1.0",
                "supervisor": "4.2.5",
                "zc.buildout": "{{component.parent.buildout_version}}",
                "zc.recipe.egg": "2.0.7",
                "wheel": "{{component.parent.wheel_version}}",
            },
        ),
        _section("nagiosplugin", {"recipe": "zc.recipe.egg", "interpreter": "py"}),
        _section("supervisor", {"recipe": "zc.recipe.egg", "eggs": "supervisor\n    superlance"}),
    ]
)

# Follows the line that names the control program.
_CHECK = '''
# What the states of programs amount to; the higher, the worse. A state that is missing here is as bad as one that may still change.
SEVERITY = {"RUNNING": 0, "STARTING": 0, "BACKOFF": 1, "STOPPED": 2, "STOPPING": 2, "EXITED": 2, "FATAL": 2}
# What is said about programs of each severity, which is the exit code of a nagios plugin as well.
HEADLINES = ["OK: {} active", "WARNING: {} undecided", "CRITICAL: {} inactive"]


def programs():
    """Yields severity and name of each program."""
    process = subprocess.Popen(
        [CONTROL, "status"], env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    text = process.communicate()[0].decode("utf-8", "replace")
    # 3: not all programs are running.
    if process.returncode not in (0, 3):
        raise OSError("exit code {}: {}".format(process.returncode, " ".join(text.split())))
    for line in text.splitlines():
        name, state = (line.split() + ["", ""])[:2]
        if name:
            yield SEVERITY.get(state, 1), name


def main():
    try:
        found = sorted(programs())
    except OSError as error:
        print("CRITICAL: supervisord cannot be asked: {}".format(error))
        return 2
    worst = 0
    for severity in (2, 1, 0):
        names = [name for each, name in found if each == severity]
        if names:
            worst = max(worst, severity)
            print("{}: {}".format(HEADLINES[severity].format(len(names)), ", ".join(names)))
    return worst


sys.exit(main())
'''


def check(workdir):
    """The script that a monitor runs to learn how the programs of the supervisord in a directory are."""
    control = workdir + "/bin/supervisorctl"
    return f"""#!/usr/bin/env python3
\"\"\"Tells a monitor how the programs of a supervisord are: a line for each severity, and the worst as exit code.\"\"\"

import os
import subprocess
import sys

CONTROL = {control!r}
{_CHECK}"""
