import os
import stat
import uuid

import pytest

import batou
from batou import _provisioning, utils
from batou._output import TestBackend
from batou.environment import Environment
from batou.provision import FCDevContainer, FCDevVM, Provisioner

MACHINE = "[provisioner:default]\nmethod = fc-nixos-dev-vm\nhost = devhost\nmemory = 512\ncores = 2\nhydra-eval = 17\n"
CONTAINER = "[provisioner:default]\nmethod = fc-nixos-dev-container\nhost = devhost\nchannel = http://channel\n"
WEB = "[host:web]\ncomponents = web\n"

# Notes how it is called, and plays the development host.
SSH = """\
#!/bin/sh
if test "$1" = -F; then shift 2; fi
echo "ssh $*" >> {log}
case "$*" in
    *"devhost list") echo taken111;;
    *"container list") echo other;;
    *vm-configs*) echo '{{"srv-ip": "192.0.2.7"}}';;
    *fc-manage*) exit {manage};;
esac
"""
RSYNC = '#!/bin/sh\necho "rsync $* ($RSYNC_RSH)" >> {log}\n'


@pytest.fixture(autouse=True)
def backend(monkeypatch):
    backend = TestBackend()
    monkeypatch.setattr(batou.output, "backend", backend)
    yield backend
    utils.resolve_override.clear()
    utils.resolve_v6_override.clear()


class Project:
    def __init__(self, path, monkeypatch):
        self.path = path
        self.log = path / "log"
        self.directory = path / "environments" / "dev"
        self.directory.mkdir(parents=True)
        (path / "bin").mkdir()
        (path / "home").mkdir()
        self.program("ssh", SSH, manage=0)
        self.program("rsync", RSYNC)
        monkeypatch.setenv("PATH", f"{path}/bin:{os.environ['PATH']}")
        monkeypatch.setenv("HOME", str(path / "home"))
        monkeypatch.chdir(path)
        self.component()

    def program(self, name, text, **values):
        path = self.path / "bin" / name
        path.write_text(text.format(log=self.log, **values))
        path.chmod(0o755)

    def component(self, lines="    pass\n"):
        directory = self.path / "components" / "web"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "component.py").write_text(f"from batou.component import Attribute, Component\nclass Web(Component):\n{lines}")

    def loaded(self, text, **kw):
        (self.directory / "environment.cfg").write_text(text)
        environment = Environment("dev", basedir=str(self.path), **kw)
        environment.load()
        return environment

    def provisioned(self, text, changes=True, **kw):
        environment = self.loaded(text, **kw)
        assert environment.exceptions == []
        _provisioning.provision(environment, list(environment.hosts), changes)
        return environment

    def calls(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def project(tmp_path, monkeypatch):
    return Project(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "text, words",
    [
        ("[provisioner:x]\n", ["provisioner:x", "method", "fc-nixos-dev-vm"]),
        ("[provisioner:x]\nmethod = y\n", ["provisioner:x", "'y'", "fc-nixos-dev-container"]),
        (MACHINE.replace("host = devhost\n", ""), ["`host` is missing"]),
        (MACHINE.replace("memory", "memry"), ["`memory` is missing"]),
        (MACHINE.replace("hydra-eval", "hydra"), ["`release` and `hydra-eval`"]),
        (MACHINE + "update_channel = maybe\n", ["`update_channel`", "'maybe'"]),
        (CONTAINER.replace("channel =", "chanel ="), ["`channel` is missing"]),
        ("[environment]\nconnect_method = local\n" + MACHINE, ["connect_method = local"]),
    ],
)
def test_what_is_wrong_with_a_section_is_told(project, backend, text, words):
    environment = project.loaded(text)
    (error,) = environment.exceptions
    error.report()
    for word in words:
        assert word in backend.output
    assert "environment.cfg:" in backend.output


def test_a_host_without_a_provisioner_needs_one_that_is_there(project):
    environment = project.loaded(MACHINE + WEB + "provisioner = other\n")
    (error,) = environment.exceptions
    assert "there is no provisioner 'other'" in str(error)


def test_the_default_one_is_for_hosts_that_do_not_say_otherwise(project):
    environment = project.loaded(MACHINE + "[hosts]\na = web\n[host:b]\ncomponents = web\nprovisioner = none\n")
    assert isinstance(environment.hosts["a"].provisioner, FCDevVM)
    assert environment.hosts["b"].provisioner is None


def test_a_machine_is_made_with_what_is_said_about_it(project):
    environment = project.provisioned("[environment]\nservice_user = s-dev\n" + MACHINE + "disk_size = 9G\n" + WEB + "provision-aliases = www api\n")
    assert project.calls() == [
        "ssh devhost sudo fc-devhost ensure --memory 512 --cpu 2 --aliases \"'www api'\" --disk-size 9G --hydra-eval 17 web",
        "ssh web sudo -u s-dev sudo fc-manage -c",
        "ssh devhost cat /etc/devhost/vm-configs/web.json",
    ]
    host = environment.hosts["web"]
    assert host.aliases == {"www": "www.web.devhost", "api": "api.web.devhost"}
    assert utils.resolve("www.web.devhost") == utils.resolve("web") == environment._resolve_override["web"] == "192.0.2.7"


def test_a_machine_is_made_anew_if_that_is_asked_for(project):
    project.provisioned(MACHINE + WEB)
    known = project.path / "home/.batou/known_hosts"
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGc7V2c2zFPRMl8/gmBv1/MEldEuJau8jHjhx+2qziYs"
    known.write_text(f"web {key}\nother {key}\n")
    project.log.unlink()
    project.provisioned(MACHINE + WEB, provision_rebuild=True)
    assert project.calls()[0] == "ssh devhost sudo fc-devhost destroy web"
    assert known.read_text() == f"other {key}\n"


def test_how_machines_are_reached_is_written_for_ssh(project):
    (project.path / "ssh_config").write_text("")
    project.provisioned(MACHINE + WEB + "[hosts]\nother = web\n")
    text = (project.path / "ssh_config_dev").read_text()
    for line in ("Host web\n", "Host other\n", "ProxyJump devhost\n", "User developer\n", "StrictHostKeyChecking accept-new\n", f'Include "{project.path}/ssh_config"\n'):
        assert line in text
    key = project.path / "home/.batou/insecure-private.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = (project.path / "ssh_config_dev").stat()
    project.provisioned(MACHINE + WEB + "[hosts]\nother = web\n")
    assert (project.path / "ssh_config_dev").stat().st_ino == before.st_ino


def test_code_of_the_project_is_part_of_it(project):
    project.component("    port = 80\n    text = \"it's\"\n    hidden = Attribute(str)\n    def configure(self): pass\n")
    script = 'ECHO a /etc/a\nRUN ls -l /tmp\nCOPY provision.nix /etc/b\necho "$COMPONENT_WEB_PORT|$COMPONENT_WEB_TEXT|$PROVISION_VM" >> {log}\nenv | grep -c COMPONENT_ >> {log}\n'
    (project.directory / "provision.sh").write_text(script.format(log=project.log))
    (project.directory / "provision.nix").write_text("{}")
    project.provisioned(MACHINE + WEB + "[component:web]\nport = 8080\n")
    assert project.calls()[1:-2] == [
        "ssh web echo a > /etc/a",
        "ssh web ls -l /tmp",
        f"rsync -avz --no-owner --no-group --no-links --safe-links --rsync-path=rsync provision.nix web:/etc/b (ssh -F {project.path}/ssh_config_dev)",
        "8080|it's|web",
        "2",
    ]


def test_nix_code_is_copied_if_no_script_speaks_of_it(project, backend):
    project.provisioned(MACHINE + WEB)
    assert "neither provision.sh nor provision.nix" in backend.output
    (project.directory / "provision.nix").write_text("{}")
    (project.directory / "provision.sh").write_text("RUN id\n")
    project.log.unlink()
    project.provisioned(MACHINE + WEB)
    calls = project.calls()
    assert "provision.nix web:/etc/local/nixos/provision-container.nix" in calls[1]
    assert calls[2] == "ssh web id"


def test_a_script_that_fails_ends_it(project, backend):
    (project.directory / "provision.sh").write_text("echo before\nfalse\nRUN id\n")
    with pytest.raises(utils.CmdExecutionError) as error:
        project.provisioned(MACHINE + WEB)
    error.value.report()
    assert "web" in backend.output and "before" in backend.output
    assert "ssh web id" not in project.calls()


def test_a_configuration_that_is_not_taken_over_is_a_warning(project, backend):
    project.program("ssh", SSH, manage=3)
    project.provisioned(MACHINE + WEB)
    assert "does not take its configuration over" in backend.output


def test_only_looking_makes_nothing(project):
    environment = project.provisioned(MACHINE + WEB, changes=False)
    assert project.calls() == ["ssh devhost cat /etc/devhost/vm-configs/web.json"]
    assert environment._resolve_override["web"] == "192.0.2.7"
    assert not (project.path / "ssh_config_dev").exists()


def test_ignored_hosts_are_left_alone(project):
    project.provisioned(MACHINE + WEB + "ignore = True\n")
    assert project.calls() == []


def test_a_new_machine_gets_a_name_that_is_free(project, monkeypatch):
    class Random:
        def __init__(self, hex):
            self.hex = hex

    names = iter(["12345678aaaa", "taken111ffff", "cafe0001ffff"])
    monkeypatch.setattr(uuid, "uuid4", lambda: Random(next(names)))
    environment = project.provisioned(MACHINE + WEB + "provision-dynamic-hostname = True\nprovision-aliases = www\n")
    host = environment.get_host("web")
    assert host.name == "cafe0001"
    assert host.aliases["www"] == "www.cafe0001.devhost"
    assert "Host cafe0001 web\n" in (project.path / "ssh_config_dev").read_text()
    # It is kept.
    assert project.loaded(MACHINE + WEB + "provision-dynamic-hostname = True\n").get_host("web").name == "cafe0001"


def test_containers(project):
    environment = project.provisioned(CONTAINER + WEB + "provision-aliases = www\nprovision-dynamic-hostname = True\n", provision_rebuild=True)
    name = environment.get_host("web").name
    assert isinstance(environment.hosts[name].provisioner, FCDevContainer) and len(name) == 11
    assert project.calls() == [
        "ssh devhost nixos-container list",
        f"ssh devhost sudo fc-build-dev-container destroy {name}",
        f"ssh devhost sudo fc-build-dev-container ensure {name} http://channel 'www'",
        f"ssh {name} sudo -i fc-manage -c",
    ]


def test_a_release_is_read_when_machines_are_made(project):
    release = project.path / "release.json"
    text = MACHINE.replace("hydra-eval = 17", f"release = {release.as_uri()}\nupdate_channel = no") + WEB
    with pytest.raises(batou.ConfigurationError, match="release of provisioner `default`"):
        project.provisioned(text)
    release.write_text('{"channel_url": "http://channel"}')
    with pytest.raises(batou.ConfigurationError, match="devhost_image_url' is missing"):
        project.provisioned(text)
    release.write_text('{"channel_url": "http://channel", "devhost_image_url": "http://image"}')
    project.provisioned(text)
    assert project.calls()[0].endswith("--aliases \"''\" --image-url http://image --channel-url http://channel --no-update-channel web")


def test_packages_bring_their_own(project, monkeypatch):
    information = project.path / "site" / "cloud-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: cloud\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[batou.provisioners]\ncloud-server = cloud_of_test:Cloud\nbroken = cloud_of_test:Nothing\n")
    (project.path / "site" / "cloud_of_test.py").write_text(
        "from batou.provision import Provisioner\n"
        "class Cloud(Provisioner):\n"
        "    made = []\n"
        "    @classmethod\n"
        "    def from_config_section(cls, name, section):\n"
        "        cloud = cls(name)\n"
        "        cloud.size = int(section['size'])\n"
        "        return cloud\n"
        "    def provision(self, host):\n"
        "        self.made.append((self.name, self.size, host.name, self.rebuild))\n"
        "        host.environment._resolve_override[host.name] = '192.0.2.9'\n"
        "    def summarize(self, host):\n"
        "        self.made.append('done')\n"
    )
    monkeypatch.syspath_prepend(str(project.path / "site"))
    text = "[provisioner:small]\nmethod = cloud-server\nsize = {}\n" + WEB + "provisioner = small\n"
    (error,) = project.loaded(text.format("x").replace(WEB + "provisioner = small\n", "")).exceptions
    assert "invalid literal" in str(error)
    environment = project.provisioned(text.format(3))
    _provisioning.summarize(environment, ["web"])
    provisioner = environment.hosts["web"].provisioner
    assert isinstance(provisioner, Provisioner) and provisioner.made == [("small", 3, "web", False), "done"]
    (error,) = project.loaded("[provisioner:x]\nmethod = broken\n").exceptions
    assert "'broken' cannot be loaded: AttributeError" in str(error)


def test_hosts_learn_names_and_addresses(project):
    from batou import _remote

    environment = project.provisioned(MACHINE + WEB + "provision-dynamic-hostname = True\nprovision-aliases = www\n")
    name = environment.get_host("web").name
    _, _, addresses, _, _, _, aliases, names = _remote.outgoing(environment)
    (project.directory / "hostmap.json").unlink()
    there = Environment("dev", basedir=str(project.path))
    there._creates_machines = False
    there._predicting = True
    _remote.incoming_names(there, names)
    there.load()
    _remote.incoming(there, [], [], addresses, [], [], [], aliases)
    assert there.exceptions == []
    assert there.get_host("web").name == name
    assert there.get_host("web").aliases.www == f"www.{name}.devhost"
    assert utils.resolve("web") == "192.0.2.7"
