"""Checkouts over HTTP, served by git itself on the loopback device."""

import base64
import os
import subprocess
import threading
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
def server(tmp_path, monkeypatch):
    # The user's settings would have the git program do it.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    path = tmp_path / "served" / "up"
    path.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=path, check=True)
    commit(path, "one\n")
    server = Server(("127.0.0.1", 0), Handler)
    server.root = str(tmp_path / "served")
    server.upstream = path
    server.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


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
