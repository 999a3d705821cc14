"""What tests of files look at."""

import grp
import os
import pwd
import stat

USER = pwd.getpwuid(os.getuid()).pw_name
GROUP = grp.getgrgid(os.getgid()).gr_name


def permissions(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def changed(component):
    """The names of the classes of what changed in a tree."""
    return [type(part).__name__ for part in component.recursive_sub_components if part.changed and not part.sub_components]


def again(top):
    """Deploys a second time and returns what changed."""
    top.deploy()
    return changed(top)
