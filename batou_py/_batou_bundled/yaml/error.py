"""Errors, and the places that they name."""

__all__ = ["Mark", "YAMLError", "MarkedYAMLError"]


class Mark:
    """A place in a text; line and column count from 0."""

    def __init__(self, name, index, line, column, buffer, pointer):
        self.name = name
        self.index = index
        self.line = line
        self.column = column
        self.buffer = buffer
        self.pointer = pointer

    def get_snippet(self, indent=4, max_length=75):
        """The line with a caret below the place."""
        if self.buffer is None:
            return None
        lines = self.buffer.splitlines()
        line = lines[self.line] if self.line < len(lines) else ""
        start = max(0, self.column - max_length // 2)
        head = " ... " if start else ""
        shown = head + line[start : start + max_length]
        return f"{' ' * indent}{shown}\n{' ' * (indent + len(head) + self.column - start)}^"

    def __str__(self):
        text = f'  in "{self.name}", line {self.line + 1}, column {self.column + 1}'
        snippet = self.get_snippet()
        return text if snippet is None else f"{text}:\n{snippet}"


class YAMLError(Exception):
    """Anything that goes wrong with YAML."""


class MarkedYAMLError(YAMLError):
    """An error at a place of a text."""

    def __init__(self, context=None, context_mark=None, problem=None, problem_mark=None, note=None):
        super().__init__(context, context_mark, problem, problem_mark, note)
        self.context = context
        self.context_mark = context_mark
        self.problem = problem
        self.problem_mark = problem_mark
        self.note = note

    def __str__(self):
        parts = [self.context]
        first, second = self.context_mark, self.problem_mark
        if first is not None and (
            self.problem is None or second is None or (first.name, first.line, first.column) != (second.name, second.line, second.column)
        ):
            parts.append(first)
        parts += [self.problem, second, self.note]
        return "\n".join(str(part) for part in parts if part is not None)
