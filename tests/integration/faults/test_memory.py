"""What a huge page costs, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.fault_proxy import Fault, FaultProxy, GzipBomb, HugePage, always

from witnessmark.sandbox import RunningPractice

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", ["requests", "httpx2"])
@pytest.mark.parametrize("fault", [HugePage(50), GzipBomb(256)], ids=["50 MB", "gzip bomb"])
def test_a_huge_page_is_refused_in_less_than_200_mb(
    proxy: FaultProxy, ehr: RunningPractice, kind: str, fault: Fault
) -> None:
    proxy.plan = always(fault)
    key = ehr.practice.access.issue_key("system/Practitioner.s")
    command = [sys.executable, "-m", "tests.integration.faults.one_page"]
    done = subprocess.run(  # noqa: S603 - our own module
        [*command, kind, proxy.base_url, key],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = json.loads(done.stdout)
    assert told["raised"] == "UnreadableAnswerError"
    assert 20 < told["mebibytes"] < 200
