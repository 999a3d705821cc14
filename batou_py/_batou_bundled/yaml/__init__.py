"""YAML 1.1, read and written natively, with the interface of PyYAML 6.

Standard values only: no loader makes Python objects, and no dumper writes them.
"""

from . import composer, constructor, dumper, error, loader, nodes, parser, reader, representer, scanner
from .dumper import Dumper, SafeDumper
from .error import Mark, MarkedYAMLError, YAMLError
from .loader import FullLoader, Loader, SafeLoader, UnsafeLoader
from .nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

__version__ = "6.0.3"
__with_libyaml__ = True

CSafeLoader = SafeLoader
CFullLoader = FullLoader
CLoader = Loader
CUnsafeLoader = UnsafeLoader
CSafeDumper = SafeDumper
CDumper = Dumper


def load(stream, Loader):
    """The value of the only document of a stream."""
    loader = Loader(stream)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def load_all(stream, Loader):
    """The values of all documents of a stream."""
    loader = Loader(stream)
    try:
        while loader.check_data():
            yield loader.get_data()
    finally:
        loader.dispose()


def safe_load(stream):
    """The value of the only document of a stream."""
    return load(stream, SafeLoader)


def safe_load_all(stream):
    """The values of all documents of a stream."""
    return load_all(stream, SafeLoader)


full_load = unsafe_load = safe_load
full_load_all = unsafe_load_all = safe_load_all


def dump_all(
    documents,
    stream=None,
    Dumper=Dumper,
    default_style=None,
    default_flow_style=False,
    canonical=None,
    indent=None,
    width=None,
    allow_unicode=None,
    line_break=None,
    encoding=None,
    explicit_start=None,
    explicit_end=None,
    version=None,
    tags=None,
    sort_keys=True,
):
    """Writes values as documents into a stream, or gives their text, or bytes if there is an encoding."""
    result = None
    if stream is None:
        import io

        stream = result = io.StringIO() if encoding is None else io.BytesIO()
    writer = Dumper(
        stream,
        default_style=default_style,
        default_flow_style=default_flow_style,
        canonical=canonical,
        indent=indent,
        width=width,
        allow_unicode=allow_unicode,
        line_break=line_break,
        encoding=encoding,
        version=version,
        tags=tags,
        explicit_start=explicit_start,
        explicit_end=explicit_end,
        sort_keys=sort_keys,
    )
    try:
        writer.open()
        for data in documents:
            writer.represent(data)
        writer.close()
    finally:
        writer.dispose()
    return None if result is None else result.getvalue()


def dump(data, stream=None, Dumper=Dumper, **options):
    """Writes a value into a stream, or gives its text."""
    return dump_all([data], stream, Dumper=Dumper, **options)


def safe_dump_all(documents, stream=None, **options):
    """Writes values as documents with the safe dumper."""
    return dump_all(documents, stream, Dumper=SafeDumper, **options)


def safe_dump(data, stream=None, **options):
    """Writes a value with the safe dumper."""
    return dump_all([data], stream, Dumper=SafeDumper, **options)


def add_constructor(tag, constructor, Loader=None):
    """Has ``constructor(loader, node)`` make the values of nodes with a tag."""
    for each in [Loader] if Loader is not None else _general_loaders():
        each.add_constructor(tag, constructor)


def add_multi_constructor(tag_prefix, multi_constructor, Loader=None):
    """Has ``multi_constructor(loader, rest of the tag, node)`` make the values of nodes whose tag begins so."""
    for each in [Loader] if Loader is not None else _general_loaders():
        each.add_multi_constructor(tag_prefix, multi_constructor)


def add_representer(data_type, representer, Dumper=Dumper):
    """Has ``representer(dumper, value)`` make the nodes of values of a class."""
    Dumper.add_representer(data_type, representer)


def add_multi_representer(data_type, representer, Dumper=Dumper):
    """Has ``representer(dumper, value)`` make the nodes of values of a class and of those derived from it."""
    Dumper.add_multi_representer(data_type, representer)


def _general_loaders():
    return loader.Loader, loader.FullLoader, loader.UnsafeLoader
