import pytest

from batou.lib.nagios import NagiosServer, NRPEHost, NRPEService, Service, ServiceCheck


def test_a_check_runs_here_or_there(deployment):
    here, there = ServiceCheck("A", command="x"), ServiceCheck("B", nrpe=True, command="x")
    deployment.holding(here, there)
    assert (type(here), type(there)) == (Service, NRPEService)
    assert (here.check_command, there.check_command) == ("x", "check_nrpe!b")


def test_descriptions_lose_their_commas(deployment):
    check = NRPEService("Disk, free Space", command="/bin/disk", args="-w 10")
    deployment.holding(check)
    assert (check.description, check.name, check.nrpe_command) == ("Disk_ free Space", "disk__free_space", "/bin/disk -w 10")


def test_contact_groups_are_one_text(deployment):
    several, one, none = Service("a", contact_groups=("x", "y")), Service("b", contact_groups="x"), Service("c")
    deployment.holding(several, one, none)
    assert [check.contact_groups for check in (several, one, none)] == ["x,y", "x", None]


def test_templates_may_be_replaced(deployment, tmp_path):
    template = tmp_path / "template"
    template.write_text("{% for service in component.services %}{{service.description}};{% endfor %}")
    top = deployment.deploy(
        Service("b", command="x"), NRPEService("a", command="x"), NagiosServer(nagios_cfg=str(template), static="ignored")
    )
    assert top._.sub_components[0].content == b"a;b;"
    top = deployment.holding(NRPEHost(nrpe_cfg=str(template)))
    assert top._.sub_components[0].content == b"a;"


def test_a_check_takes_what_its_class_has(monkeypatch):
    with pytest.raises(ValueError, match="name"):
        ServiceCheck("a", name="b")
    monkeypatch.setattr(Service, "name", None, raising=False)
    assert ServiceCheck("a", name="b").name == "b"
