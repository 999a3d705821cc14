"""The component `Secrets` of batou 0.2."""

import subprocess

import pytest
from batou.component import Component
from batou.lib.secrets import SafeConfigParser, Secrets, SecretsFileError

PASSPHRASE = "correct horse battery staple"
# The known answer of pylib/core/src/secrets/passphrase/format_tests.rs.
SAVED_SINCE = """\
batou-aes 1
scrypt 10 8 1 AAECAwQFBgcICQoLDA0ODw==
check h/FQ2mQX1vL0VeMiwwrzsA==
iv EBESExQVFhcYGRobHB0eHw==
pCFz7raB4c2ix+0FYSJhQYuOKtippifXpxlg0HttUmsMLEgKMobiS6FN3gFGFpTL
4o9lFHea9+OGUUepd1YhHItyQl4PHWiTBzt37sHLBkU=
hmac-sha256 4n74Gsjy2XQKbZdgPAjag6H3RlClqMNzGTU0xbiVkMA=
"""
VALUES = """\
[DEFAULT]
host = db.example.com

[postgres]
Password = very%%secret ; the new one
url = pg://%(host)s/%(name)s
name = main
broken = %(nothing)s
empty = ""
lines =
    first

    second
password = replaced: yes
"""


@pytest.fixture
def project(deployment, monkeypatch):
    monkeypatch.delenv("BATOU_PASSPHRASE_COMMAND", raising=False)
    deployment.passphrase = deployment.path / ".batou-passphrase"
    deployment.passphrase.write_text(PASSPHRASE + "\n")
    deployment.passphrase.chmod(0o600)
    deployment.file = deployment.definitions / "test.cfg.aes"
    return deployment


def store(project, text):
    """Writes the file as 0.2 did, by the program aespipe."""
    import hashlib

    content = text.encode()
    clear = hashlib.sha1(content).hexdigest().encode() + b"\n" + content
    command = f"aespipe -p 3 3< {project.passphrase}"
    project.file.write_bytes(subprocess.run(["sh", "-c", command], input=clear, stdout=subprocess.PIPE, check=True).stdout)


def parser(project):
    """What a component gets that requires the secrets."""
    root = project.root(Secrets)
    root.prepare()

    class Consumer(Component):
        def configure(self):
            self.parser = self.require("secrets")[0]

    consumer = project.root(Consumer, name="consumer")
    consumer.prepare()
    return consumer.component.parser


def test_values_are_read_as_python_2_read_them(project):
    store(project, VALUES)
    secrets = parser(project)
    assert secrets.get("postgres", "PASSWORD") == "replaced: yes"
    assert secrets.get("postgres", "url") == "pg://db.example.com/main"
    assert secrets.get("postgres", "url", True) == "pg://%(host)s/%(name)s"
    assert secrets.get("postgres", "url", False, {"name": "other"}) == "pg://db.example.com/other"
    assert secrets.get("postgres", "empty") == ""
    assert secrets.get("postgres", "lines") == "\nfirst\nsecond"
    assert secrets.get("postgres", "host") == "db.example.com"
    assert secrets.sections() == ["postgres"]


def test_comments_behind_values_and_percent_signs(project):
    store(project, "[a]\nb = very%%secret ; the new one\nc = x;y\n")
    secrets = parser(project)
    assert secrets.get("a", "b") == "very%secret"
    assert dict(secrets.items("a")) == {"b": "very%secret", "c": "x;y"}


def test_all_values_are_known_to_be_secret(project):
    store(project, VALUES)
    parser(project)
    known = project.environment.secret_data
    assert {"replaced:", "pg://db.example.com/main", "first", "second", "db.example.com", "main"} <= known


def test_a_file_saved_since_is_read_the_same(project):
    project.file.write_text(SAVED_SINCE)
    assert parser(project).get("component:db", "password") == "verysecret"


def test_an_empty_file_needs_no_passphrase(project):
    project.passphrase.unlink()
    project.file.write_bytes(b"")
    assert parser(project).sections() == []


def test_the_file_is_opened_once_for_all_hosts(project, monkeypatch):
    store(project, VALUES)
    monkeypatch.setenv("BATOU_PASSPHRASE_COMMAND", f"echo x >> count; cat {project.passphrase.name}")
    first = parser(project)
    assert parser(project) is first
    assert (project.path / "count").read_text() == "x\n"


@pytest.mark.parametrize(
    "prepare, message",
    [
        (lambda project: project.passphrase.write_text("another passphrase, as long"), "wrong passphrase for "),
        (lambda project: project.passphrase.chmod(0o644), "chmod 600"),
        (lambda project: project.passphrase.unlink(), "no passphrase for definitions/test.cfg.aes: there is no terminal"),
        (lambda project: project.file.write_bytes(b"x" * 17), "17 bytes, is no multiple of 16"),
        (lambda project: project.file.unlink(), "create it with `secretsedit "),
        (lambda project: project.file.write_text(SAVED_SINCE[:-3]), "is incomplete"),
        (lambda project: project.file.write_text(SAVED_SINCE.replace("aes 1", "aes 7")), "has the version \"7\""),
    ],
)
def test_mistakes_are_named(project, prepare, message):
    store(project, VALUES)
    prepare(project)
    with pytest.raises(SecretsFileError) as caught:
        parser(project)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text, message",
    [("verysecret\n", "line 1 of"), ("[a]\nb = 1\nverysecret\n", "no option in line 3")],
)
def test_a_file_that_cannot_be_parsed_is_not_shown(project, text, message):
    store(project, text)
    with pytest.raises(SecretsFileError) as caught:
        parser(project)
    error = caught.value
    assert message in str(error)
    while error is not None:
        assert "verysecret" not in str(error)
        error = error.__cause__ or error.__context__


def test_a_check_opens_no_file(project):
    project.environment._reads_secrets = False
    secrets = parser(project)
    assert secrets.get("any", "thing") == "value-of-a-secret"
    assert (secrets.getint("a", "b"), secrets.getboolean("a", "b")) == (1, True)
    assert secrets.has_option("a", "b") and secrets.has_section("a")


def test_the_parser_can_be_used_alone():
    secrets = SafeConfigParser()
    secrets.read_string("[a]\nb = 1\n[a]\nb = 2\n")
    assert secrets.getint("a", "b") == 2
    assert secrets.get("a", "c", fallback="x") == "x"
