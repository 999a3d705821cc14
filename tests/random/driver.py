"""Configures and deploys projects and tells what happened: runs under the original's interpreter and under ours.

Reads one request per line from standard input, a JSON object with `project` (directory), `action` (deploy, predict or check) and `environment`.
Answers each with one line of JSON on standard output. Nothing of one project is left in the process for the next one.
"""

import json
import os
import sys

import batou
import batou.c
import batou.component
import batou.environment
import batou.lib.file
import batou.utils
from batou.component import Component, RootComponent
from batou.utils import Address

ORIGINAL = sys.implementation.name == "cpython"

# What is known about an error in public, by class. Classes that are missing here are compared by class and text.
FACTS = {
    "AttributeExpansionError": ("affected_hostname", "component_breadcrumbs", "value_repr", "error", "key"),
    "ConfigurationError": ("affected_hostname", "message", "component_root_name"),
    "ConversionError": ("affected_hostname", "component_breadcrumbs", "conversion_name", "value_repr", "error_str", "key"),
    "MissingOverrideAttributes": ("affected_hostname", "component_breadcrumbs", "attributes"),
    "DuplicateComponent": ("a_name", "a_filename", "b_filename"),
    "UnknownComponentConfigurationError": ("root_name", "root_host_name", "exception_repr"),
    "UnusedResources": ("unused_resources",),
    "UnsatisfiedResources": ("unsatisfied_resources",),
    "ComponentLoadingError": ("filename", "exception_str"),
    "MissingComponent": ("component_name",),
    "SuperfluousSection": ("section",),
    "SuperfluousComponentSection": ("component_name",),
    # The direction of the edges differs on purpose: COMPATIBILITY.md, "Direction of a dependency cycle".
    "CycleErrorDetected": (),
    "NonConvergingWorkingSet": ("roots_len", "root_names"),
    "TemplatingError": ("exception_str", "template_identifier"),
}


def pin_order():
    """Has the original walk its sets of root components and hosts in the order of the environment file.

    It iterates over sets of both, so the order is that of their addresses. Small numbers as hashes are sorted in a set of this size, which is one
    of the orders that could have happened, and the one that ours has on purpose.
    """
    RootComponent.__hash__ = lambda self: _position(self.environment.root_components, self)
    batou.environment.Host.__hash__ = lambda self: 100 + _position(list(self.environment.hosts.values()), self)


def _position(objects, wanted):
    for number, candidate in enumerate(objects):
        if candidate is wanted:
            return number
    return len(objects)


class Recorder:
    """A backend of `batou.output` that keeps lines."""

    def __init__(self):
        self.lines = []

    def line(self, message, **format):
        self.lines.append(message)

    def sep(self, sep, title, **format):
        self.lines.append(f"{sep} {title}")

    def write(self, content, **format):
        self.lines.append(content)

    def take(self):
        """Returns what was said since it was last asked, without durations."""
        lines, self.lines = self.lines, []
        # Ours says what it cannot read and why; the words are not the original's.
        lines = ["Unknown content" if line.startswith("Unknown content") else line for line in lines]
        return [line for line in lines if not line.startswith("💤")]


def comparable(text):
    """Returns the text of an exception (`Class: text`) where both programs must agree on it, else the class alone.

    Errors that definitions raise, and those with the original's words. What our library says to people about a wrong argument is its own.
    """
    name = text.split(":", 1)[0]
    return text if "on purpose" in text or name in ("TemplatingError", "KeyError", "IndexError") else name


def plain(value):
    """Returns a value that JSON can hold and that is the same in both programs."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def facts(error):
    """Describes an error by its class and what is public about it."""
    name = type(error).__name__
    described = {"class": name}
    if name in FACTS:
        for fact in FACTS[name]:
            described[fact] = plain(getattr(error, fact, "<missing>"))
        if "exception_repr" in described:
            described["exception_repr"] = comparable(error.exception_repr)
        for fact in ("unused_resources", "unsatisfied_resources"):
            # The order of root components differs on purpose: COMPATIBILITY.md, "Order of values from several providers".
            if fact in described:
                described[fact] = sorted(
                    json.dumps([sorted(part) if isinstance(part, list) else part for part in item]) for item in described[fact]
                )
    elif isinstance(error, OSError):
        described["number"], described["file"] = error.errno, str(error.filename)
    else:
        described["text"] = comparable(f"{name}: {error}")
    return described


def is_worth_comparing(error):
    # Keys that were provided in an earlier pass only: COMPATIBILITY.md, "A key that was provided in an earlier pass of the configuration only".
    return not (type(error).__name__ == "UnusedResources" and not error.unused_resources)


def reset():
    """Makes the process as it was before the first project."""
    for name in [name for name in sys.modules if name.startswith("batou.c.")]:
        del sys.modules[name]
        delattr(batou.c, name.split(".", 2)[2])
    for candidate in vars(batou.lib.file).values():
        if isinstance(candidate, type) and "_platforms" in candidate.__dict__:
            del candidate._platforms
    batou.utils.resolve_override.clear()
    batou.utils.resolve_v6_override.clear()
    Address.require_v4, Address.require_v6 = True, False
    Component._instances.clear()
    recorder = batou.output.backend = Recorder()
    batou.output.clear_buffer()
    return recorder


def identity(root):
    return f"{root.host.name}/{root.name}"


def tree(component, describe):
    """Describes a component and everything below it, parents first."""
    return [describe(component)] + [line for child in component.sub_components for line in tree(child, describe)]


def model_of(environment):
    """The configured model: trees, work directories, resources and dependencies."""
    resources = {
        str(key): {identity(root): [str(value) for value in values] for root, values in providers.items() if values}
        for key, providers in environment.resources.resources.items()
    }
    return {
        "trees": {
            identity(root): tree(root.component, lambda part: f"{part._breadcrumbs} in {part.workdir} of {part.defdir}")
            for root in environment.root_components
        },
        "resources": {key: providers for key, providers in resources.items() if providers},
        "dependencies": {
            identity(root): sorted(identity(other) for other in others) for root, others in environment.root_dependencies().items()
        },
        "hosts": {
            name: [host.fqdn, host.platform, host.ignore, dict(host.data), sorted(host.components)]
            for name, host in environment.hosts.items()
        },
    }


def in_order(environment):
    """The root components, each after those it depends on, otherwise as in the environment file."""
    dependencies = environment.root_dependencies()
    waiting = list(environment.root_components)
    while waiting:
        ready = next(root for root in waiting if not any(other in dependencies[root] for other in waiting))
        waiting.remove(ready)
        yield ready


def deploy(environment, recorder, predicting):
    """Deploys all root components up to the first failure."""
    results = []
    for root in in_order(environment):
        if root.ignore or root.host.ignore:
            continue
        failure = None
        try:
            root.component.deploy(predicting)
        except Exception as error:
            failure = facts(error)
        batou.output.clear_buffer()
        results.append(
            {
                "root": identity(root),
                "output": recorder.take(),
                "failure": failure,
                "changed": tree(root.component, lambda part: f"{part._breadcrumbs}: {part.changed}"),
            }
        )
        if failure:
            break
    return results


def warnings_and_logs(lines):
    # The original repeats warnings in each pass and puts the messages of unrelated root components into any order. Where a component was made is
    # told differently: it names itself.
    kept = set()
    for text in lines:
        kept.update(line.strip() for line in text.split("\n") if "initialized in" not in line)
    return sorted(kept)


def work(request):
    recorder = reset()
    os.chdir(request["project"])
    answer = {}
    environment = batou.environment.Environment(request["environment"], basedir=request["project"])
    if not ORIGINAL:
        # What its program does before it predicts or checks.
        environment._predicting = request["action"] != "deploy"
    try:
        environment.load()
        errors = list(environment.exceptions)
        if not errors:
            errors = list(environment.configure())
    except Exception as error:
        answer["raised"] = facts(error)
        return answer
    answer["errors"] = sorted(map(json.dumps, map(facts, filter(is_worth_comparing, errors))))
    answer["configured"] = warnings_and_logs(recorder.take())
    if answer["errors"]:
        return answer
    answer["model"] = model_of(environment)
    if request["action"] != "check":
        answer["roots"] = deploy(environment, recorder, request["action"] == "predict")
    return answer


def main():
    answers = sys.stdout
    # What a definition or the interpreter prints must not look like an answer.
    sys.stdout = sys.stderr
    if ORIGINAL:
        pin_order()
    home = os.getcwd()
    for line in sys.stdin:
        try:
            answer = work(json.loads(line))
        except Exception:
            import traceback

            answer = {"broken": traceback.format_exc()}
        os.chdir(home)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
