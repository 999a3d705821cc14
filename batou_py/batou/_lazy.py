"""Names of a module that are costly to import and rarely asked for."""

import sys

_ENVIRONMENT_SOURCES = {
    "batou": "ComponentLoadingError ComponentWithUpdateWithoutVerify ConfigurationError CycleErrorDetected DuplicateHostError"
    " DuplicateHostMapping InvalidIPAddressError MissingComponent MissingEnvironment NonConvergingWorkingSet SilentConfigurationError"
    " SuperfluousComponentSection SuperfluousSection UnknownComponentConfigurationError UnsatisfiedResources UnusedComponentsInitialized"
    " UnusedResources output",
    "batou.component": "Component ComponentDefinition RootComponent load_components_from_file",
    "batou.utils": "CycleError cmd",
    "configparser": "RawConfigParser",
}

#: What `batou.environment` offers beside its own.
NAMES_OF_ENVIRONMENT = {name: module for module, names in _ENVIRONMENT_SOURCES.items() for name in names.split()}


def offer(namespace, names):
    """Lets the module with the dictionary ``namespace`` offer ``names``: {name: module it comes from, None for the module of that name}.

    They are imported when they are first asked for, also by ``from module import *``.
    """
    module = namespace["__name__"]

    def find(name):
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        source = names[name]
        __import__(source or name)
        value = sys.modules[source or name]
        if source is not None:
            value = getattr(value, name)
        if source != "batou" or name != "output":
            # The output may be replaced at any time.
            namespace[name] = value
        return value

    namespace["__getattr__"] = find
    public = {name for name in namespace if name[0] != "_"} if "__all__" not in namespace else set(namespace["__all__"])
    namespace["__all__"] = sorted(public | names.keys())
    namespace["__dir__"] = lambda: sorted(namespace.keys() | names.keys())
