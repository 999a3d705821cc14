"""Components with a ``prepare`` of their own that is written for batou 0.2 or 1.0."""

from batou.component import Component


def arguments(component, required, parent):
    """Returns what a ``prepare`` that requires so many arguments expects, to attach ``component`` below ``parent``.

    1.0: ``(root, parent, overrides)``, 0.2: ``(service, environment, host, root, parent)``. The parent of a top-level component was None; the
    root stands in for it when such a method calls the one of `Component`. Raises TypeError for any other number.
    """
    is_top_level = not isinstance(parent, Component)
    root = parent if is_top_level else parent.root
    above = None if is_top_level else parent
    if required == 5:
        from batou._older import Service

        return Service(root.environment), root.environment, root.host, root, above
    if required in (2, 3):
        return (root, above, root.overrides if is_top_level else {})[:required]
    raise TypeError(f"{type(component).__name__}.prepare() requires {required} arguments; prepare(self, parent) is what batou calls")
