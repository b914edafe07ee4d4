"""A subscriber on a real socket: keeps what it is told, and answers what the test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True)
class Told:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Subscriber:
    """Answers with `statuses` in turn, then 200; does something `before_answer`."""

    endpoint: str = ""
    before_answer: Callable[[], object] = bool
    told: list[Told] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    heard = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.told.append(Told("POST", self.path, headers, body))
            heard.before_answer()
            self.send_response(heard.statuses.pop(0) if heard.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard.endpoint = f"http://127.0.0.1:{server.server_address[1]}/told"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield heard
        server.shutdown()
        thread.join()
