"""FHIR hosts as the contract suite wants them: the sandbox practice and Medplum's router."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import requests
from tests.support.installation import Installation
from tests.support.medplum_host import medplum_host

from witnessmark.domain.ids import PersonId
from witnessmark.ports.host import AdapterInfo, Auth, AuthKind, Connection, HostAdapter
from witnessmark.ports.records import HostRef
from witnessmark.sandbox import Practice, serve
from witnessmark.testing import FOREIGN_MARK, PEOPLE
from witnessmark.transport.blocking import BlockingDriver
from witnessmark.wire import JsonObject, Request, Response
from witnessmark_adapters.fhir_r4 import ADAPTER
