import os

import pytest

import batou
from batou.lib.file import BinaryFile, Content, Directory, File, Group, Mode, Owner, Presence, Purge, Symlink
from observing import GROUP, USER, again, permissions


# Mode


@pytest.mark.parametrize(
    "given, mode",
    [
        (0o600, 0o600),
        (0, 0),
        ("755", 0o755),
        ("0755", 0o755),
        ("0o755", 0o755),
        ("1755", 0o1755),
        (" 644 ", 0o644),
        ("rwxr-xr-x", 0o755),
        ("rw-------", 0o600),
        ("---------", 0),
        ("0", 0),
    ],
)
def test_forms_of_modes(deployment, work, given, mode):
    (work / "a").write_text("")
    component = Mode("a", mode=given)
    top = deployment.deploy(component)
    assert component.mode == mode
    assert permissions(work / "a") == mode
    assert again(top) == []


@pytest.mark.parametrize("given", ["rwsr-xr-x", "u+x", "8", "", "-7", "rwx"])
def test_texts_that_are_no_mode(deployment, given):
    with pytest.raises(batou.ConversionError) as error:
        deployment.holding(Mode("a", mode=given))
    assert error.value.key == "mode"


@pytest.mark.parametrize("given", [None, 7.5, b"755"])
def test_values_that_are_no_mode(deployment, given):
    with pytest.raises(batou.ConfigurationError) as error:
        deployment.holding(Mode("a", mode=given))
    assert repr(given) in str(error.value)


# The other components


def test_presence(deployment, work):
    (work / "old").write_text("kept")
    (work / "tree").mkdir()
    top = deployment.deploy(Presence("new"), Presence("old"), Presence("tree"), Presence("deep/a", leading=True))
    assert [(work / name).read_text() for name in ("new", "old", "tree", "deep/a")] == ["", "kept", "", ""]
    assert again(top) == []


def test_directory(deployment, work):
    top = deployment.deploy(Directory("a"), Directory("b/c", leading=True))
    assert (work / "a").is_dir() and (work / "b/c").is_dir()
    assert again(top) == []
    with pytest.raises(FileNotFoundError):
        deployment.deploy(Directory("x/y"))


def test_last_updated(deployment, work):
    (work / "d" / "e").mkdir(parents=True)
    for number, name in enumerate(("a", "d/x", "d/e/y")):
        (work / name).write_text("")
        os.utime(work / name, (number + 50, number + 100))
    file, presence, directory, missing, empty = File("a", content=""), Presence("a"), Directory("d"), Presence("no"), Directory("no")
    deployment.holding(file, presence, directory, missing, empty)
    assert file.last_updated() == presence.last_updated() == 100
    assert file.last_updated(key="st_atime") == 50
    assert directory.last_updated() == 102
    assert missing.last_updated() is None
    assert empty.last_updated() == 0


def test_owner_and_group_alone(deployment, work):
    (work / "a").write_text("")
    top = deployment.deploy(Owner("a", owner=USER), Group("a", group=GROUP))
    assert again(top) == []


def test_symlink(deployment, work):
    (work / "tree" / "below").mkdir(parents=True)
    (work / "wrong").symlink_to("elsewhere")
    links = [Symlink(name, source="target") for name in ("new", "tree", "wrong")]
    top = deployment.deploy(*links)
    assert [os.readlink(work / name) for name in ("new", "tree", "wrong")] == [str(work / "target")] * 3
    assert again(top) == []
    assert links[0]._breadcrumb == f"Symlink('{work / 'new'}')"


def test_symlink_needs_a_source(deployment):
    with pytest.raises(TypeError):
        deployment.holding(Symlink("a"))


def test_purge(deployment, work):
    (work / "a1" / "below").mkdir(parents=True)
    (work / "a2").write_text("")
    (work / "kept").write_text("")
    (work / "a3").symlink_to("kept")
    (work / "a4").symlink_to("nowhere")
    (work / ".a5").write_text("")
    top = deployment.deploy(Purge("a*"), Purge("*5"))
    assert sorted(os.listdir(work)) == [".a5", "kept"]
    assert again(top) == []


def test_purge_with_a_namevar_of_its_own(deployment, work):
    class PurgeTree(Purge):
        namevar = "name"

        def configure(self):
            self.pattern = deployment.workdir / self.name
            super().configure()

    (work / "a").write_text("")
    deployment.deploy(PurgeTree("a"))
    assert os.listdir(work) == []


def test_breadcrumbs(deployment):
    file = File("a/b.cfg", content="x")
    outside = File("/elsewhere/b", content="x")
    deployment.holding(file, outside)
    assert file._breadcrumb == "File('work/thing/a/b.cfg')"
    assert file._._breadcrumb == "Content('b.cfg')"
    assert outside._breadcrumb == "File('/elsewhere/b')"


# Content and what is shown of it


def test_content_alone_creates_the_file(deployment, work):
    (deployment.definitions / "a").write_text("from the source")
    top = deployment.deploy(Content("b", content="x"), Content("a"))
    assert (work / "b").read_text() == "x"
    assert (work / "a").read_text() == "from the source"
    assert again(top) == []


def shown(printed):
    return [line.strip() for line in printed.output.splitlines() if line.strip().startswith(("a ", "More", "Not"))]


def test_the_difference_is_shown(deployment, work, printed):
    (work / "a").write_text("one\ntwo\n")
    deployment.deploy(File("a", content="one\nthree\n"))
    assert shown(printed) == ["a ---", "a +++", "a @@ -1,2 +1,2 @@", "a  one", "a -two", "a +three"]


def test_a_long_difference_is_cut_and_stored(deployment, work, printed):
    (work / "a").write_text("".join(f"old{number}\n" for number in range(200)))
    content = Content("a", content="".join(f"new{number}\n" for number in range(200)))
    deployment.deploy(content)
    lines = shown(printed)
    assert lines[0].startswith("More than 200 lines of diff. Showing first and last 50 lines.")
    assert "a ..." in lines
    assert len(lines) == 1 + 50 + 1 + 50
    directory = deployment.path / "work" / ".batou-diffs"
    (stored,) = os.listdir(directory)
    assert permissions(directory / stored) == 0o600
    text = (directory / stored).read_text()
    assert "-old199" in text and "+new199" in text


@pytest.mark.parametrize("sensitive, is_shown", [(True, False), (False, True), (None, True)])
def test_sensitive_data_is_not_shown(deployment, work, printed, sensitive, is_shown):
    deployment.deploy(File("a", content="delicate\n", sensitive_data=sensitive))
    assert ("delicate" in printed.output) is is_shown
    assert ("sensitive" in printed.output) is not is_shown


@pytest.mark.parametrize("sensitive", [None, False])
def test_secrets_are_masked_and_other_lines_shown(deployment, work, printed, sensitive):
    deployment.environment.secret_data.add("geheim-es-wort")
    lines = "".join(f"line {number}\n" for number in range(300))
    deployment.deploy(
        File("a", content="user = web\npassword = geheim-es-wort\n", sensitive_data=sensitive),
        File("b", content=f'password="geheim-es-wort"\n{lines}', sensitive_data=sensitive),
    )
    assert "geheim-es-wort" not in printed.output
    assert "+user = web" in printed.output and "+password = ********" in printed.output
    directory = deployment.path / "work" / ".batou-diffs"
    (stored,) = os.listdir(directory)
    text = (directory / stored).read_text()
    assert "geheim-es-wort" not in text and '+password="********"\n+line 0\n' in text


def test_sensitive_files_are_private_unless_a_mode_is_given(deployment, work):
    (work / "old").write_text("x")
    (work / "old").chmod(0o644)

    def files():
        return (
            File("new", content="x", sensitive_data=True),
            File("old", content="x", sensitive_data=True),
            File("given", content="x", sensitive_data=True, mode=0o640),
            File("harmless", content="x", sensitive_data=False, mode=0o644),
            Content("alone", content="x", sensitive_data=True),
        )

    deployment.deploy(*files())
    modes = {name: (work / name).stat().st_mode & 0o777 for name in os.listdir(work)}
    assert modes == {"new": 0o600, "old": 0o600, "given": 0o640, "harmless": 0o644, "alone": 0o600}
    assert not deployment.deploy(*files()).changed


def test_binary_content_is_not_shown(deployment, work, printed):
    deployment.deploy(BinaryFile("a", content=b"geheim"))
    assert "geheim" not in printed.output
    assert "binary" in printed.output


def test_content_that_cannot_be_read_is_replaced(deployment, work):
    (work / "a").mkdir()
    top = deployment.holding(Content("a", content="x"))
    with pytest.raises(OSError):
        top.deploy()
    assert (work / "a").is_dir()


def test_a_failing_write_leaves_the_old_file(deployment, work):
    (work / "a").write_text("old")
    top = deployment.holding(File("a", content="new"))
    content = top._._
    content.content = "not bytes"
    with pytest.raises(TypeError):
        top.deploy()
    assert (work / "a").read_text() == "old"
    assert os.listdir(work) == ["a"]


def test_subclasses_render_their_own_way(deployment, work):
    from batou.lib.file import ManagedContentBase

    class Shouting(ManagedContentBase):
        def render(self):
            self.content = self.content.upper()

    deployment.deploy(Shouting("a", content="loud"))
    assert (work / "a").read_bytes() == b"LOUD"


# Directory
