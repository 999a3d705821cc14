"""Databases, users and rights of MySQL and MariaDB, by the program `mysql`."""

import os

from batou import UpdateNeeded
from batou.component import Component

#: As ``admin_password``: the statement is run as the system's user `mysql`, who needs no password.
USE_SUDO = object()

# Files that the program reads by itself, in this order; a file that is named takes their place and has to include them.
_OPTION_FILES = ("/etc/my.cnf", "/etc/mysql/my.cnf", "~/.my.cnf")


class _PrivateFile:
    """Context manager: a temporary file that only the user can read; gives its path."""

    def __init__(self, content, ending):
        self.content = content
        self.ending = ending

    def __enter__(self):
        directory = os.environ.get("TMPDIR") or "/tmp"
        while True:
            path = os.path.join(directory, f"batou-{os.urandom(8).hex()}{self.ending}")
            try:
                number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                break
            except FileExistsError:
                continue
        self.path = path
        try:
            with open(number, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(self.content)
        except BaseException:
            os.unlink(path)
            raise
        return path

    def __exit__(self, *error):
        os.unlink(self.path)


class Command(Component):
    """A statement that is executed if the query ``unless`` finds nothing, in each run if there is none."""

    namevar = "statement"

    admin_password = ""
    admin_user = "root"
    hostname = None
    port = None
    db = "mysql"
    unless = ""

    # Says whether nothing is to be done, where a query is not enough.
    _is_current = None
    # The texts hold values and are no templates any more.
    _is_expanded = False

    def configure(self):
        if not self._is_expanded:
            self.statement = self.expand(self.statement)
            self.unless = self.expand(self.unless)

    def verify(self):
        if self.unless:
            found, _ = self._mysql(self.unless)
            if found.strip():
                return
        elif self._is_current is not None and self._is_current():
            return
        raise UpdateNeeded()

    def update(self):
        self._mysql(self.statement)

    def _mysql(self, cmd):
        """Executes SQL and returns what the program says, (standard output, standard error)."""
        return self._run(cmd, self.admin_user, self.admin_password, self.db)

    def _run(self, sql, user, password, db):
        from _batou_process import quote

        with _PrivateFile(sql + "\n", ".sql") as statements:
            rest = ["-Bs"]
            if password is not USE_SUDO:
                rest.append(f"-u{quote(str(user))}")
            if self.hostname:
                rest.append(f"-h {quote(str(self.hostname))}")
            if self.port:
                rest.append(f"-P {self.port}")
            if db:
                rest.append(quote(str(db)))
            rest.append(f"< {statements}")
            rest = " ".join(rest)
            if password is USE_SUDO:
                return self.cmd(f"sudo -u mysql mysql {rest}")
            if not password:
                return self.cmd(f"mysql {rest}")
            # The arguments of a process can be seen by everybody, so the password stands in a file.
            import _batou_system

            personal = os.path.expanduser("~/.my.cnf")
            if os.access(personal, os.R_OK):
                # What is named as extra would be read before the personal file, which may have a password, too.
                included = [path for path in map(os.path.expanduser, _OPTION_FILES) if os.access(path, os.R_OK)]
                option = "--defaults-file"
            else:
                included = []
                option = "--defaults-extra-file"
            with _PrivateFile(_batou_system.mysql_options(str(password), included), ".cnf") as options:
                return self.cmd(f"mysql {option}={options} {rest}")

    @property
    def namevar_for_breadcrumb(self):
        # Not more: what follows may be a password.
        return " ".join(self.statement.split()[:2]).upper() or "--missing--"


def _literal(value):
    import _batou_system

    return _batou_system.sql_text(str(value))


def _name(value):
    import _batou_system

    return _batou_system.sql_name(str(value))


def _expanded(statement, **settings):
    command = Command(statement, **settings)
    command._is_expanded = True
    return command


class Database(Component):
    """A database, filled from a file with SQL if it is empty."""

    namevar = "database"

    charset = "UTF8"
    base_import_file = None
    admin_password = None

    def configure(self):
        self += _expanded(
            f"CREATE DATABASE IF NOT EXISTS {_name(self.database)} DEFAULT CHARACTER SET = {_literal(self.charset)};",
            unless=f"SELECT 1 FROM information_schema.schemata WHERE schema_name = {_literal(self.database)};",
            admin_password=self.admin_password,
        )
        if self.base_import_file:
            self += _expanded(
                f"\\. {self.base_import_file}",
                db=self.database,
                unless="SHOW TABLES;",
                admin_password=self.admin_password,
            )


class User(Component):
    """A user who may connect from one host, or by a pattern from several, with a password."""

    namevar = "user"

    password = None
    allow_from_hostname = "localhost"
    admin_password = None

    #: A template; may be replaced. MariaDB wants a hash here and, other than MySQL, reads what stands in its comments.
    SET_PASSWORD_QUERY = (
        "SET PASSWORD FOR {{component.account_literal}} = /*M! PASSWORD( */ {{component.password_literal}} /*M! ) */;"
    )

    @property
    def account_literal(self):
        """User and host, as SQL writes them."""
        return f"{_literal(self.user)}@{_literal(self.allow_from_hostname)}"

    @property
    def password_literal(self):
        """The password, as SQL writes it."""
        return _literal(self.password)

    def configure(self):
        self += _expanded(
            f"CREATE USER {self.account_literal};",
            unless=f"SELECT 1 FROM user WHERE User = {_literal(self.user)} AND Host = {_literal(self.allow_from_hostname)};",
            admin_password=self.admin_password,
        )
        if self.password is None:
            return
        password = _expanded(self.expand(self.SET_PASSWORD_QUERY), admin_password=self.admin_password)
        self += password
        self._password_command = password
        password._is_current = self._password_is_set

    def _password_is_set(self):
        # Nothing but a connection tells. Who is the same user in the system may be let in without the password.
        import pwd

        from batou.utils import CmdExecutionError

        if not self.password or self.user == pwd.getpwuid(os.getuid()).pw_name:
            return False
        command = self._password_command
        try:
            found, _ = command._run("SELECT CURRENT_USER();", self.user, self.password, None)
        except CmdExecutionError:
            return False
        return found.strip() == f"{self.user}@{self.allow_from_hostname}"


class Grant(Command):
    """All rights on a database for a user."""

    namevar = "grant_db"

    user = ""
    allow_from_hostname = "localhost"
    statement = "GRANT ALL ON {{component.database_name}}.* TO {{component.account_literal}};"

    account_literal = User.account_literal

    @property
    def database_name(self):
        """The database, as SQL writes it."""
        return _name(self.grant_db)

    def _is_current(self):
        if type(self).statement != Grant.statement:
            # Other rights than those that are looked for.
            return False
        import _batou_system
        from batou.utils import CmdExecutionError

        try:
            found, _ = self._mysql(f"SHOW GRANTS FOR {self.account_literal};")
        except CmdExecutionError:
            # There is no such user yet; or granting says what is wrong.
            return False
        return _batou_system.grants_everything(found, str(self.grant_db))
