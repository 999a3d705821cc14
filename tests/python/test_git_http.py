"""Checkouts over HTTP, HTTPS and git's own protocol, served by git itself on the loopback device."""

import base64
import os
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from batou.lib.git import Clone, GitError


class Server(ThreadingHTTPServer):
    daemon_threads = True
    credentials = None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        path, _, query = self.path.partition("?")
        if path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.replace("/moved/", "/"))
            self.end_headers()
            return
        if self.server.credentials and self.headers["Authorization"] != self.server.credentials:
            self.send_response(401)
            self.end_headers()
            return
        variables = {
            **os.environ,
            "GIT_PROJECT_ROOT": self.server.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "CONTENT_LENGTH": str(len(body)),
        }
        answer = subprocess.run(["git", "http-backend"], input=body, env=variables, stdout=subprocess.PIPE).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def commit(path, text):
    (path / "file").write_text(text)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", "add", "."], cwd=path, check=True)
    subprocess.run(["git", *identity, "commit", "-q", "-m", "change"], cwd=path, check=True)


@pytest.fixture
def certificates(tmp_path):
    """An authority of our own, and a certificate by it."""
    directory = tmp_path / "certificates"
    directory.mkdir()

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")
    (directory / "names").write_text("subjectAltName = IP:127.0.0.1\nbasicConstraints = CA:FALSE\n")
    openssl("req", *key[:-2], "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=Server")
    sign = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl("x509", "-req", "-in", "server.csr", "-out", "server.pem", *sign)
    return directory


@pytest.fixture
def upstream(tmp_path, monkeypatch):
    # The user's settings would have the git program do it.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path = tmp_path / "served" / "up"
    path.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=path, check=True)
    commit(path, "one\n")
    return path


@pytest.fixture
def start(upstream):
    """Starts servers for the upstream repository."""
    started = []

    def start(context=None):
        server = Server(("127.0.0.1", 0), Handler)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.root = str(upstream.parent)
        server.upstream = upstream
        server.place = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def server(start):
    return start()


def is_changed(deployment, url):
    return deployment.deploy(Clone(url, target="code", branch="main")).changed


def test_a_repository_is_cloned_and_followed(deployment, server):
    url = f"http://{server.place}/up/.git"
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    commit(server.upstream, "two\n")
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    assert (deployment.workdir / "code" / "file").read_text() == "two\n"


def test_a_redirection_is_followed(deployment, server):
    url = f"http://{server.place}/moved/up/.git"
    assert is_changed(deployment, url) and not is_changed(deployment, url)


def test_credentials_of_the_url_are_sent_and_not_shown(deployment, server):
    server.credentials = "Basic " + base64.b64encode(b"ada:secret").decode()
    with pytest.raises(GitError) as error:
        is_changed(deployment, f"http://ada:wrong@{server.place}/up/.git")
    assert "wrong" not in str(error.value)
    assert is_changed(deployment, f"http://ada:secret@{server.place}/up/.git")


def test_a_missing_repository_is_named(deployment, server):
    with pytest.raises(GitError) as error:
        is_changed(deployment, f"http://{server.place}/missing")
    assert f"http://{server.place}/missing" in str(error.value)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "GIT_SSL_CAINFO"])
def test_a_repository_is_cloned_over_https(deployment, start, certificates, monkeypatch, variable):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"):
        monkeypatch.delenv(name, raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(certificates / "server.pem"), str(certificates / "server.key"))
    server = start(context)
    url = f"https://{server.place}/up/.git"
    with pytest.raises(GitError, match="UnknownIssuer"):
        is_changed(deployment, url)
    monkeypatch.setenv(variable, str(certificates / "ca.pem"))
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    commit(server.upstream, "two\n")
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    # The certificate is for the address only.
    with pytest.raises(GitError, match="certificate"):
        is_changed(deployment, url.replace("127.0.0.1", "localhost"))
    assert (deployment.workdir / "code" / "file").read_text() == "two\n"


@pytest.fixture
def daemon(upstream):
    """git's own server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["--reuseaddr", "--export-all", f"--base-path={upstream.parent}", "--listen=127.0.0.1", f"--port={port}"]
    process = subprocess.Popen(["git", "daemon", *arguments], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 300
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < end, "git daemon does not listen"
            time.sleep(0.02)
    yield f"git://127.0.0.1:{port}"
    process.terminate()
    process.wait()


def test_a_repository_is_cloned_from_git_daemon(deployment, upstream, daemon):
    url = f"{daemon}/up"
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    commit(upstream, "two\n")
    assert is_changed(deployment, url) and not is_changed(deployment, url)
    assert (deployment.workdir / "code" / "file").read_text() == "two\n"
    with pytest.raises(GitError, match="/missing"):
        is_changed(deployment, f"{daemon}/missing")
    assert (deployment.workdir / "code" / "file").read_text() == "two\n"
