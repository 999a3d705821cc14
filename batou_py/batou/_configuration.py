"""The search for a state in which all root components are configured with the resources of all others."""

import batou
from batou.utils import CycleError, topological_sort


class ConfigurationRun:
    """Configures the root components of an environment, again and again as long as resources change and something is gained by it."""

    def __init__(self, environment):
        self.environment = environment
        self.resources = environment.resources
        self._errors = []
        self._order = []
        self._warnings = {}

    def run(self):
        """Returns the errors of the last pass. Warnings and what components logged are printed."""
        working = self._sorted(self.environment.root_components)
        seen = []
        while working:
            seen.append(set(working))
            self._errors = []
            retry = self._sorted(self._pass(working))
            self._find_order()
            if set(retry) in seen:
                self._give_up(seen[seen.index(set(retry)) :])
                break
            working = retry
        unused = self.resources.unused
        if unused:
            self._errors.append(batou.UnusedResources.from_context(unused))
        for root in self._sorted(self._warnings):
            for warning in self._warnings[root]:
                batou.output.warn(str(warning))
        for root in self._order:
            root.log_finish_configure()
        return self._errors

    def _sorted(self, roots):
        return sorted(roots, key=self.environment._root_order)

    def _pass(self, working):
        """Configures each root component once. Returns those that need another pass."""
        retry = set()
        self.resources.dirty_dependencies.clear()
        for root in working:
            try:
                self._configure(root)
            except batou.ConfigurationError as error:
                self._errors.append(_with_code_lines(error))
                retry.add(root)
            except batou.SilentConfigurationError:
                retry.add(root)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                from batou._older_hints import explain

                # A definition that exits has failed to be configured, as with any other exception.
                complaint = batou.UnknownComponentConfigurationError.from_context(root, error, error.__traceback__)
                self._errors.append(explain(complaint, error))
                retry.add(root)
            else:
                self._look_for_mistakes(root)
        return retry | self.resources.dirty_dependencies | self.resources.unsatisfied_components

    def _configure(self, root):
        from batou.component import Component

        Component._instances.clear()
        self._warnings.pop(root, None)
        self.resources.reset_component_resources(root)
        root.overrides = self.environment.overrides.get(root.name, {})
        root.prepare()

    def _look_for_mistakes(self, root):
        from batou.component import Component, unprepared_instances

        warnings = []
        unused = unprepared_instances()
        if unused:
            warnings.append(batou.UnusedComponentsInitialized.from_context(unused, root))
        # There are few classes, whatever the number of components.
        classes = dict.fromkeys(map(type, Component._instances))
        silent = [kind for kind in classes if kind.update is not Component.update and kind.verify is Component.verify]
        if silent:
            examples = [next(component for component in Component._instances if type(component) is kind) for kind in silent]
            warnings.append(batou.ComponentWithUpdateWithoutVerify.from_context(examples, [root]))
        if warnings:
            self._warnings[root] = warnings

    def _find_order(self):
        # The sort takes what comes last in the environment first, and dependents before what they need; so its reverse is the order wanted.
        try:
            self._order = topological_sort(self.environment.root_dependencies())[::-1]
        except CycleError as error:
            self._errors.append(batou.CycleErrorDetected.from_context(error))

    def _provided_hint(self, missing):
        """Says what may have been meant by keys that nobody provides; None if nothing comes close."""
        from batou._reporting import similar_names

        known = [key for key, providers in self.resources.resources.items() if providers and isinstance(key, str)]
        similar = [similar_names(key, known) for key in dict.fromkeys(missing) if isinstance(key, str) and key not in known]
        similar = dict.fromkeys(filter(None, similar))
        return f"Did you mean {', '.join(similar)}?" if similar else None

    def _give_up(self, repeated):
        unsatisfied = self.resources.unsatisfied_keys_and_components
        if unsatisfied:
            error = batou.UnsatisfiedResources.from_context(unsatisfied)
            self._errors.append(error.with_place(hint=self._provided_hint(key for key, _ in unsatisfied)))
        self._errors.append(batou.NonConvergingWorkingSet.from_context(set().union(*repeated)))


def _with_code_lines(error):
    """Notes down which lines of definitions raised an error, so that it can be told when all errors are shown."""
    import _batou_traceback

    error._code_lines = _batou_traceback.foreign(error.__traceback__) or None
    return error
