"""The exceptions of batou beyond the few of `batou._reporting`. All of them are offered by the package ``batou``, which loads them when needed.

Those that derive from `ReportingException` know how to print themselves. They keep strings instead of model objects, so that they can be stored,
compared and sent elsewhere. They are made with ``Class.from_context(...)``; giving the same arguments to the constructor works as well.
"""

import sys

import _socket

import batou
from batou._environment_errors import (
    DuplicateHostError,
    DuplicateHostMapping,
    DuplicateOverride,
    DuplicateSecretsComponentAttribute,
    InvalidIPAddressError,
    MissingComponent,
    MissingEnvironment,
    SuperfluousComponentSection,
    SuperfluousSecretsSection,
    SuperfluousSection,
    UnknownHostSecretsSection,
)
from batou._reporting import (
    ConfigurationError,
    DeploymentError,
    ReportingException,
    _prepare_stack,
    _sorted_leniently,
    prepare_error,
    prepare_related,
    prepare_syntax_error,
    prepare_traceback,
    text_of,
)

_SIMPLIFIED_TITLE = "Traceback (simplified, most recent call last):"
_NO_LINES = "<no-non-remote-internal-traceback-lines-found>"
_BUG_HINT = "This /might/ be a batou bug. Please consider reporting it."


def _report_traceback(text, related=None):
    if text != _NO_LINES:
        batou.output.annotate(_SIMPLIFIED_TITLE, red=True)
        batou.output.annotate(text, red=True)
    if related:
        batou.output.annotate(related, red=True)


def _prepare_place(exception, traceback):
    """Gives the lines of definitions that led to an exception, down to the line that is no Python."""
    lines = prepare_traceback(traceback)
    broken = prepare_syntax_error(exception)
    if broken is None:
        return lines
    return broken if lines == _NO_LINES else f"{lines}\n{broken}"


class FileLockedError(ReportingException):
    """A file that has to be locked is locked by somebody else."""

    def _fill(self, filename):
        self.filename = filename

    def __str__(self):
        return f"File already locked: {self.filename}"

    def report(self):
        batou.output.error(str(self))


class _CallError(ReportingException):
    """A program for secrets failed."""

    _program = None

    def _fill(self, command, exitcode, output):
        self.command = " ".join(command)
        self.exitcode = str(exitcode)
        self.output = output.decode("ascii", errors="replace")

    def __str__(self):
        return f"Exitcode {self.exitcode} while calling: {self.command}\n{self.output}"

    def report(self):
        batou.output.error(f"Error while calling {self._program}")
        batou.output.tabular("command", self.command, red=True)
        batou.output.tabular("exit code", self.exitcode)
        batou.output.tabular("message", self.output, separator=":\n")


class GPGCallError(_CallError):
    """GnuPG failed."""

    _program = "GPG"


class AgeCallError(_CallError):
    """Age failed."""

    _program = "age"


class GetAddressInfoError(ReportingException, _socket.gaierror):
    """A host name could not be resolved."""

    def _fill(self, hostname, error):
        self.hostname = hostname
        self.error = error

    def __str__(self):
        return f"Error while resolving {self.hostname}: {self.error}"

    def report(self):
        batou.output.error("Error while resolving hostname")
        batou.output.tabular("hostname", self.hostname, red=True)
        batou.output.tabular("message", self.error, separator=":\n")


class _AttributeError(ConfigurationError):
    """An attribute of a component could not take the value it was given."""

    def _place(self, component, key, value):
        self.affected_hostname = component.root.host.name
        self.component_breadcrumbs = component._breadcrumbs
        self.value_repr = text_of(value, repr)
        self.key = key

    @property
    def sort_key(self):
        return (1, self.affected_hostname, self.component_breadcrumbs, self.key)


class AttributeExpansionError(_AttributeError):
    """The template in the value of an attribute failed."""

    def _fill(self, component, key, value, error):
        self._place(component, key, value)
        self.error = prepare_error(error)
        self.excerpt = getattr(error, "excerpt", None)

    def __str__(self):
        return f"Error while expanding attribute: {self.error}"

    def report(self):
        batou.output.error("Error while expanding attribute:")
        batou.output.tabular("Message", self.error, red=True)
        batou.output.tabular("Attribute", f"{self.component_breadcrumbs}.{self.key}", red=True)
        self._report_place()


class ConversionError(_AttributeError):
    """The value of an attribute is not of the kind the attribute needs."""

    def _fill(self, component, key, value, conversion, error):
        self._place(component, key, value)
        self.conversion_name = getattr(conversion, "__name__", None) or text_of(conversion, repr)
        self.error_str = text_of(error)

    def __str__(self):
        return self.error_str

    def report(self):
        batou.output.error(self.error_str)
        batou.output.tabular("Attribute", f"{self.component_breadcrumbs}.{self.key}", red=True)
        batou.output.tabular("Conversion", f"{self.conversion_name}({self.value_repr})", red=True)
        self._report_place()


class MissingOverrideAttributes(ConfigurationError):
    """The environment overrides attributes that the component does not have."""

    def _fill(self, component, attributes):
        self.affected_hostname = component.root.host.name
        self.component_breadcrumbs = component._breadcrumbs
        self.attributes = list(attributes)

    @property
    def sort_key(self):
        return (3, self.affected_hostname, self.component_breadcrumbs)

    def __str__(self):
        return "Overrides for undefined attributes " + ",".join(self.attributes)

    def report(self):
        batou.output.error("Overrides for undefined attributes")
        batou.output.tabular("Component", self.component_breadcrumbs, red=True)
        batou.output.tabular("Attributes", ", ".join(self.attributes), red=True)
        self._report_place()


class DuplicateComponent(ConfigurationError):
    """One file defines two components of the same name."""

    def _fill(self, a, b):
        self.a_name = a.name
        self.a_filename = a.filename
        self.b_filename = b.filename

    @property
    def sort_key(self):
        return (2, self.a_name)

    def __str__(self):
        return f"Duplicate component: {self.a_name}"

    def report(self):
        batou.output.error(f'Duplicate component "{self.a_name}"')
        batou.output.tabular("Occurrence", self.a_filename)
        batou.output.tabular("Occurrence", self.b_filename)
        self._report_place()


class UnknownComponentConfigurationError(ConfigurationError):
    """Configuring a component raised an exception that is not batou's."""

    def _fill(self, root, exception, tb):
        self.root_name = root.name
        self.root_host_name = root.host.name
        self.exception_repr = prepare_error(exception)
        self.traceback = _prepare_place(exception, tb)
        self._related = prepare_related(exception)
        self.excerpt = getattr(exception, "excerpt", None)

    @property
    def sort_key(self):
        return (4, self.root_host_name, 2)

    def __str__(self):
        return self.exception_repr

    def report(self):
        batou.output.error(self.exception_repr.rstrip(": "))
        # What a definition raises is no bug of batou.
        if self.traceback == _NO_LINES:
            batou.output.annotate(_BUG_HINT + "\n", red=True)
        batou.output.tabular("Host", self.root_host_name, red=True)
        batou.output.tabular("Component", self.root_name, red=True)
        self._report_place()
        _report_traceback(self.traceback, self._related)


class UnusedResources(ConfigurationError):
    """Resources are provided that nobody requires."""

    sort_key = (5, "unused")

    def _fill(self, resources):
        self.unused_resources = [
            (key, root.name, text_of(values)) for key in _sorted_leniently(resources) for root, values in resources[key].items()
        ]

    def __str__(self):
        return "Unused provided resources"

    def report(self):
        batou.output.error(str(self))
        for key, root_name, values in self.unused_resources:
            batou.output.line(f'    Resource "{text_of(key)}" provided by {root_name} with value {values}', red=True)
        self._report_place()


class UnusedComponentsInitialized(ConfigurationError):
    """Components were made but never added to another one."""

    sort_key = (5, "unused")
    _heading = "Some components were initialized but never added to the environment:"
    _advice = "Add the components to the environment using `self += component`."

    def _fill(self, components, root):
        self.unused_components = [repr(type(component).__name__) for component in components]
        self.breadcrumbs = [_joined(component._init_breadcrumbs) for component in components]
        self.init_file_paths = [component._init_file_path for component in components]
        self.init_line_numbers = [component._init_line_number for component in components]
        self.root_name = root.name

    def _lines(self):
        places = zip(self.unused_components, self.breadcrumbs, self.init_file_paths, self.init_line_numbers)
        for name, breadcrumbs, path, line in places:
            yield f"    {name}: {breadcrumbs}"
            yield f"        initialized in {path}:{line}"

    def __str__(self):
        return "\n".join((self._heading, *self._lines(), f"Root: {self.root_name}", self._advice))

    def report(self):
        batou.output.error(self._heading)
        for line in self._lines():
            batou.output.line(line, red=True)
        batou.output.line(self._advice, red=True)
        batou.output.tabular("Root", self.root_name, red=True)
        self._report_place()


def _joined(breadcrumbs):
    return breadcrumbs if isinstance(breadcrumbs, str) else " -> ".join(map(str, breadcrumbs))


class ComponentWithUpdateWithoutVerify(ConfigurationError):
    """Components can update but never ask for it."""

    sort_key = (5, "without_verify")
    _heading = "Some components have an update method but no verify method:"
    _advice = "The update() method may not be called by batou if the verify() method is missing."

    def _fill(self, components, roots):
        self.components = [repr(type(component).__name__) for component in components]
        self.roots = [root.name for root in roots]

    def _lines(self):
        for name in self.components:
            yield f"    {name}"

    def __str__(self):
        roots = (f"Root: {name}" for name in self.roots)
        return "\n".join((self._heading, *self._lines(), *roots, self._advice))

    def report(self):
        batou.output.error(self._heading)
        for line in self._lines():
            batou.output.line(line, red=True)
        batou.output.line(self._advice, red=True)
        for name in self.roots:
            batou.output.tabular("Root", name, red=True)
        self._report_place()


class UnsatisfiedResources(ConfigurationError):
    """Resources are required that nobody provides."""

    sort_key = (6, "unsatisfied")

    def _fill(self, resources):
        self.unsatisfied_resources = [
            (key, host, sorted(root.name for root in roots))
            for (key, host), roots in _sorted_leniently(resources.items(), key=lambda item: item[0])
        ]

    def __str__(self):
        return "Unsatisfied resource requirements"

    def report(self):
        batou.output.error(str(self))
        for key, host, root_names in self.unsatisfied_resources:
            place = "" if host is None else f' on "{host}"'
            batou.output.line(f'    Resource "{text_of(key)}"{place} required by {",".join(root_names)}', red=True)
        self._report_place()


class ComponentLoadingError(ConfigurationError):
    """A component file could not be executed."""

    sort_key = (0,)

    def _fill(self, filename, exception, tb):
        self.filename = filename
        self.exception_str = text_of(exception)
        self.exception_repr = prepare_error(exception)
        self.traceback = _prepare_place(exception, tb)
        self._related = prepare_related(exception)

    def __str__(self):
        return f"Failed loading component file {self.filename}"

    def report(self):
        batou.output.error("Failed loading component file")
        batou.output.tabular("File", self.filename, red=True)
        batou.output.tabular("Exception", self.exception_repr.rstrip(": "), red=True)
        _report_traceback(self.traceback, self._related)
        self._report_place()


class CycleErrorDetected(ConfigurationError):
    """Components need each other in a circle."""

    sort_key = (99,)

    def _fill(self, error):
        self.error_str = str(error)

    def __str__(self):
        return f"Found dependency cycle: {self.error_str}"

    def report(self):
        batou.output.error("Found dependency cycle")
        batou.output.annotate(self.error_str, red=True)
        self._report_place()


class NonConvergingWorkingSet(ConfigurationError):
    """Some components could not be configured, however often it was tried."""

    sort_key = (100,)

    def _fill(self, roots):
        self.roots_len = len(roots)
        self.root_names = ", ".join(sorted(root.name for root in roots))

    def __str__(self):
        return "There are unconfigured components remaining."

    def report(self):
        batou.output.error(f"{self.roots_len} remaining unconfigured component(s): {self.root_names}")
        self._report_place()


class IPAddressConfigurationError(ConfigurationError):
    """An address was asked for a family of IP addresses it does not have."""

    sort_key = (0,)

    def _fill(self, address, kind):
        self.address = address
        self.kind = kind

    def __str__(self):
        return f"Trying to access address family IPv{self.kind} which is not configured for {self.address}."

    def report(self):
        batou.output.error(str(self))
        batou.output.tabular("Hint", f"Use `require_v{self.kind}=True` when instantiating the Address object.", red=True)
        self._report_place()


class TemplatingError(ReportingException):
    """A template could not be rendered."""

    sort_key = (0,)

    def _fill(self, exception, template_identifier):
        # A syntax error is about the template's text, so the name of its class adds nothing.
        is_syntax_error = any(kind.__name__ == "TemplateSyntaxError" for kind in type(exception).__mro__)
        self.exception_str = text_of(exception) if is_syntax_error else prepare_error(exception)
        self.template_identifier = template_identifier
        self.excerpt = getattr(exception, "excerpt", None)

    def name_template(self, file):
        """Has the excerpt name the file that the template was read from."""
        # The excerpt of a template that this one includes names that one.
        if self.excerpt is not None and self.excerpt.startswith(self.template_identifier):
            self.excerpt = str(file) + self.excerpt.removeprefix(self.template_identifier)

    def __str__(self):
        # The spelling is kept, as people search for this text.
        return f"An error occured while rendering a template ({self.template_identifier}): {self.exception_str}"

    def report(self):
        batou.output.error(str(self))
        self._report_place()


class ComponentUsageError(ConfigurationError):
    """A component of the library is used in a way it does not support."""

    def _fill(self, message):
        self.message = message
        self.traceback = _prepare_stack(sys._getframe(1))

    @property
    def sort_key(self):
        return (-1, self.message)

    def __str__(self):
        return f"Component usage error: {self.message}\n{self.traceback}"

    def report(self):
        batou.output.error("Component usage error")
        batou.output.tabular("Message", self.message, red=True)
        batou.output.annotate("Traceback (most recent call last):", red=True)
        batou.output.annotate(self.traceback, red=True)
        self._report_place()


class RepositoryDifferentError(DeploymentError):
    """The host did not receive the revision that is to be deployed."""

    sort_key = (150,)

    def _fill(self, local, remote):
        self.local = local
        self.remote = remote

    def __str__(self):
        return "Remote repository has diverged. Wrong branch?"

    def report(self):
        batou.output.error(
            "The remote working copy is based on a different revision. Maybe you tried to deploy from the wrong branch."
        )
        batou.output.tabular("Local", self.local, red=True)
        batou.output.tabular("Remote", self.remote, red=True)


def _by_importance(errors):
    """Sorts exceptions; what is not batou's own comes first. Those whose order is unlike that of others follow, in the order given."""
    known, unlike = [], []
    for error in errors:
        key = _sort_key(error)
        (known if _is_usual(key) else unlike).append((key, error))
    try:
        known.sort(key=lambda pair: pair[0])
    except Exception:
        # The first item tells the importance; what follows only keeps equal errors apart.
        known.sort(key=lambda pair: pair[0][0])
    return [error for _, error in known + unlike]


def _sort_key(error):
    try:
        return getattr(error, "sort_key", (-99,))
    except Exception:
        return None


def _is_usual(key):
    return isinstance(key, tuple) and bool(key) and isinstance(key[0], (int, float))


# The classes are known as members of the package, in tracebacks and wherever they are stored by name.
for _value in list(globals().values()):
    if isinstance(_value, type) and _value.__module__ in (__name__, "batou._environment_errors"):
        _value.__module__ = "batou"
del _value
