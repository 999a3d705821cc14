"""Notifications on the desktop of whoever deploys. Offered by `batou.utils`, which loads it when it is used."""

import os

import _batou_process

import batou


def escape_macosx_string(s):
    """Escapes text for a string of AppleScript."""
    return s.replace('"', '\\"')


def notify_macosx(title, description):
    """Shows a notification on a Mac."""
    title, description = escape_macosx_string(title), escape_macosx_string(description)
    _notify_by(["osascript", "-e", f'display notification "{description}" with title "{title}"'])


def notify_send(title, description):
    """Shows a notification on a free desktop."""
    _notify_by(["notify-send", title, description])


def notify_none(title, description):
    """Shows nothing, where there is no way to."""


def notify(title, description):
    """Shows a notification if there is a way to."""
    from batou import utils

    for program, function in (("osascript", "notify_macosx"), ("notify-send", "notify_send")):
        if _find_program(program):
            return getattr(utils, function)(title, description)
    return utils.notify_none(title, description)


def _notify_by(arguments):
    # A deployment is no worse for a desktop that cannot be reached, so a failure is only told to those who want to know everything.
    script = " ".join(map(_batou_process.quote, arguments))
    returncode, _, stderr = _batou_process.run(script, None)
    if returncode:
        batou.output.annotate(f"no notification: {stderr.decode('utf-8', errors='replace').strip()}", debug=True)


def _find_program(name):
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory, name)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    return None


# As they are known.
for _value in (escape_macosx_string, notify_macosx, notify_send, notify_none, notify):
    _value.__module__ = "batou.utils"
del _value
