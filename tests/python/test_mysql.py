import os
import shutil
import subprocess
import time

import pytest

import batou
from batou.lib.mysql import USE_SUDO, Command, Database, Grant, User
from batou.utils import CmdExecutionError

PASSWORD = "ro\"ot's \\#%;"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A MariaDB on a socket, with data of its own, whose user root has a password. Gives the program of clients and the socket."""
    path = "/usr/sbin:/usr/bin:/sbin:/bin"
    install, daemon, client = (shutil.which(name, path=path) for name in ("mariadb-install-db", "mariadbd", "mariadb"))
    assert install and daemon and client, "MariaDB is missing: `make test` installs it (task `make prepare`)"
    # Not below pytest's directory: the path of a socket has little room, and the server may have a user of its own.
    directory = tmp_path_factory.mktemp("maria")
    data, socket = directory / "data", f"/tmp/batou-test-{os.getpid()}.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    options = [f"--datadir={data}", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M", *user]
    subprocess.run(
        [install, "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", *options],
        check=True,
        capture_output=True,
    )
    with open(directory / "log", "w") as log:
        process = subprocess.Popen(
            [daemon, "--no-defaults", f"--socket={socket}", "--skip-networking", *options], stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 300
        while not os.path.exists(socket):
            assert process.poll() is None and time.monotonic() < deadline, (directory / "log").read_text()
            time.sleep(0.05)
        quoted = PASSWORD.replace("\\", "\\\\").replace("'", "''")
        subprocess.run(
            [client, "--no-defaults", "-uroot", f"--socket={socket}"],
            input=f"SET PASSWORD = PASSWORD('{quoted}');".encode(),
            check=True,
        )
        yield client, socket
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def mysql(server, monkeypatch, tmp_path):
    """Leads the program `mysql` to the server, without the files of whoever runs the tests; gives a function that asks as root."""
    client, socket = server
    program = tmp_path / "bin" / "mysql"
    program.parent.mkdir()
    # The options come last: the ones about option files have to be first.
    program.write_text(f'#!/bin/sh\nexec {client} "$@" --socket={socket}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))

    def ask(sql, user="root", password=PASSWORD):
        answer = subprocess.run(
            [str(program), "-Bs", f"-u{user}", f"-p{password}"], input=sql.encode(), capture_output=True, check=True
        )
        return answer.stdout.decode().strip()

    yield ask
    assert [name for name in os.listdir(home) if name.endswith((".sql", ".cnf")) and name != ".my.cnf"] == []


@pytest.fixture
def calls(deployment, monkeypatch):
    """The commands that components run."""
    commands = []
    run = batou.utils.cmd

    def cmd(command, *arguments, **settings):
        commands.append(command)
        return run(command, *arguments, **settings)

    monkeypatch.setattr(batou.utils, "cmd", cmd)
    return commands


def parts(name):
    return (
        Database(name, admin_password=PASSWORD),
        User("ada", password="it's \"x\" \\ {{y}}", admin_password=PASSWORD),
        Grant(name, user="ada", admin_password=PASSWORD),
    )


@pytest.mark.parametrize("name", ["shop", "my-shop"])
def test_a_database_with_its_user_is_made_once(deployment, mysql, name):
    mysql(f"DROP DATABASE IF EXISTS `{name}`; DROP USER IF EXISTS 'ada'@'localhost';")
    assert deployment.deploy(*parts(name)).changed
    assert mysql("SHOW DATABASES", "ada", "it's \"x\" \\ {{y}}").split() == ["information_schema", name]
    assert not deployment.deploy(*parts(name)).changed
    # What somebody changes comes back.
    mysql("SET PASSWORD FOR 'ada'@'localhost' = PASSWORD('other');")
    top = deployment.deploy(*parts(name))
    assert [part.changed for part in top.sub_components] == [False, True, False]
    mysql(f"REVOKE DELETE ON `{name}`.* FROM 'ada'@'localhost';")
    top = deployment.deploy(*parts(name))
    assert [part.changed for part in top.sub_components] == [False, False, True]
    assert not deployment.deploy(*parts(name)).changed


def test_a_prediction_changes_nothing(deployment, mysql):
    mysql("DROP DATABASE IF EXISTS shop; DROP USER IF EXISTS 'ada'@'localhost';")
    top = deployment.holding(*parts("shop"))
    top.deploy(predict_only=True)
    assert [part.changed for part in top.sub_components] == [True, True, True]
    assert "shop" not in mysql("SHOW DATABASES").split()


def test_no_password_stands_in_arguments_and_errors(deployment, mysql, calls, printed):
    deployment.deploy(*parts("shop"))
    with pytest.raises(CmdExecutionError) as error:
        deployment.deploy(Command("NO STATEMENT", admin_password=PASSWORD))
    assert "NO STATEMENT" in error.value.stderr
    assert calls
    for text in (*calls, str(error.value), printed.output):
        assert "ro\"ot" not in text and "it's" not in text and " -p" not in text


def test_a_password_overrules_the_personal_option_file(deployment, mysql):
    with open(os.path.expanduser("~/.my.cnf"), "w") as file:
        file.write("[client]\npassword=wrong\n[mysql]\nskip-column-names\n")
    command = Command("SELECT 1", unless="SELECT 1", admin_password=PASSWORD)
    assert not deployment.deploy(command).changed
    # Without one, the file counts.
    with pytest.raises(CmdExecutionError, match="Access denied"):
        deployment.deploy(Command("SELECT 1", unless="SELECT 1"))
    with open(os.path.expanduser("~/.my.cnf"), "w") as file:
        file.write('[client]\npassword="%s"\n' % PASSWORD.replace("\\", "\\\\").replace('"', '\\"'))
    for password in (None, ""):
        assert not deployment.deploy(Command("SELECT 1", unless="SELECT 1", admin_password=password)).changed


def test_an_empty_database_is_filled_from_a_file(deployment, mysql, work):
    mysql("DROP DATABASE IF EXISTS filled;")
    (work / "dump.sql").write_text("CREATE TABLE things (id INT);\nINSERT INTO things VALUES (1), (2);\n")
    database = lambda: Database("filled", base_import_file="dump.sql", admin_password=PASSWORD)
    assert deployment.deploy(database()).changed
    assert mysql("SELECT COUNT(*) FROM filled.things;") == "2"
    assert not deployment.deploy(database()).changed


def test_a_statement_runs_unless_its_query_finds_something(deployment, mysql):
    mysql("CREATE DATABASE IF NOT EXISTS own; DROP TABLE IF EXISTS own.web;")
    table = lambda: Command("CREATE TABLE {{host.name}} (id INT)", unless="SHOW TABLES", db="own", admin_password=PASSWORD)
    top = deployment.deploy(table())
    assert top.changed
    assert top._._breadcrumb == "Command('CREATE TABLE')"
    assert mysql("SHOW TABLES FROM own;") == "web"
    assert not deployment.deploy(table()).changed


def test_a_user_without_password_gets_none(deployment, mysql):
    mysql("DROP USER IF EXISTS 'bob'@'%';")
    user = lambda: User("bob", allow_from_hostname="%", admin_password=PASSWORD)
    top = deployment.deploy(user())
    assert len(top._.sub_components) == 1
    assert mysql("SELECT Host FROM mysql.user WHERE User = 'bob';") == "%"
    assert not deployment.deploy(user()).changed


class Recorded(Command):
    """Writes down what would be run."""

    def cmd(self, command):
        self.ran = command
        return "", ""


@pytest.mark.parametrize(
    "settings, expected",
    [
        ({}, "mysql -Bs -uroot mysql < "),
        ({"admin_password": None}, "mysql -Bs -uroot mysql < "),
        ({"admin_user": "ada", "hostname": "db", "port": 3307, "db": "x"}, "mysql -Bs -uada -h db -P 3307 x < "),
        ({"admin_password": USE_SUDO}, "sudo -u mysql mysql -Bs mysql < "),
    ],
)
def test_how_the_program_is_called(deployment, settings, expected):
    command = Recorded("SELECT 1", **settings)
    deployment.holding(command)
    command.update()
    assert command.ran.startswith(expected) and command.ran.endswith(".sql")


def test_a_replaced_query_for_passwords_counts(deployment):
    class Older(User):
        SET_PASSWORD_QUERY = "SET PASSWORD FOR '{{component.user}}' = PASSWORD('{{component.password}}')"

    top = deployment.holding(Older("ada", password="{{x}}"))
    assert top._.sub_components[1].statement == "SET PASSWORD FOR 'ada' = PASSWORD('{{x}}')"
