"""Unpacking of archives."""

import os

import _batou_archive

from batou.component import Component
from batou.lib.file import Directory


class ArchiveError(RuntimeError):
    """An archive is damaged, unsafe to unpack, or of a kind that cannot be read."""


class Extract(Component):
    """An archive is unpacked, by the first extractor that can handle its name."""

    namevar = "archive"

    create_target_dir = True
    target = None
    strip = 0
    # Whether links in the archive may lead outside the target. Nothing is written through them in any case.
    links_outside = False

    def configure(self):
        self.archive = self.map(self.archive)
        for candidate in (Unzip, Untar, DMGExtractor):
            if candidate.can_handle(self.archive):
                break
        else:
            raise ValueError(f"No handler found for archive '{self.archive}'.")
        self.extractor = candidate(
            self.archive,
            target=self.target,
            create_target_dir=self.create_target_dir,
            strip=self.strip,
            links_outside=self.links_outside,
        )
        self += self.extractor
        self.target = self.extractor.target

    @property
    def namevar_for_breadcrumb(self):
        return os.path.basename(self.archive)


class Extractor(Component):
    """Base of what unpacks one kind of archives: `get_names_from_archive` lists the members, `update` unpacks them."""

    namevar = "archive"

    create_target_dir = True
    target = None
    strip = 0
    links_outside = False

    # What a name of this kind of archives ends with. Subclasses may have their own.
    suffixes = ()

    _supports_strip = False

    @classmethod
    def _suffix_of(cls, archive_name):
        name = os.fspath(archive_name)
        for suffix in cls.suffixes:
            if name.endswith(suffix):
                return suffix
        # Upper-case names come from systems that do not care.
        for suffix in cls.suffixes:
            if name.lower().endswith(suffix):
                return name[-len(suffix) :]
        return None

    @classmethod
    def can_handle(cls, archive_name):
        """Whether the name looks like an archive of this kind."""
        return cls._suffix_of(archive_name) is not None

    @classmethod
    def extract_base_name(cls, archive_name):
        """The name without what marks it as an archive; None if nothing does."""
        suffix = cls._suffix_of(archive_name)
        return None if suffix is None else os.fspath(archive_name)[: -len(suffix)]

    def configure(self):
        if self.strip and not self._supports_strip:
            raise ValueError(f"Strip is not supported by {type(self).__name__}")
        if not self.create_target_dir:
            self.target = self.workdir
            return
        if self.target is None:
            self.target = self._default_target()
        if not self.target:
            raise AttributeError(f"Target not given and not derivable from archive name ({self.archive}).")
        directory = Directory(self.target, leading=True)
        self += directory
        self.target = directory.path

    def _default_target(self):
        return self.extract_base_name(self.archive)

    def get_names_from_archive(self):
        """The names of the members."""
        raise NotImplementedError(f"{type(self).__name__} does not list archives")

    def verify(self):
        if not os.path.exists(self.archive):
            from batou import UpdateNeeded

            raise UpdateNeeded()
        _batou_archive.verify(self.archive, self.target, self.get_names_from_archive(), int(self.strip))

    @property
    def namevar_for_breadcrumb(self):
        return os.path.basename(self.archive)


class Unzip(Extractor):
    """A zip archive is unpacked."""

    suffixes = (".zip",)

    def get_names_from_archive(self):
        return _batou_archive.names(self.archive, "zip", ())

    def update(self):
        _batou_archive.unpack(self.archive, "zip", self.target, 0, bool(self.links_outside))


class Untar(Extractor):
    """A tar archive is unpacked; how it is compressed is told by its content."""

    suffixes = (
        ".tar.gz",
        ".tar",
        ".tar.bz2",
        ".tgz",
        ".tar.xz",
        ".txz",
        ".tbz2",
        ".tbz",
        ".tar.zst",
        ".tzst",
        ".tar.lzma",
        ".tlz",
    )
    # Patterns of names that may be missing, as `tar --exclude` takes them; what macOS packs are not files of their own.
    exclude = ("._*",)

    _supports_strip = True
    _patterns = None

    def configure(self):
        super().configure()
        exclude = self.exclude
        if isinstance(exclude, str):
            exclude = (exclude,)
        self._patterns = tuple(exclude)
        # For definitions that call tar themselves.
        self.exclude = " ".join(f"--exclude='{pattern}'" for pattern in exclude)

    def _default_target(self):
        target = super()._default_target()
        if target and os.fspath(self.archive).endswith(".tar.xz"):
            # batou 2.x left the dot behind; what it unpacked there stays in use.
            before = target + "."
            if os.path.isdir(self.map(before)) and not os.path.isdir(self.map(target)):
                import batou

                batou.output.annotate(
                    f"{self._breadcrumbs}: unpacking into {before!r}, as earlier versions did. Rename it to {target!r}, or "
                    "say target=... to keep it.",
                    yellow=True,
                )
                return before
        return target

    def get_names_from_archive(self):
        return _batou_archive.names(self.archive, "tar", self._patterns or ())

    def update(self):
        _batou_archive.unpack(self.archive, "tar", self.target, int(self.strip), bool(self.links_outside))


class DMGExtractor(Extractor):
    """A disk image of macOS is copied."""

    suffixes = (".dmg",)

    def __enter__(self):
        self.volume = DMGVolume(self.archive)
        return self.volume

    def __exit__(self, type, value, traceback):
        self.volume.close()

    def get_names_from_archive(self):
        return self.volume.namelist()

    def update(self):
        self.volume.copy_to(self.target)


class DMGVolume:
    """A mounted disk image."""

    HDIUTIL = "/usr/bin/hdiutil"

    def __init__(self, path):
        self.path = path
        self.mount_point = self._mount()

    def _call(self, *arguments):
        import _batou_process
        from batou.utils import cmd

        return cmd(_batou_process.join_arguments([self.HDIUTIL, *map(str, arguments)]))[0]

    def _mount(self):
        import plistlib

        entities = plistlib.loads(self._call("mount", "-plist", self.path).encode("utf-8"))["system-entities"]
        if len(entities) > 1:
            entities = [entity for entity in entities if entity.get("content-hint") == "Apple_HFS"]
        points = [entity["mount-point"] for entity in entities if entity.get("mount-point")]
        if not points:
            raise ArchiveError(f"{self.path} has no volume that can be read")
        return points[0]

    def _unmount(self):
        self._call("eject", self.mount_point)

    def close(self):
        """Unmounts the volume."""
        self._unmount()

    def volume_path(self, path):
        """The path relative to the volume."""
        return os.path.relpath(path, self.mount_point)

    def namelist(self):
        """The names of all files and links of the volume."""
        names = []
        for directory, below, files in os.walk(self.mount_point):
            links = [name for name in below if os.path.islink(os.path.join(directory, name))]
            names += [self.volume_path(os.path.join(directory, name)) for name in sorted(files + links)]
        return names

    def copy_to(self, target):
        """Puts a copy of the volume in the place of whatever is at a path."""
        import _batou_files
        import _batou_sync

        _batou_files.ensure_absent(target)
        _batou_sync.update(self.mount_point, target, "-rlpt", (), True, True)
