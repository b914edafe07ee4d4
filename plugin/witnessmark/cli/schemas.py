"""The JSON Schemas of what commands print: `python -m witnessmark.cli.schemas DIR` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from witnessmark.application.asked import RequestsResult
from witnessmark.application.deciding_staff import Decided
from witnessmark.application.explaining import Explanation
from witnessmark.application.undo_import import Undone
from witnessmark.canonical import adapter_of
from witnessmark.cli.conflicts import ConflictsResult
from witnessmark.cli.connect import ConnectResult
from witnessmark.cli.delivery import DeliveryResult
from witnessmark.cli.demo import DemoResult
from witnessmark.cli.doctor import DoctorResult
from witnessmark.cli.drafts import DraftsResult
from witnessmark.cli.licences import CredentialListResult, CredentialVerifyResult
from witnessmark.cli.manifest import CheckResult
from witnessmark.cli.progress import ProgressResult
from witnessmark.cli.push import PushResult
from witnessmark.cli.reading import ImportResult
from witnessmark.cli.rules import RulesCheckResult, RulesListResult
from witnessmark.cli.rules_case import RulesCaseResult
from witnessmark.cli.rules_diff import RulesDiffResult
from witnessmark.cli.rules_evaluate import RulesEvaluateResult
from witnessmark.cli.settings import SettingsResult
from witnessmark.cli.staff import StaffResult
from witnessmark.cli.sync import SyncsResult
from witnessmark.cli.talk import Failure
from witnessmark.cli.terms import TermsResult
from witnessmark.domain.verifications import Verification
from witnessmark.ports.audit import AuditVerdict
from witnessmark.rules.describing import PackWords

RESULTS: Mapping[str, type] = {
    "audit-verify": AuditVerdict,
    "conflicts": ConflictsResult,
    "connect": ConnectResult,
    "credential-list": CredentialListResult,
    "credential-looked": Verification,
    "credential-verify": CredentialVerifyResult,
    "delivery-list": DeliveryResult,
    "delivery-replay": DeliveryResult,
    "delivery-show": DeliveryResult,
    "demo": DemoResult,
    "doctor": DoctorResult,
    "drafts": DraftsResult,
    "explain": Explanation,
    "failure": Failure,
    "import": ImportResult,
    "import-undo": Undone,
    "manifest-check": CheckResult,
    "progress": ProgressResult,
    "push-off": PushResult,
    "push-on": PushResult,
    "push-show": PushResult,
    "serve": SyncsResult,
    "requests": RequestsResult,
    "rules-case": RulesCaseResult,
    "rules-check": RulesCheckResult,
    "rules-diff": RulesDiffResult,
    "rules-evaluate": RulesEvaluateResult,
    "rules-list": RulesListResult,
    "rules-show": PackWords,
    "settings-list": SettingsResult,
    "staff-list": StaffResult,
    "staff-match": Decided,
    "sync": SyncsResult,
    "terms": TermsResult,
}
"""Every command's object; `failure` is what any command prints instead when it fails."""


def schemas() -> Mapping[str, str]:
    """Return the text of every schema file by its name."""
    return {
        f"{name}.schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema"}
            | adapter_of(kind).json_schema(mode="serialization"),
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, kind in RESULTS.items()
    }


def main() -> None:
    """Write every schema into the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
