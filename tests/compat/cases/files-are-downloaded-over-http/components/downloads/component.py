import hashlib
import http.server
import threading

from batou.component import Component
from batou.lib.download import Download

CONTENT = b"content\n" * 1000


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives the content to whom it knows, in different ways."""

    def do_GET(self):
        if self.path == "/moved/file":
            self.answer(302, b"", {"Location": "/elsewhere?file"})
        elif self.path == "/wanted":
            known = self.headers["X-Token"] == "token"
            self.answer(200 if known else 403, CONTENT if known else b"no")
        elif self.path in ("/elsewhere?file", "/name.txt?query"):
            self.answer(200, CONTENT)
        else:
            self.answer(404, b"missing")

    def answer(self, status, body, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


class Named(Download):
    @property
    def namevar_for_breadcrumb(self):
        # The port is another one in each run.
        return self.uri.partition("/")[2].partition("/")[2].partition("/")[2]


class Downloads(Component):
    def configure(self):
        there = address()
        checksum = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
        self += Named(f"{there}/moved/file", checksum=checksum)
        self += Named(f"{there}/name.txt?query", checksum=checksum)
        self += Named(f"{there}/wanted", checksum=checksum, requests_kwargs={"headers": {"X-Token": "token"}})
