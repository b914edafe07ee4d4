"""Serves sekmet-fhir on loopback; run by the Python of sekmet's own environment.

`host.py SETTINGS PORT [TYPE:PARAMETER:KIND:PATH ...]`: what sekmet is to search by besides its own.
"""

import json
import socket
import sys
from importlib import import_module

import uvicorn


def main(settings_file: str, port: str, *searches: str) -> None:
    """Take the port (0: the kernel chooses), say which, and serve until killed."""
    table = import_module("sekmet.fhir.search_params")
    for search in searches:
        kind, name, how, path = search.split(":")
        table.PARAMS.setdefault(kind, {})[name] = table.SearchParam(name, how, (path,))
    settings = import_module("sekmet.config").load_settings(settings_file)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", int(port)))
        listening.listen()
        settings.port = listening.getsockname()[1]
        settings.base_url = f"http://127.0.0.1:{settings.port}/fhir"
        app = import_module("sekmet.main").create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        sys.stdout.write(json.dumps({"port": settings.port}) + "\n")
        sys.stdout.flush()
        server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
