"""Files, directories and links."""

import os

import _batou_data
import _batou_files
import _batou_sync

from batou._lazy import offer
from batou.component import Attribute, Component


def ensure_path_nonexistent(path):
    """Removes a file, tree or link; the path is free at once, whatever is removed."""
    _batou_files.ensure_absent(path)


def _stat_field(path, key):
    """A field of `os.stat`, following links; None if there is nothing."""
    try:
        return getattr(os.stat(path), key)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        import errno

        # A link that leads to itself leads to nothing.
        if error.errno != errno.ELOOP:
            raise
        return None


# The mode of files with sensitive data, unless the definition gives one.
_MODE_OF_SECRETS = 0o600

class _OnPath:
    """What the components of a single path have in common: how it is shown, and when it was last updated."""

    @property
    def namevar_for_breadcrumb(self):
        path = self.path
        if isinstance(self.parent, File):
            return path[path.rfind("/") + 1 :]
        return _batou_files.shown_path(path, self.environment.base_dir)

    def last_updated(self, key="st_mtime"):
        return _stat_field(self.path, key)


class File(_OnPath, Component):
    """A file, directory or link with its content, mode and owner."""

    namevar = "path"

    ensure = Attribute(str, "file")  # or directory, or symlink
    content = Attribute(default=None)
    source = Attribute(str, "")
    is_template = Attribute(default=True)
    template_context = Attribute(default=None)
    template_args = Attribute(default=None)
    encoding = Attribute(str, "utf-8")
    owner = Attribute(str, None)
    group = Attribute(str, None)
    mode = Attribute(default=None)
    link_to = Attribute(str, "")
    leading = Attribute(default=False)
    sensitive_data = Attribute(default=None)

    def configure(self):
        given = self.path
        self._unmapped_path = given
        self.path = path = self.map(given)
        ensure = self.ensure
        if ensure == "file":
            entry = Presence(path, leading=self.leading)
        elif ensure == "directory":
            entry = Directory(path, leading=self.leading, source=self.source or None)
        elif ensure == "symlink":
            entry = Symlink(path, source=self.link_to)
        else:
            raise ValueError(f"File({given!r}): ensure must be 'file', 'directory' or 'symlink', not {ensure!r}")
        self += entry

        mode = self.mode
        if mode is None and ensure == "file" and self.sensitive_data:
            mode = _MODE_OF_SECRETS
        if mode is not None:
            mode = Mode(path, mode=mode)
            self += mode

        if ensure == "file":
            content = self.content
            source = self.source
            if content is None and not source:
                source = self._guessed_source(given)
            if content or source:
                content = Content(
                    path,
                    source=source,
                    is_template=self.is_template,
                    template_context=self.template_context or self.parent,
                    template_args=self.template_args or {},
                    encoding=self.encoding,
                    content=content,
                    sensitive_data=self.sensitive_data,
                )
                content._mode_component = mode
                self += content
                self.content = written = content.content
                if written and not content._delayed:
                    entry._content_follows = True
                    if mode is not None:
                        mode._content_follows = True

        owner = self.owner
        if owner is not None and owner != "":
            self += Owner(path, owner=owner)
        group = self.group
        if group is not None and group != "":
            self += Group(path, group=group)

    def _guessed_source(self, given):
        guess = os.path.join(self.defdir, os.path.basename(self.path))
        if not os.path.isfile(guess):
            raise ValueError(
                f"Missing implicit template file {guess}. Or did you want to create an empty file? "
                f"Then use File('{given}', content='')."
            )
        self.source = guess
        return guess


class BinaryFile(File):
    """A file whose content is bytes and not a template."""

    is_template = False
    encoding = None


class Presence(_OnPath, Component):
    """There is a regular file."""

    namevar = "path"
    leading = False
    # A Content that follows brings the file into being in one step, content and mode included.
    _content_follows = False

    def configure(self):
        self.path = self.map(self.path)
        if self.leading:
            self += Directory(os.path.dirname(self.path), leading=True)

    def verify(self):
        _batou_files.verify_presence(self.path)

    def update(self):
        if self._content_follows:
            _batou_files.clear_way_for_file(self.path)
        else:
            _batou_files.create(self.path)


class Directory(_OnPath, Component):
    """There is a directory."""

    namevar = "path"
    leading = False
    source = None
    exclude = ()
    verify_opts = None
    sync_opts = None

    def configure(self):
        self.path = self.map(self.path)
        if self.source:
            options = {name: value for name in ("verify_opts", "sync_opts") if (value := getattr(self, name))}
            sync = SyncDirectory(self.path, source=self.source, exclude=self.exclude, **options)
            # It comes first, so it makes the directory itself.
            sync._makes_way = True
            sync._leading = bool(self.leading)
            self += sync

    def verify(self):
        _batou_files.verify_directory(self.path)

    def update(self):
        _batou_files.make_directory(self.path, bool(self.leading))

    def last_updated(self, key="st_mtime"):
        newest = 0
        for directory, _, files in os.walk(self.path):
            for name in files:
                newest = max(newest, _stat_field(os.path.join(directory, name), key) or 0)
        return newest


class SyncDirectory(Component):
    """A directory has what another one has, as `rsync` copies it. Nothing is removed unless the options say so."""

    namevar = "path"
    source = None
    exclude = ()
    verify_opts = "-rclnv"
    sync_opts = "--inplace -lr"

    # What `Directory` wants of its part: whatever is no directory makes way, and the directories above are made.
    _makes_way = False
    _leading = False

    def configure(self):
        self.path = self.map(self.path)
        if not self.source:
            import batou

            raise batou.ComponentUsageError.from_context("SyncDirectory requires a source to sync from.")
        self.source = os.path.normpath(os.path.join(self.defdir, self.source))
        if isinstance(self.exclude, str):
            self.exclude = (self.exclude,)
        for name in ("verify_opts", "sync_opts"):
            options = getattr(self, name)
            try:
                _batou_sync.check_options(options, self.exclude)
            except ValueError as error:
                import batou

                raise batou.ComponentUsageError.from_context(f"SyncDirectory({self.path!r}): {name}={options!r}: {error}.")

    def verify(self):
        _batou_sync.verify(self.source, self.path, self.verify_opts, self.exclude)

    def update(self):
        _batou_sync.update(self.source, self.path, self.sync_opts, self.exclude, self._makes_way, self._leading)

    @property
    def namevar_for_breadcrumb(self):
        if isinstance(self.parent, Directory):
            return os.path.basename(self.path)
        return _batou_files.shown_path(self.path, self.environment.base_dir)


class FileComponent(_OnPath, Component):
    """Base of what is managed about an existing path."""

    namevar = "path"
    leading = False

    def configure(self):
        self.original_path = self.path
        self.path = self.map(self.path)


class ManagedContentBase(FileComponent):
    """The content of a file; subclasses say how it comes about in `render`."""

    content = None
    source = ""
    sensitive_data = None
    encoding = "utf-8"

    _content_source_attribute = "content"
    _delayed = False
    _max_diff = 200
    _max_diff_lead = 50
    _mode_component = None

    def configure(self):
        FileComponent.configure(self)
        self.diff_dir = f"{self.environment.workdir_base}/.batou-diffs"
        direct = getattr(self, self._content_source_attribute)
        self.source = source = os.fspath(self.source) if self.source else ""
        if source and direct:
            raise ValueError(
                f"{type(self).__name__}({self.original_path!r}): give either source or {self._content_source_attribute}, "
                "not both"
            )
        # No data are data, too; only None says nothing.
        if not source and (not direct if self._content_source_attribute == "content" else direct is None):
            source = self.original_path
        if source and not os.path.isabs(source):
            source = os.path.normpath(os.path.join(self.defdir, source))
        self.source = source
        self._render()

    def _render(self):
        encoding = self.encoding
        if self.source:
            try:
                self.content = _batou_files.read_source(self.source, encoding)
            except FileNotFoundError:
                if self._delayed:
                    raise
                # The file may be made by a component that is deployed before this one.
                self._delayed = True
                return
        content = self.content
        if encoding and isinstance(content, bytes):
            self.content = content.decode(encoding)
        self.render()
        content = self.content
        if encoding:
            if isinstance(content, str):
                self.content = content.encode(encoding)
        elif isinstance(content, str):
            raise ValueError(f"{type(self).__name__}({self.original_path!r}): content must be bytes if encoding is None")

    def render(self):
        """Brings `self.content` into its final form."""

    def verify(self, predicting=False):
        if self._delayed:
            try:
                self._render()
            except FileNotFoundError:
                if not predicting:
                    raise
                from batou import UpdateNeeded

                raise UpdateNeeded()
        difference = _batou_files.content_difference(self)
        if difference is not None:
            self._show_difference(*difference)
            from batou import UpdateNeeded

            raise UpdateNeeded()

    def _show_difference(self, notices, lines, diff):
        from batou import output

        for kind, *facts in notices:
            if kind == "unreadable":
                output.annotate(f"Unknown content: {facts[0]}. No diff can be shown.", yellow=True)
            elif kind == "binary":
                output.annotate("Not showing diff for binary data.", yellow=True)
            elif kind == "long":
                text = f"More than {facts[0]} lines of diff. Showing first and last {facts[1]} lines."
                if not self.environment._predicting:
                    text += f" See {_batou_files.store_difference(self.diff_dir, diff)} for the full diff."
                output.annotate(text, yellow=True)
            else:
                output.annotate("Not showing diff as it contains sensitive data.", red=True)
        output.difference(os.path.basename(self.path), lines)

    def update(self):
        mode = self._mode_component
        if mode is not None:
            mode = mode.mode
        elif self.sensitive_data:
            mode = _MODE_OF_SECRETS
        _batou_files.replace(self.path, self.content, mode)


class Content(ManagedContentBase):
    """The content of a file, given directly or by a source file, by default a template."""

    is_template = Attribute(default=True)
    template_context = None
    template_args = Attribute(default=None)
    # What the template includes is looked for beside this file.
    _template_file = None

    def render(self):
        if self.is_template:
            self._template_file = self.source or None
            try:
                self.content = self.expand(self.content, self.template_context or self.parent, args=self.template_args or {})
            except Exception as error:
                if self.source and hasattr(error, "name_template"):
                    error.name_template(self.source)
                raise


class _StructuredContent(ManagedContentBase):
    """Data as text; `override` is merged into what `data` or a source file say."""

    data = None
    override = None

    _content_source_attribute = "data"

    def _merged(self, parse):
        if self.content:
            self.data = parse(self.content, self.source or f"the content of {self.path}")
        if self.override:
            from batou.utils import dict_merge

            self.data = dict_merge(self.data, self.override)
        return self.data


class JSONContent(_StructuredContent):
    """The content of a file as JSON, with sorted keys."""

    human_readable = True
    content_compact = None
    content_readable = None

    def render(self):
        data = self._merged(_batou_data.json_value)
        self.content_readable = _batou_data.json_text(data, False)
        self.content_compact = _batou_data.json_text(data, True)
        self.content = self.content_readable if self.human_readable else self.content_compact


class YAMLContent(_StructuredContent):
    """The content of a file as YAML, with sorted keys."""

    def render(self):
        self.content = _batou_data.yaml_text(self._merged(_batou_data.yaml_value))


class Owner(FileComponent):
    """A path belongs to a user."""

    owner = None

    def verify(self, predicting=False):
        _batou_files.verify_owner(self.path, self.owner, predicting)

    def update(self):
        _batou_files.set_owner(self.path, self.owner)


class Group(FileComponent):
    """A path belongs to a group."""

    group = None

    def verify(self, predicting=False):
        _batou_files.verify_group(self.path, self.group, predicting)

    def update(self):
        _batou_files.set_group(self.path, self.group)


class Mode(FileComponent):
    """The permissions of a path."""

    mode = Attribute(default=None)
    _content_follows = False

    def configure(self):
        FileComponent.configure(self)
        mode = self.mode
        if isinstance(mode, str):
            import batou

            try:
                self.mode = _batou_files.parse_mode(mode)
            except ValueError as error:
                raise batou.ConversionError.from_context(self, "mode", mode, _batou_files.parse_mode, error) from error
        elif not isinstance(mode, int):
            import batou

            raise batou.ConfigurationError.from_context(f"`mode` is required and `{mode!r}` isn't a valid value.", self)

    def verify(self, predicting=False):
        _batou_files.verify_mode(self.path, self.mode, self._content_follows and not predicting)

    def update(self):
        if self._content_follows and not os.path.exists(self.path):
            # The content comes with this mode.
            return
        _batou_files.set_mode(self.path, self.mode)


class Symlink(Component):
    """There is a symbolic link."""

    namevar = "target"
    source = None

    def configure(self):
        self.target = self.map(self.target)
        self.source = self.map(self.source)

    def verify(self):
        _batou_files.verify_link(self.target, self.source)

    def update(self):
        _batou_files.make_link(self.target, self.source)


class Purge(Component):
    """Nothing matches a pattern."""

    namevar = "pattern"

    def configure(self):
        self.pattern = self.map(self.pattern)

    def verify(self):
        _batou_files.verify_purged(self.pattern)

    def update(self):
        _batou_files.purge(self.pattern)


offer(
    globals(),
    {
        **dict.fromkeys(("batou", "difflib", "glob", "grp", "itertools", "json", "pwd", "re", "shutil", "stat", "tempfile"), None),
        "ComponentUsageError": "batou",
        "dict_merge": "batou.utils",
        "logger": "batou._logger",
        "output": "batou",
    },
)
