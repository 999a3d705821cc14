"""What configuration files consist of, and what is common to it."""

import copy


class NotAttachedError(Exception):
    """A block is used as part of a section or document, but is part of none."""

    def __init__(self, block):
        super().__init__(f"{_short(block)} is not attached to a container yet. Try to insert it first.")


class AlreadyAttachedError(Exception):
    """A block is added to a section or document while it is still part of another one."""

    def __init__(self, block):
        super().__init__(f"{_short(block)} is already part of a container: call its method `detach` first, or add a copy made by `copy.deepcopy`.")


class AssignMultilineValueError(Exception):
    """A text of several lines is assigned to an option, which does not tell how the lines are indented."""

    def __init__(self, block):
        super().__init__(f"a value of several lines is assigned to {_short(block)}: use its method `set_values` or `append`.")


def _short(block):
    if isinstance(block, str):
        return f"<{block}>"
    name = getattr(block, "name", None) or getattr(block, "raw_key", None) or str(block)
    return f"<{type(block).__name__} {name!r}>"


class Block:
    """A part of a configuration file: a section, an option, comments or blank lines."""

    def __init__(self, container=None):
        self._container = container
        self._lines = []
        self._updated = False

    def __str__(self):
        return "".join(self._lines)

    def __repr__(self):
        return f"<{type(self).__name__}: {str(self)!r}>"

    def __eq__(self, other):
        return isinstance(other, type(self)) and str(self) == str(other)

    __hash__ = None

    def __deepcopy__(self, memo):
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        for name, value in vars(self).items():
            setattr(made, name, None if name == "_container" else copy.deepcopy(value, memo))
        return made

    @property
    def lines(self):
        """The lines as they were read."""
        return self._lines

    @property
    def updated(self):
        """Whether the block differs from what was read."""
        return self._updated

    def has_container(self):
        return self._container is not None

    @property
    def container(self):
        """The section or document that holds the block."""
        if self._container is None:
            raise NotAttachedError(self)
        return self._container

    @property
    def container_idx(self):
        """The place of the block in its container, counted from 0."""
        return _place(self.container, self)

    @property
    def next_block(self):
        place = self.container_idx + 1
        blocks = self.container.structure
        return blocks[place] if place < len(blocks) else None

    @property
    def previous_block(self):
        place = self.container_idx
        return self.container.structure[place - 1] if place else None

    @property
    def add_before(self):
        """Adds blocks before this one: ``block.add_before.comment("text").space()``."""
        return BlockBuilder(self.container, self.container_idx)

    @property
    def add_after(self):
        """Adds blocks after this one."""
        return BlockBuilder(self.container, self.container_idx + 1)

    def add_line(self, line):
        """Adds a line, which ends with a newline."""
        self._lines.append(line)
        return self

    def _end_line(self):
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"

    def attach(self, container):
        """Makes the block a part of a container, which holds it already."""
        if self._container is not None and self._container is not container:
            raise AlreadyAttachedError(self)
        self._container = container
        return self

    def detach(self):
        """Takes the block out of its container."""
        container = self.container
        del container.structure[self.container_idx]
        self._container = None
        return self


class Comment(Block):
    """Lines of comment."""


class Space(Block):
    """Blank lines."""

    def __repr__(self):
        return f"<Space: {str(self)!r}>"


def _place(container, block):
    for place, other in enumerate(container.structure):
        if other is block:
            return place
    raise NotAttachedError(block)


class BlockBuilder:
    """Adds blocks at a place of a container, one behind the other."""

    def __init__(self, container, place):
        self._container = container
        self._place = place

    def _add(self, block):
        if self._place:
            end_line(self._container.structure[self._place - 1])
        self._container.structure.insert(self._place, block.attach(self._container))
        self._place += 1
        return self

    def comment(self, text, comment_prefix="#"):
        """Adds a line of comment."""
        text = text.strip()
        if not text.startswith(comment_prefix):
            text = f"{comment_prefix} {text}"
        return self._add(Comment().add_line(text + "\n"))

    def space(self, newlines=1):
        """Adds blank lines."""
        block = Space()
        for _ in range(newlines):
            block.add_line("\n")
        return self._add(block)

    def section(self, section):
        """Adds a section, given as such or by its name."""
        if not hasattr(self._container, "sections"):
            raise ValueError("Section can only be added to a document, not to a section")
        return self._add(self._container._new_section(section))

    def option(self, key, value=None, **options):
        """Adds an option to a section."""
        if not hasattr(self._container, "create_option"):
            raise ValueError("Options can only be added inside a section")
        if isinstance(value, str) and "\n" in value:
            raise AssignMultilineValueError(f"Option {key!r}")
        if self._container.has_option(key):
            from configparser import DuplicateOptionError

            raise DuplicateOptionError(self._container.name, key)
        option = self._container.create_option(key, value)
        for name, setting in options.items():
            option._set_style(name, setting)
        return self._add(option)


def end_line(block):
    """Ends the last line of a block, if it was the last one of a file and has no end: what follows would become a part of it."""
    while getattr(block, "structure", None):
        block = block.structure[-1]
    block._end_line()
