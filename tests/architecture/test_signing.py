"""Nobody but a person signs: no code here could, and what would is found."""

from pathlib import Path

from tests.architecture.signing import READERS, could_sign
from tests.architecture.sources import ADAPTERS, PLUGIN, ROOT, plant


def test_no_code_names_what_only_a_person_signs() -> None:
    assert could_sign(ROOT) == []


def test_what_is_let_through_is_still_there() -> None:
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in READERS}
    assert all(name in texts[path] for path, name in READERS)


def test_code_that_could_sign_is_caught_however_it_writes(tmp_path: Path) -> None:
    lines = (
        'body = {"authenticator": {"reference": who}}',
        'body["docStatus"] = "final"',
        'NAME = "attester"',
        "Provenance(signature=[given])",
        'operator.setitem(contract, "signer", who)',
        'FIELDS = ("sourceSignature", other)',
        "body = json.loads('{\"authenticator\": {}}')",
        'patch = [{"op": "add", "path": "/authenticator", "value": who}]',
        "note.authenticator = who",
        'body.update([[b"docStatus".decode(), "final"]])',
        'said = "Her signature is asked for, and the co-signature of an author."',
    )
    for path in (f"{PLUGIN}/sync/planted.py", f"{ADAPTERS}/other/mapping/planted.py"):
        plant(tmp_path, path, "\n".join(lines) + "\n")
    plant(tmp_path, f"{PLUGIN}/sandbox/planted.py", lines[0])
    for path in (f"{ADAPTERS}/other/mapping/planted.py", f"{PLUGIN}/sync/planted.py"):
        found = [one for one in could_sign(tmp_path) if one.startswith(path)]
        assert found == [
            f"{path}:1: names authenticator",
            f"{path}:2: names docStatus",
            f"{path}:3: names attester",
            f"{path}:4: names signature",
            f"{path}:5: names signer",
            f"{path}:6: names sourceSignature",
            f"{path}:7: names authenticator",
            f"{path}:8: names authenticator",
            f"{path}:9: names authenticator",
            f"{path}:10: names docStatus",
        ]
    assert len(could_sign(tmp_path)) == 20
