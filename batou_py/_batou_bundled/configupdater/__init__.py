"""Changes configuration files and keeps everything that is not changed as it stands: the interface of ConfigUpdater 3."""

from configparser import DuplicateOptionError, DuplicateSectionError, MissingSectionHeaderError, NoOptionError, NoSectionError, ParsingError

from .block import AlreadyAttachedError, AssignMultilineValueError, Block, Comment, NotAttachedError, Space
from .option import NoneValueDisallowed, Option
from .parser import InconsistentStateError, Parser
from .section import Section
from .updater import ConfigUpdater, NoConfigFileReadError

__version__ = "3.2"

__all__ = [
    "AlreadyAttachedError",
    "AssignMultilineValueError",
    "Comment",
    "ConfigUpdater",
    "DuplicateOptionError",
    "DuplicateSectionError",
    "InconsistentStateError",
    "MissingSectionHeaderError",
    "NoConfigFileReadError",
    "NoneValueDisallowed",
    "NoOptionError",
    "NoSectionError",
    "NotAttachedError",
    "Option",
    "Parser",
    "ParsingError",
    "Section",
    "Space",
]
