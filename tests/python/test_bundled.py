"""Modules that come along: yaml, crypt, requests and the older names of standard modules."""

import gzip
import http.server
import io
import json
import subprocess
import sys
import threading
import zlib

import pytest

#: (value, options, what PyYAML 6.0.3 writes)
YAML_TEXTS = [
    ({'b': [1, {'c': None}], 'a': 'x'}, {}, 'a: x\nb:\n- 1\n- c: null\n'),
    ({'b': 1, 'a': 2}, {'sort_keys': False}, 'b: 1\na: 2\n'),
    ({'a': [1, [2, 3]], 'b': {'c': 1.5}}, {'default_flow_style': None}, 'a:\n- 1\n- [2, 3]\nb: {c: 1.5}\n'),
    ({'a': [1, 'x, y', {'k: v': True}]}, {'default_flow_style': True}, "{a: [1, 'x, y', {'k: v': true}]}\n"),
    ('é\u2028x', {}, '"\\xE9\\Lx"\n'),
    ({'ä': 'ö'}, {'allow_unicode': True}, 'ä: ö\n'),
    (['word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word '], {'width': 40}, "- 'word word word word word word word word\n  word word word word word word word word\n  word word word word word word word word\n  word word word word word word '\n"),
    (['word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word '], {'width': float("inf")}, "- 'word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word '\n"),
    ({'a': {'b': ['c']}}, {'indent': 4}, 'a:\n    b:\n    - c\n'),
    ({'a': '1', 'b': 1, 'c': 'yes'}, {'default_style': '"'}, '"a": "1"\n"b": !!int "1"\n"c": "yes"\n'),
    ({'t': 'line one\nline two\n'}, {'default_style': '|'}, '"t": |\n  line one\n  line two\n'),
    ({'t': 'folded text\nmore\n'}, {'default_style': '>'}, '"t": >\n  folded text\n\n  more\n'),
    ([1], {'explicit_start': True, 'explicit_end': True}, '---\n- 1\n...\n'),
    ('plain', {}, 'plain\n...\n'),
    (b'bytes', {}, '!!binary |\n  Ynl0ZXM=\n'),
    ([], {}, '[]\n'),
    ({'n': float("inf"), 'e': 1e+20}, {}, 'e: 1.0e+20\nn: .inf\n'),
]


@pytest.mark.parametrize("value, options, text", YAML_TEXTS)
def test_yaml_is_written_as_by_pyyaml(value, options, text):
    import yaml

    assert yaml.safe_dump(value, **options) == text
    assert yaml.safe_load(text) == value


def test_yaml_of_several_documents():
    import yaml

    assert yaml.safe_dump_all([{"a": 1}, [2], "x"]) == "a: 1\n---\n- 2\n--- x\n...\n"
    assert list(yaml.safe_load_all("a: 1\n---\n- 2\n--- x\n...\n")) == [{"a": 1}, [2], "x"]
    with pytest.raises(yaml.composer.ComposerError):
        yaml.safe_load("a\n---\nb")


def test_yaml_streams_and_encodings():
    import yaml

    stream = io.StringIO()
    assert yaml.dump({"a": "é"}, stream, allow_unicode=True) is None
    assert stream.getvalue() == "a: é\n"
    assert yaml.dump("é", encoding="utf-8", allow_unicode=True) == "é\n...\n".encode()
    assert yaml.safe_load(io.BytesIO(b"[1, 2]")) == [1, 2]
    assert yaml.load("a: 1", Loader=yaml.CSafeLoader) == {"a": 1}


def test_yaml_errors_name_their_place():
    import yaml

    with pytest.raises(yaml.YAMLError) as caught:
        yaml.safe_load("a: 1\nb: c: d\n")
    assert isinstance(caught.value, yaml.scanner.ScannerError)
    assert (caught.value.problem_mark.line, caught.value.problem_mark.column) == (1, 4)
    assert 'in "<unicode string>", line 2, column 5' in str(caught.value)
    with pytest.raises(yaml.constructor.ConstructorError):
        yaml.load("!!python/object/apply:os.system [ls]", Loader=yaml.Loader)


def test_yaml_constructors_and_representers():
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    class Dumper(yaml.SafeDumper):
        def increase_indent(self, flow=False, indentless=False):
            return super().increase_indent(flow, False)

    Loader.add_constructor("!env", lambda loader, node: "env:" + loader.construct_scalar(node))
    Loader.add_multi_constructor("!ns/", lambda loader, rest, node: (rest, loader.construct_mapping(node)))
    assert yaml.load("a: !env HOME\nb: !ns/x {c: [1]}", Loader) == {"a": "env:HOME", "b": ("x", {"c": [1]})}
    with pytest.raises(yaml.YAMLError):
        yaml.safe_load("!env HOME")

    style = lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
    Dumper.add_representer(str, style)
    assert yaml.dump({"a": "x\ny\n", "b": ["c"]}, Dumper=Dumper) == "a: |\n  x\n  y\nb:\n  - c\n"
    assert yaml.dump((1, 2)) == "!!python/tuple\n- 1\n- 2\n"
    with pytest.raises(yaml.representer.RepresenterError):
        yaml.safe_dump(object())
    import collections

    for dump in (yaml.safe_dump, yaml.dump):
        with pytest.raises(yaml.representer.RepresenterError):
            dump(collections.OrderedDict(a=1))
    with pytest.raises(NotImplementedError):
        yaml.dump(1, canonical=True)


@pytest.mark.parametrize("content, expected", [("VERSION = 'own'\n", "own"), (None, "bundled")])
def test_a_module_of_the_project_wins_and_a_directory_does_not(tmp_path, content, expected):
    if content:
        (tmp_path / "yaml.py").write_text(content)
    else:
        (tmp_path / "yaml").mkdir()
    program = f"import sys; sys.path.append({str(tmp_path)!r}); import yaml; print(getattr(yaml, 'VERSION', None) or bool(yaml.safe_load) and 'bundled')"
    output = subprocess.run([sys.executable, "python", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert output.stdout.strip() == expected, output.stderr


def test_nothing_is_imported_that_is_not_asked_for(tmp_path):
    program = "import sys; print([name for name in sys.modules if name.startswith(('_batou_bundled', 'yaml', 'requests', 'jinja2', 'markupsafe', 'configupdater', 'pkg_resources', 'py.'))])"
    output = subprocess.run([sys.executable, "python", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert output.stdout.strip() == "[]", output.stderr


@pytest.mark.parametrize(
    "word, salt, expected",
    [
        ("secret", "$6$abcdefgh", "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG."),
        ("secret", "$5$x", "$5$x$u/w5rkS/ZkEW8w7w0VcSy915tS82tDWKB5Ee9giohyD"),
        ("secret", "$1$ab", "$1$ab$dslkcXxVH.x8LwW1W/oAB/"),
        ("secret", "$2b$04$abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"),
    ],
)
def test_crypt_is_that_of_the_c_library(word, salt, expected):
    import crypt

    assert crypt.crypt(word, salt) == expected
    assert crypt.crypt(word, expected) == expected


def test_salts():
    import crypt

    for method in crypt.methods:
        salt = crypt.mksalt(method, rounds=16 if method is crypt.METHOD_BLOWFISH else None)
        hashed = crypt.crypt("secret", salt)
        assert len(hashed) == method.total_size and crypt.crypt("secret", hashed) == hashed
    assert crypt.mksalt(crypt.METHOD_SHA256, rounds=5000).startswith("$5$rounds=5000$")
    assert crypt.crypt("secret").startswith("$6$")
    with pytest.raises(OSError):
        crypt.crypt("secret", "xx")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        status, headers = 200, {"Content-Type": "application/json"}
        path = self.path.partition("?")[0]
        if path.startswith("/status/"):
            status = int(path.rpartition("/")[2])
        elif path == "/redirect":
            status, headers = 302, {"Location": "/target", "Set-Cookie": "seen=yes; Path=/"}
        elif path == "/loop":
            status, headers = 302, {"Location": "/loop"}
        elif path == "/latin":
            headers = {"Content-Type": "text/plain"}
        data = json.dumps({"method": self.command, "path": self.path, "body": body, "headers": dict(self.headers.items())}).encode()
        if path == "/latin":
            data = "é\nb\n".encode("latin1")
        elif path.startswith("/packed/"):
            headers = {"Content-Type": "text/plain", "Content-Encoding": path.rpartition("/")[2]}
            data = {"deflate": zlib.compress(b"text"), "bare": zlib.compress(b"text")[2:-4], "gzip": gzip.compress(b"text"), "br": b"\x0b\x01\x80text\x03"}[path.rpartition("/")[2]]
            headers["Content-Encoding"] = headers["Content-Encoding"].replace("bare", "deflate")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_address[1]}"
    served.shutdown()
    thread.join()
    served.server_close()


def test_requests_ask_and_answer(server):
    import requests

    response = requests.get(server + "/a", params={"x": [1, 2], "y": "ä b", "z": None}, auth=("me", "secret"), headers={"X-Own": "1"})
    assert (response.status_code, response.ok, response.reason, response.encoding) == (200, True, "OK", "utf-8")
    assert response.url == server + "/a?x=1&x=2&y=%C3%A4+b"
    seen = response.json()
    assert (seen["method"], seen["path"]) == ("GET", "/a?x=1&x=2&y=%C3%A4+b")
    sent = {name.lower(): value for name, value in seen["headers"].items()}
    assert (sent["authorization"], sent["x-own"], sent["accept"]) == ("Basic bWU6c2VjcmV0", "1", "*/*")
    assert response.headers["CONTENT-type"] == "application/json"
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(requests, method)(server + "/a").json()["method"] == method.upper()
    assert requests.head(server + "/a").content == b""


@pytest.mark.parametrize("encoding, content", [("deflate", b"text"), ("bare", b"text"), ("gzip", b"text"), ("br", b"\x0b\x01\x80text\x03")])
def test_requests_unpack_what_they_ask_for(server, encoding, content):
    import requests

    response = requests.get(server + "/packed/" + encoding)
    assert response.content == content
    assert response.request.headers["Accept-Encoding"] == "gzip, deflate"
    assert requests.head(server + "/packed/" + encoding).content == b""


def test_requests_list_the_names_of_headers_in_lower_case(server):
    import requests

    headers = requests.get(server + "/a").headers
    assert "content-type" in list(headers) and headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "arguments, body, content_type",
    [
        ({"data": {"a": "1 2", "b": ["x", "y"]}}, "a=1+2&b=x&b=y", "application/x-www-form-urlencoded"),
        ({"json": {"a": [1, None]}}, '{"a": [1, null]}', "application/json"),
        ({"data": b"raw"}, "raw", None),
        ({"data": io.BytesIO(b"file")}, "file", None),
    ],
)
def test_requests_send_bodies(server, arguments, body, content_type):
    import requests

    seen = requests.post(server + "/a", **arguments).json()
    sent = {name.lower(): value for name, value in seen["headers"].items()}
    assert (seen["body"], sent.get("content-type")) == (body, content_type)


def test_requests_follow_redirects_with_cookies(server):
    import requests

    session = requests.Session()
    response = session.post(server + "/redirect", data="x")
    assert [(one.status_code, one.url) for one in response.history] == [(302, server + "/redirect")]
    assert (response.url, response.json()["method"], response.json()["body"]) == (server + "/target", "GET", "")
    assert session.cookies["seen"] == "yes"
    assert session.get(server + "/a").request.headers["Cookie"] == "seen=yes"
    assert requests.get(server + "/redirect", allow_redirects=False).status_code == 302
    with pytest.raises(requests.TooManyRedirects):
        requests.get(server + "/loop")


def test_requests_that_fail(server):
    import requests

    response = requests.get(server + "/status/404")
    assert not response.ok
    with pytest.raises(requests.HTTPError, match=f"404 Client Error: Not Found for url: {server}/status/404"):
        response.raise_for_status()
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get("http://127.0.0.1:1/")
    for url, kind in [("127.0.0.1/x", "MissingSchema"), ("ftp://host/", "InvalidSchema"), ("http://", "InvalidURL")]:
        with pytest.raises(getattr(requests.exceptions, kind)):
            requests.get(url)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        requests.get(server + "/latin").json()


def test_responses_in_pieces(server):
    import requests

    with requests.get(server + "/latin", stream=True) as response:
        assert b"".join(response.iter_content(2)) == "é\nb\n".encode("latin1")
    response = requests.get(server + "/latin")
    assert (response.encoding, response.text) == ("ISO-8859-1", "é\nb\n")
    assert list(response.iter_lines()) == ["é".encode("latin1"), b"b"]


def test_a_server_that_says_nothing():
    import socket

    import requests

    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.3)


def test_older_names_of_standard_modules():
    import importlib.metadata
    import importlib.resources

    import importlib_metadata
    import importlib_resources

    assert importlib_metadata.version is importlib.metadata.version
    assert importlib_resources.files is importlib.resources.files


@pytest.mark.parametrize("name", ["ssl", "urllib.request", "http.client", "xmlrpc.client", "smtplib", "ftplib"])
def test_standard_modules_of_the_network_are_there(name):
    assert __import__(name)
