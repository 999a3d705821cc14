import hashlib
import http.server
import os
import threading

import pytest

import batou.lib.download
import batou.utils
from batou.lib.archive import Extract
from batou.lib.download import Download, DownloadError


def digest(content, function="sha256"):
    return f"{function}:{getattr(hashlib, function)(content).hexdigest()}"


@pytest.fixture
def server(monkeypatch):
    """A server that gives the paths of its dictionary, and remembers the headers of requests."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append((self.path, dict(self.headers)))
            content = contents.get(self.path.partition("?")[0])
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *arguments):
            pass

    contents, requests = {}, []
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    running.contents, running.requests = contents, requests
    running.host = f"127.0.0.1:{running.server_address[1]}"
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def test_targets_come_from_the_uri(deployment):
    for uri, target in [
        ("http://host/a/b%20c.tar.gz?x=1/2#f", "b%20c.tar.gz"),
        ("http://host/a;p/b;c", "b;c"),
        ("plain", "plain"),
        ("file:///a/b", "b"),
    ]:
        download = Download(uri, checksum="md5:ab")
        deployment.holding(download)
        assert (download.target, download.checksum_function, download.checksum) == (target, "md5", "ab")
    for uri in ("http://host/", "http://host", "http://host/a/?b"):
        with pytest.raises(KeyError) as caught:
            deployment.holding(Download(uri, checksum="md5:ab"))
        assert caught.value.args == ("No target is given and the URI does not allow deriving a filename.",)


def test_checksums_have_a_function(deployment):
    with pytest.raises(ValueError, match="^No checksum given.$"):
        deployment.holding(Download("http://host/a"))
    for checksum in ("abc", "a:b:c"):
        with pytest.raises(ValueError, match="unpack"):
            deployment.holding(Download("http://host/a", checksum=checksum))


def test_passwords_are_not_shown(deployment, work, server):
    download = Download(f"http://me:secret@{server.host}/secret", checksum="md5:ab")
    deployment.holding(download)
    assert download._breadcrumb == f"Download('http://me:*****@{server.host}/*****')"
    os.chdir(work)
    with pytest.raises(DownloadError) as caught:
        download.update()
    assert f"cannot download http://me:*****@{server.host}/*****: the server answers 404 Not Found" == str(caught.value)


def test_functions_and_digests_in_any_case(deployment, work, server):
    server.contents["/a"] = b"content"
    for function in ("md5", "sha1", "sha224", "sha512", "sha3_256", "blake2b", "blake2s", "SHA256"):
        checksum = digest(b"content", function.lower()).partition(":")[2].upper()
        download = Download(f"http://{server.host}/a", target=function, checksum=f"{function}:{checksum}")
        top = deployment.deploy(download)
        assert (work / function).read_bytes() == b"content"
        top.deploy()
        assert not download.changed
    with pytest.raises(AttributeError):
        deployment.deploy(Download(f"http://{server.host}/a", target="x", checksum="nothing:abc"))


def test_another_uri_with_the_same_digest_is_not_downloaded(deployment, work, server):
    server.contents["/a"] = b"content"
    deployment.deploy(Download(f"http://{server.host}/a", target="x", checksum=digest(b"content")))
    deployment.deploy(Download(f"http://{server.host}/elsewhere", target="x", checksum=digest(b"content")))
    assert len(server.requests) == 1


def test_a_wrong_digest_leaves_the_old_file(deployment, work, server):
    server.contents["/a"] = b"other"
    (work / "a").write_text("old")
    expected = digest(b"content")
    with pytest.raises(AssertionError) as caught:
        deployment.deploy(Download(f"http://{server.host}/a", checksum=expected))
    actual = digest(b"other").partition(":")[2]
    assert str(caught.value) == f"Checksum mismatch!\nexpected: {expected.partition(':')[2]}\ngot: {actual}"
    assert os.listdir(work) == ["a"]
    assert (work / "a").read_text() == "old"


def test_arguments_for_requests(deployment, work, server):
    server.contents["/a"] = b"content"
    kwargs = {
        "headers": {"X-Token": "t", "X-None": None},
        "auth": ("me", "pw"),
        "timeout": 5,
        "verify": False,
        "params": {"q": ["1", "2"]},
        "cookies": {"c": "d"},
        "stream": True,
    }
    deployment.deploy(Download(f"http://{server.host}/a", checksum=digest(b"content"), requests_kwargs=kwargs))
    path, headers = server.requests[0]
    assert path == "/a?q=1&q=2"
    assert headers["x-token" if "x-token" in headers else "X-Token"] == "t"
    lower = {name.lower(): value for name, value in headers.items()}
    assert (lower["authorization"], lower["cookie"]) == ("Basic bWU6cHc=", "c=d")
    assert "x-none" not in lower
    with pytest.raises(ValueError, match="requests_kwargs: cert, hooks cannot be used here; understood are"):
        deployment.holding(Download("http://host/a", checksum="md5:a", requests_kwargs={"hooks": {}, "cert": "x"}))
    with pytest.raises(ValueError, match="auth must be a pair"):
        deployment.holding(Download("http://host/a", checksum="md5:a", requests_kwargs={"auth": object()}))


def test_credentials_of_netrc(deployment, work, server, tmp_path, monkeypatch):
    import base64

    server.contents["/a"] = b"content"
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password pw\n")
    monkeypatch.setenv("NETRC", str(netrc))

    def authorization(uri, **kwargs):
        (work / "a").unlink(missing_ok=True)
        deployment.deploy(Download(uri, target="a", checksum=digest(b"content"), requests_kwargs=kwargs))
        headers = {name.lower(): value for name, value in server.requests[-1][1].items()}
        value = headers.get("authorization", "")
        return base64.b64decode(value[6:]).decode() if value.startswith("Basic ") else value

    # The order is that of requests: an argument, the file, the URL; the file counts before a header.
    assert authorization(f"http://{server.host}/a") == "me:pw"
    assert authorization(f"http://you:secret@{server.host}/a") == "me:pw"
    assert authorization(f"http://{server.host}/a", auth=("x", "y")) == "x:y"
    assert authorization(f"http://{server.host}/a", headers={"Authorization": "Token t"}) == "me:pw"
    netrc.write_text("machine elsewhere login me password pw\n")
    assert authorization(f"http://you:secret@{server.host}/a") == "you:secret"
    assert authorization(f"http://{server.host}/a", headers={"Authorization": "Token t"}) == "Token t"


def test_files_of_this_machine(deployment, work, tmp_path):
    source = tmp_path / "so urce"
    source.write_text("content")
    uri = f"file://{tmp_path}/so%20urce"
    deployment.deploy(Download(uri, target="x", checksum=digest(b"content")))
    assert (work / "x").read_text() == "content"
    source.write_text("other")
    (work / "x").write_text("old")
    with pytest.raises(AssertionError, match="Checksum mismatch!"):
        deployment.deploy(Download(uri, target="x", checksum=digest(b"content")))
    assert (work / "x").read_text() == "old"
    with pytest.raises(FileNotFoundError):
        deployment.deploy(Download("file:///missing/file", checksum=digest(b"content")))
    with pytest.raises(ValueError, match="unknown url type"):
        deployment.deploy(Download("no-scheme", checksum=digest(b"content")))
    with pytest.raises(AttributeError, match="nothing"):
        deployment.deploy(Download(f"file://{source}", target="y", checksum="nothing:00"))
    assert not (work / "y").exists()


def test_what_urllib_opens(deployment, work):
    deployment.deploy(Download("data:text/plain,content", target="x", checksum=digest(b"content")))
    assert (work / "x").read_text() == "content"
    with pytest.raises(AssertionError, match="Checksum mismatch!"):
        deployment.deploy(Download("data:text/plain,other", target="x", checksum=digest(b"missing")))
    assert os.listdir(work) == ["x"]


def test_urlretrieve_may_be_replaced(deployment, work, monkeypatch):
    calls = []

    def retrieve(uri, target):
        calls.append((uri, target))
        with open(target, "w") as file:
            file.write("content")

    monkeypatch.setattr(batou.lib.download, "urlretrieve", retrieve)
    deployment.deploy(Download("ftp://host/a", checksum=digest(b"content")))
    assert calls == [("ftp://host/a", "a")]
    with pytest.raises(AssertionError, match="Checksum mismatch!"):
        deployment.deploy(Download("ftp://host/b", checksum=digest(b"other")))


def test_the_digest_function_may_be_replaced(deployment, work, monkeypatch):
    (work / "a").write_text("x")
    monkeypatch.setattr(batou.utils, "hash", lambda path, function: f"{path} by {function}")
    deployment.deploy(Download("http://host/a", checksum="md5:a by md5"))


def test_a_download_is_unpacked(deployment, work, server, tmp_path):
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        target.writestr("d/a", "x")
    server.contents["/a.zip"] = content.getvalue()
    download = Download(f"http://{server.host}/a.zip", checksum=digest(content.getvalue()))

    def configure(self):
        self += download
        self += Extract(download.target)

    deployment.top(configure).deploy()
    assert (work / "a" / "d" / "a").read_text() == "x"


@pytest.fixture
def ftp_server():
    """A server that gives one file to one user."""
    import socket

    def serve():
        connection, _ = listener.accept()
        with connection:
            commands = connection.makefile("r", encoding="utf-8", newline="\r\n")
            reply = lambda text: connection.sendall(f"{text}\r\n".encode())
            data = None
            reply("220 here")
            for line in commands:
                word, _, argument = line.strip().partition(" ")
                said.append(line.strip())
                if word == "USER":
                    reply("331 password")
                elif word == "PASS":
                    reply("230 in" if argument == "secret" else "530 no")
                elif word in ("EPSV", "PASV"):
                    data = socket.create_server(("127.0.0.1", 0))
                    port = data.getsockname()[1]
                    if word == "EPSV":
                        reply(f"229 passive (|||{port}|)")
                    else:
                        reply(f"227 passive (127,0,0,1,{port >> 8},{port & 255})")
                elif word == "RETR":
                    if argument != "file":
                        reply("550 no such file")
                        continue
                    reply("150 comes")
                    with data.accept()[0] as channel:
                        channel.sendall(b"content")
                    reply("226 done")
                elif word == "QUIT":
                    reply("221 bye")
                    break
                else:
                    reply("250 fine")

    said = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)
    listener.close()


def test_files_of_ftp_servers(deployment, work, ftp_server):
    uri = f"ftp://me:secret@{ftp_server}/d/file"
    deployment.deploy(Download(uri, checksum=digest(b"content")))
    assert os.listdir(work) == ["file"]
    assert (work / "file").read_bytes() == b"content"


def test_errors_of_ftp_servers_do_not_show_passwords(deployment, work, ftp_server):
    with pytest.raises(DownloadError) as caught:
        deployment.deploy(Download(f"ftp://me:wrong@{ftp_server}/d/file", checksum=digest(b"content")))
    assert "ftp://me:*****@" in str(caught.value) and "wrong" not in str(caught.value)
    assert os.listdir(work) == []
