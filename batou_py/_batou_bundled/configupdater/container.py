"""What holds blocks: sections and documents."""

from .block import BlockBuilder, end_line


class Container:
    """Holds blocks in their order."""

    def __init__(self):
        self._structure = []

    @property
    def structure(self):
        """The blocks."""
        return self._structure

    @property
    def first_block(self):
        return self._structure[0] if self._structure else None

    @property
    def last_block(self):
        return self._structure[-1] if self._structure else None

    def iter_blocks(self):
        """The blocks, one after the other."""
        return iter(self._structure)

    def __len__(self):
        return sum(1 for _ in self)

    def append(self, block):
        """Adds a block at the end."""
        BlockBuilder(self, len(self._structure))._add(block)
        return self

    def clear(self):
        """Removes everything."""
        for block in self._structure:
            block._container = None
        self._structure.clear()

    def _end_line(self):
        if self._structure:
            end_line(self._structure[-1])
