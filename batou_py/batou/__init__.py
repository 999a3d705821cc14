"""batou: services described as components, deployed onto the hosts of an environment.

Importing the package offers ``batou.output`` and every exception class. The rest lives in its submodules, which are loaded when they are used.
"""

import os

import _batou_report

from batou import _output
from batou._output import output
from batou._reporting import (
    ConfigurationError,
    DeploymentError,
    ReportingException,
    SilentConfigurationError,
    UpdateNeeded,
    prepare_error,
    prepare_traceback,
)

__version__ = _batou_report.version()

# Components that start a remote debugger themselves rely on these two being set.
os.environ.setdefault("REMOTE_PDB_HOST", "127.0.0.1")
os.environ.setdefault("REMOTE_PDB_PORT", "4444")

_SUBMODULES = frozenset(("c", "component", "environment", "host", "lib", "resources", "template", "utils", "vfs"))

# Exceptions most runs never need; loading them takes several milliseconds.
_ERRORS = frozenset(
    (
        "AgeCallError",
        "AttributeExpansionError",
        "ComponentLoadingError",
        "ComponentUsageError",
        "ComponentWithUpdateWithoutVerify",
        "ConversionError",
        "CycleErrorDetected",
        "DuplicateComponent",
        "DuplicateHostError",
        "DuplicateHostMapping",
        "DuplicateOverride",
        "DuplicateSecretsComponentAttribute",
        "FileLockedError",
        "GPGCallError",
        "GetAddressInfoError",
        "IPAddressConfigurationError",
        "InvalidIPAddressError",
        "MissingComponent",
        "MissingEnvironment",
        "MissingOverrideAttributes",
        "NonConvergingWorkingSet",
        "RepositoryDifferentError",
        "SuperfluousComponentSection",
        "SuperfluousSecretsSection",
        "SuperfluousSection",
        "TemplatingError",
        "UnknownComponentConfigurationError",
        "UnknownHostSecretsSection",
        "UnsatisfiedResources",
        "UnusedComponentsInitialized",
        "UnusedResources",
    )
)


def __getattr__(name):
    """Loads an exception, a submodule, or ``Component`` for definitions of the 0.2 series, when it is first asked for."""
    if name in _ERRORS:
        import batou.errors

        value = globals()[name] = getattr(batou.errors, name)
        return value
    if name == "UnusedResource":
        # So it was called in the 0.2 and 1.0 series.
        return __getattr__("UnusedResources")
    if name == "Component":
        import batou.component

        return batou.component.Component
    if name in _SUBMODULES:
        import sys

        try:
            __import__("batou." + name)
        except ModuleNotFoundError as error:
            if error.name != "batou." + name:
                raise
        else:
            return sys.modules["batou." + name]
    raise AttributeError(f"module 'batou' has no attribute {name!r}")


#: What ``from batou import *`` brings.
__all__ = [*(name for name in globals() if name[0] != "_"), *_ERRORS]


def __dir__():
    return sorted({*globals(), *_ERRORS})
