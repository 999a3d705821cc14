import io
import os
import tarfile
import zipfile

import pytest

import batou
from batou.lib.archive import ArchiveError, DMGExtractor, DMGVolume, Extract, Extractor, Untar, Unzip


def again(top):
    """Deploys a second time and returns what changed, with what contains it."""
    top.deploy()
    return [type(part).__name__ for part in top.recursive_sub_components if part.changed]


def tar(path, *members, mode="w:gz"):
    with tarfile.open(path, mode) as target:
        for name in members:
            entry = tarfile.TarInfo(name.rstrip("/"))
            entry.mode = 0o644
            if name.endswith("/"):
                entry.type = tarfile.DIRTYPE
                entry.mode = 0o755
                target.addfile(entry)
            else:
                content = name.encode()
                entry.size = len(content)
                target.addfile(entry, io.BytesIO(content))


def test_names_decide_who_unpacks(deployment, work):
    for name, kind, target in [
        ("a.tar.gz", Untar, "a"),
        ("a.tar", Untar, "a"),
        ("a.tar.bz2", Untar, "a"),
        ("a.tgz", Untar, "a"),
        ("a.tar.xz", Untar, "a"),
        ("a.txz", Untar, "a"),
        ("a.tbz2", Untar, "a"),
        ("a.tar.zst", Untar, "a"),
        ("A.TAR.GZ", Untar, "A"),
        ("a.b.tar.gz.tar.gz", Untar, "a.b.tar.gz"),
        ("a.zip", Unzip, "a"),
        ("a.dmg", DMGExtractor, "a"),
    ]:
        extract = Extract(name)
        deployment.holding(extract)
        assert type(extract.extractor) is kind
        assert extract.archive == str(work / name)
        assert extract.target == extract.extractor.target == str(work / target)
        assert extract._breadcrumb == f"Extract({name!r})"


def test_what_nobody_can_unpack_is_named(deployment, work):
    with pytest.raises(ValueError) as caught:
        deployment.holding(Extract("a.rar"))
    assert str(caught.value) == f"No handler found for archive '{work / 'a.rar'}'."
    with pytest.raises(AttributeError, match="not derivable from archive name"):
        deployment.holding(Untar(".tar.gz"))
    for name, kind in (("a.zip", "Unzip"), ("a.dmg", "DMGExtractor")):
        with pytest.raises(ValueError) as caught:
            deployment.holding(Extract(name, strip=1))
        assert str(caught.value) == f"Strip is not supported by {kind}"


def test_a_directory_of_an_earlier_version_stays_in_use(deployment, work, printed):
    tar(work / "foo.tar.xz", "a", mode="w")
    (work / "foo.").mkdir()
    top = deployment.deploy(Extract("foo.tar.xz"))
    assert (work / "foo." / "a").exists()
    assert not (work / "foo").exists()
    assert "as earlier versions did" in printed.output
    assert again(top) == []


def test_members_with_too_few_parts_are_passed_over(deployment, work):
    tar(work / "a.tar.gz", "top", "d/", "d/x")
    top = deployment.deploy(Extract("a.tar.gz", strip=1))
    assert os.listdir(work / "a") == ["x"]
    assert again(top) == []


def test_names_that_are_not_ascii_converge(deployment, work):
    tar(work / "a.tar.gz", "ä ö", 'quote"d', "new\nline", "back\\slash")
    top = deployment.deploy(Extract("a.tar.gz"))
    assert len(os.listdir(work / "a")) == 4
    assert again(top) == []


def test_patterns_of_names_that_may_be_missing(deployment, work):
    tar(work / "a.tar", "x", "._x", "d/._y", mode="w")
    untar = Untar(str(work / "a.tar"))
    top = deployment.deploy(untar)
    assert untar.exclude == "--exclude='._*'"
    assert untar.get_names_from_archive() == ["x"]
    (work / "a" / "._x").unlink()
    assert again(top) == []
    one = Untar(str(work / "a.tar"), exclude="x")
    deployment.holding(one)
    assert one.get_names_from_archive() == ["._x", "d/._y"]


def test_the_list_of_names_may_be_replaced(deployment, work, monkeypatch):
    tar(work / "a.tar", "x", "y", mode="w")
    original = Untar.get_names_from_archive
    monkeypatch.setattr(Untar, "get_names_from_archive", lambda self: [name for name in original(self) if name != "y"])
    top = deployment.deploy(Extract("a.tar"))
    (work / "a" / "y").unlink()
    assert again(top) == []
    (work / "a" / "x").unlink()
    assert again(top) == ["Extract", "Untar"]


def test_subclasses_may_have_suffixes_of_their_own(deployment, work):
    class Own(Untar):
        suffixes = (".crate",)

    tar(work / "a.crate", "x")
    own = Own("a.crate")
    assert Own.can_handle("a.crate") and not Own.can_handle("a.tar")
    own.archive = str(work / "a.crate")
    deployment.deploy(own)
    assert (work / "a" / "x").exists()
    assert Extractor.extract_base_name("a.crate") is None


def test_unsafe_members_are_refused_by_name(deployment, work):
    tar(work / "a.tar.gz", "fine", "../evil")
    with pytest.raises(ArchiveError) as caught:
        deployment.deploy(Extract("a.tar.gz"))
    assert "a.tar.gz: member \"../evil\" leads out of its directory" in str(caught.value)
    assert os.listdir(work / "a") == []
    assert isinstance(caught.value, RuntimeError)


def test_links_that_lead_outside_are_refused_unless_allowed(deployment, work):
    with tarfile.open(work / "a.tar", "w") as target:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
        target.addfile(entry)
    with pytest.raises(ArchiveError, match="links_outside=True allows it"):
        deployment.deploy(Extract("a.tar"))
    top = deployment.deploy(Extract("a.tar", links_outside=True))
    assert os.readlink(work / "a" / "link") == "/etc/hostname"
    assert again(top) == []


def test_what_is_no_archive_is_named(deployment, work):
    (work / "a.tar.gz").write_text("<html>" * 200)
    with pytest.raises(ArchiveError, match="a.tar.gz is damaged or no tar archive"):
        deployment.deploy(Extract("a.tar.gz"))
    (work / "a.zip").write_text("<html>" * 200)
    with pytest.raises(ArchiveError, match="a.zip is damaged or no zip archive"):
        deployment.deploy(Extract("a.zip"))


def test_a_missing_archive_counts_as_a_change_and_fails_when_unpacked(deployment, work):
    extract = Extract("a.zip")
    deployment.holding(extract)
    with pytest.raises(batou.UpdateNeeded):
        extract.extractor.verify()
    with pytest.raises(FileNotFoundError) as caught:
        extract.extractor.update()
    assert caught.value.filename == str(work / "a.zip")


def test_disk_images_are_copied_by_the_program_of_macos(deployment, work, tmp_path, monkeypatch):
    volume = tmp_path / "volume"
    (volume / "App.app").mkdir(parents=True)
    (volume / "App.app" / "run").write_text("x")
    (volume / "Applications").symlink_to("/Applications")
    program = tmp_path / "hdiutil"
    program.write_text(
        f"""#!/bin/sh
echo "$@" >> {tmp_path}/calls
[ "$1" = eject ] || cat <<END
<?xml version="1.0"?><plist version="1.0"><dict><key>system-entities</key><array>
<dict><key>content-hint</key><string>Apple_partition_scheme</string></dict>
<dict><key>content-hint</key><string>Apple_HFS</string><key>mount-point</key><string>{volume}</string></dict>
</array></dict></plist>
END
"""
    )
    program.chmod(0o755)
    monkeypatch.setattr(DMGVolume, "HDIUTIL", str(program))
    (work / "App.dmg").write_text("image")
    top = deployment.deploy(Extract("App.dmg"))
    assert (work / "App" / "App.app" / "run").read_text() == "x"
    assert os.readlink(work / "App" / "Applications") == "/Applications"
    assert again(top) == []
    assert (tmp_path / "calls").read_text() == f"mount -plist {work}/App.dmg\neject {volume}\n" * 2


def test_zip_archives_that_need_a_password_are_named(deployment, work):
    # The flag of encryption, in both headers.
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        target.writestr("a", "x")
    data = bytearray(content.getvalue())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (work / "a.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match="a.zip: its members are encrypted"):
        deployment.deploy(Extract("a.zip"))
