import os
import subprocess

import pytest

import batou
import batou.utils
from batou.lib.python import IndexDownload, Package, VirtualEnv, VirtualEnvDownload, VirtualEnvPyBase


def update_needed(component):
    try:
        component.verify()
    except batou.UpdateNeeded:
        return True
    return False


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A real environment with pip, and a package whose metadata are written by hand."""
    path = tmp_path_factory.mktemp("made")
    subprocess.run(["python3", "-m", "venv", str(path)], check=True)
    return path


@pytest.fixture
def environment(deployment, made):
    """Gives the component for a version in a copy of the real environment."""

    def make(version="3", *packages):
        if not deployment.workdir.exists():
            deployment.workdir.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-a", str(made), str(deployment.workdir)], check=True)
        venv = VirtualEnv(version)
        top = deployment.holding(venv)
        for package in packages:
            venv += package
        os.chdir(deployment.workdir)
        return top._

    return make


def install(deployment, name, version):
    (site,) = deployment.workdir.glob("lib/python*/site-packages")
    metadata = site / f"{name}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return metadata


def commands(component, monkeypatch):
    called = []
    monkeypatch.setattr(batou.utils, "cmd", lambda command, *args, **kw: called.append(command) or ("", ""))
    return called


def test_an_environment_is_recognized_without_starting_its_interpreter(environment, monkeypatch):
    venv = environment("3")
    called = commands(venv, monkeypatch)
    assert not update_needed(venv.venv)
    assert called == []


def test_an_environment_of_another_version_is_made_anew(environment):
    assert update_needed(environment("2").venv)


def test_an_environment_without_interpreter_is_made_anew(environment, deployment):
    venv = environment("3")
    (deployment.workdir / "bin/python").unlink()
    assert update_needed(venv.venv)


def test_the_interpreter_is_asked_for_all_three_parts_of_a_version(environment, monkeypatch):
    version = subprocess.run(["python3", "-c", "import platform; print(platform.python_version())"], capture_output=True, text=True)
    assert not update_needed(environment(version.stdout.strip()).venv)
    assert update_needed(environment("3.2.99").venv)


def test_an_environment_without_pip_is_made_anew(environment, deployment):
    venv = environment("3")
    (pip,) = deployment.workdir.glob("lib/python*/site-packages/pip")
    pip.rename(pip.parent / "gone")
    assert update_needed(venv.venv)


def test_a_replaced_command_is_called(environment):
    venv = environment("3").venv
    called = []
    venv.cmd = lambda command, **kw: called.append(command)
    venv.verify()
    assert len(called) == 2


@pytest.mark.parametrize("wanted", ["1.0", "1.0.0", "1", None])
def test_versions_of_packages_are_compared_by_their_meaning(environment, deployment, monkeypatch, wanted):
    package = Package("alpha", version=wanted)
    venv = environment("3", package)
    install(deployment, "alpha", "1.0")
    called = commands(venv, monkeypatch)
    assert not update_needed(package)
    assert called == []


def test_another_version_of_a_package_is_replaced(environment, deployment):
    package = Package("alpha", version="1.1")
    environment("3", package)
    install(deployment, "alpha", "1.0")
    assert update_needed(package)


def test_a_package_without_readable_metadata_is_installed(environment, deployment):
    package = Package("alpha", version="1.0")
    environment("3", package)
    (install(deployment, "alpha", "1.0") / "METADATA").unlink()
    assert update_needed(package)


def test_a_package_that_a_pth_file_brings_is_found(environment, deployment, tmp_path):
    package = Package("alpha", version="1.0")
    environment("3", package)
    metadata = install(deployment, "alpha", "1.0")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    metadata.rename(elsewhere / metadata.name)
    assert update_needed(package)
    (metadata.parent / "elsewhere.pth").write_text(f"{elsewhere}\n")
    assert not update_needed(package)


def test_a_package_with_extras_is_found_by_its_name(environment, deployment):
    package = Package("alpha[more]", version="1.0")
    environment("3", package)
    install(deployment, "alpha", "1.0")
    assert not update_needed(package)


@pytest.mark.parametrize("options", [("--pre", "--quiet"), ["--pre", "--quiet"], "--pre --quiet"])
def test_options_may_be_any_sequence(environment, monkeypatch, options):
    package = Package("alpha", version="1.0", install_options=options, timeout=7)
    venv = environment("3", package)
    called = commands(venv, monkeypatch)
    package.update()
    assert [" ".join(command.split()) for command in called] == ['bin/pip --timeout=7 install --pre --quiet "alpha==1.0"']


def test_a_package_without_version_is_installed_in_the_newest(environment, monkeypatch):
    package = Package("alpha", dependencies=False, timeout=7)
    venv = environment("3", package)
    called = commands(venv, monkeypatch)
    package.update()
    assert [" ".join(command.split()) for command in called] == ['bin/pip --timeout=7 install --no-deps "alpha"']
    assert package._breadcrumb == "Package('alpha')"


def test_the_verification_of_environments_can_be_replaced(environment, deployment, monkeypatch):
    venv = environment("2")
    monkeypatch.setattr(VirtualEnvPyBase, "verify", lambda self: None)
    assert not update_needed(venv.venv)


def test_a_source_archive_is_fetched_by_pip_and_checked(deployment, monkeypatch):
    import hashlib

    content = b"the source"
    right = "sha256:" + hashlib.sha256(content).hexdigest()

    def pip(command, *args, **kw):
        words = command.split()
        assert words[:4] == ["python3", "-m", "pip", "download"] and words[-1] == "virtualenv==1.0"
        with open(os.path.join(words[words.index("--dest") + 1], "virtualenv-1.0.tar.gz"), "wb") as file:
            file.write(content)
        return "", ""

    monkeypatch.setattr(batou.utils, "cmd", pip)
    archive = IndexDownload("virtualenv", version="1.0", target="1.0.tar.gz", checksum=right)
    deployment.deploy(archive)
    assert (deployment.workdir / "1.0.tar.gz").read_bytes() == content
    os.chdir(deployment.workdir)
    assert not update_needed(archive)
    archive.checksum = "sha256:" + "0" * 64
    assert update_needed(archive)
    with pytest.raises(RuntimeError, match="checksum"):
        archive.update()
    assert os.listdir(deployment.workdir) == ["1.0.tar.gz"]


def test_the_script_of_virtualenv_is_downloaded_and_unpacked_once(deployment, tmp_path):
    import hashlib

    source = tmp_path / "virtualenv-1.0"
    source.mkdir()
    (source / "virtualenv.py").write_text("print('made')\n")
    archive = tmp_path / "1.0.tar.gz"
    subprocess.run(["tar", "-czf", str(archive), "-C", str(tmp_path), source.name], check=True)
    checksum = "sha256:" + hashlib.sha256(archive.read_bytes()).hexdigest()

    def deploy():
        return deployment.deploy(VirtualEnvDownload("1.0", download_url=f"file://{archive}", checksum=checksum))._

    download = deploy()
    assert download.venv_cmd == f"{deployment.environment.workdir_base}/.virtualenv/virtualenv-1.0/virtualenv.py"
    with open(download.venv_cmd) as file:
        assert file.read() == "print('made')\n"
    assert download.changed and not deploy().changed
