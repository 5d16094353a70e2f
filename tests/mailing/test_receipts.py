"""The receipt of a consent by mail: judged by a machine that knows nothing of us."""

import json
from pathlib import Path

from zweck.ledger.verify import verify


def test_the_receipt_is_judged_offline_and_a_changed_one_is_found_out(lasting_receipt: bytes, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_bytes(lasting_receipt)
    report = verify(file)
    assert (report.trouble, report.kind) == ((), "receipt of consent by mail")

    for change in ({"purpose": "events"}, {"confirmed_at": "2020-01-01T00:00:00.000000Z"}, {"message_id": "x"}):
        told = json.loads(lasting_receipt)
        told["record"] |= change
        file.write_text(json.dumps(told), encoding="utf-8")
        assert verify(file).trouble != ()
