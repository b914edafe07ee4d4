"""A small sound manifest and an invented adapter that fits it. Tests break them on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from witnessmark.declared import Declared, loads
from witnessmark.domain.capabilities import Capability, ObjectKind, Offer, Projection
from witnessmark.manifest.model import Manifest
from witnessmark.ports.host import AdapterInfo, Connection, HostAdapter

SOUND = """\
manifest: 1
identity:
  name: example
  title: Example
  version: 1.2.3
  publisher: Nobody
  licence: Apache-2.0
  canonical: https://example.org/base
  description: An invented plugin.
hosts:
  chart:
    tier: experimental
    profiles: [plain, fancy]
    scopes: [system/Staff.rus, system/Form.crus]
capabilities:
  read_staff: {required: true, without: Nothing syncs.}
  write_credentials: {required: false, without: Licences stay here.}
  hold_sessions: {required: false, without: Sessions stay here.}
  hold_forms: {required: false, without: Logs stay here.}
  hold_attestations: {required: false, without: Attestations stay here.}
  find_by_identifier: {required: false, without: Looked for in a list.}
  find_by_tag: {required: false, without: Looked for in a list.}
  create_once: {required: false, without: Looked for first.}
  write_guarded: {required: false, without: Read first.}
  see_changes: {required: false, without: Seen later.}
  hold_roles: {required: false, without: Roles stay here.}
  hold_verifications: {required: false, without: Checks stay here.}
  hold_requests: {required: false, without: Requests stay here.}
  hold_documents: {required: false, without: Scans stay here.}
  read_calendar: {required: false, without: Nothing is proposed.}
  read_notes: {required: false, without: Nobody is asked.}
  push_changes: {required: false, without: Seen later.}
objects:
  credentials: {enabled: true, projections: [structured, local], authority: host, on_conflict: ask}
  session:
    {enabled: true, projections: [structured, local], authority: witnessmark,
     on_conflict: ours}
  hour_log:
    {enabled: true, projections: [structured, local], authority: witnessmark,
     on_conflict: theirs}
  attestation: {enabled: false, projections: [local], authority: witnessmark, on_conflict: ask}
  agreement: {enabled: false, projections: [local], authority: witnessmark, on_conflict: ask}
  verification: {enabled: false, projections: [local], authority: witnessmark, on_conflict: ask}
  request: {enabled: false, projections: [local], authority: witnessmark, on_conflict: ask}
rules: {packs: [us-xx]}
surfaces: [commands]
schedules: {deliver: 30s, pull: 15m, sweep: 24h}
settings:
  - {key: in_flight, title: Sent at once., type: integer, default: 4, minimum: 1, maximum: 8}
  - {key: order, title: Which comes first., type: choice, default: day, choices: [day, month]}
  - {key: trial, title: Only a trial., type: boolean, default: false}
  - {key: mail_password, title: For sending mail., type: text, secret: true}
retention: {records_years: 7, audit_years: 7}
permissions:
  operator: [configure, import, sync, explain, match_staff, verify_credentials, audit]
  admin: [record_session, record_attestation]
  supervisor: [return, attest, revoke]
  supervisee: [log_hours, submit, withdraw, see_progress]
privacy: {never_stored: [names], never_leaves: [topics], note: None.}
"""

REQUEST = """\
  request: {enabled: false, projections: [local], authority: witnessmark, on_conflict: ask}
"""


def edited(*edits: tuple[str, str]) -> str:
    """Return the sound manifest with each piece of text replaced, the first time it stands."""
    text = SOUND
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def declared(*edits: tuple[str, str]) -> Declared[Manifest]:
    """Return the sound manifest, edited and read."""
    return loads(edited(*edits), Manifest, file="manifest.yaml")


def _no_host(_connection: Connection, _canonical: str, _offer: Offer | None) -> HostAdapter:
    raise AssertionError("the manifest never opens a host")


FORMS = frozenset({Capability.HOLD_FORMS})

CHART = AdapterInfo(
    name="chart",
    title="Chart (invented)",
    profiles=("plain", "fancy"),
    needs={
        ObjectKind.CREDENTIALS: {Projection.STRUCTURED: frozenset({Capability.WRITE_CREDENTIALS})},
        ObjectKind.SESSION: {Projection.STRUCTURED: FORMS},
        ObjectKind.HOUR_LOG: {Projection.STRUCTURED: FORMS},
    },
    scopes={
        Capability.READ_STAFF: frozenset({"system/Staff.rs"}),
        Capability.WRITE_CREDENTIALS: frozenset({"system/Staff.rus"}),
        Capability.HOLD_FORMS: frozenset({"system/Form.crus"}),
    },
    create=_no_host,
)

ADAPTERS: Mapping[str, AdapterInfo] = {"chart": CHART}
PACKS = ("us-xx",)
