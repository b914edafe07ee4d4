"""Early pytest plugin: pytest-httpx then mocks httpx2, the client the sync loop really uses."""

import httpx2

httpx2.alias_httpx()
