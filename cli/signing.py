"""Signing one file: upload, order, follow, fetch."""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.api import Api, Json
from cli.exits import Exit
from cli.failures import Failure
from cli.follow import follow
from cli.output import Output
from cli.show import end_of, signing_shown


@dataclass(frozen=True)
class Wish:
    """What the command line asks for; absent things are the profile's."""

    file: Path
    order: Json
    out: Path
    report: Path | None
    overwrite: bool
    wait_seconds: float | None
    idempotency_key: str | None


def sign(output: Output, api: Api, wish: Wish) -> Exit:
    """Hand the file in, and bring the signed one back."""
    _refuse_to_overwrite(wish)
    signing = _start(output, api, wish)
    if wish.wait_seconds is None:
        output.result({"signing": signing}, f"{signing['signing_id']} runs: `paraph status {signing['signing_id']}`")
        return Exit.OK
    signing = follow(output, api, signing["signing_id"], wish.wait_seconds)
    saved = _fetch(output, api, signing, wish) if signing["status"] == "SIGNED" else {}
    lines = [f"Saved      {path}" for path in saved.values()]
    output.result({"signing": signing, **saved}, *signing_shown(signing), *lines)
    return end_of(signing)


def _refuse_to_overwrite(wish: Wish) -> None:
    """Before anything is signed: afterwards would be too late to say so."""
    if wish.wait_seconds is None:
        return
    for target in (wish.out, wish.report):
        if target is None:
            continue
        if target.exists() and not wish.overwrite:
            raise Failure(f"{target} exists", Exit.USAGE, "--out", "Name another file with --out, or give --overwrite.")
        if not target.parent.is_dir():
            raise Failure(f"there is no folder {target.parent}", Exit.USAGE, "--out", "Make it first.")


def _start(output: Output, api: Api, wish: Wish) -> Json:
    size = wish.file.stat().st_size
    with output.waiting(f"Uploading {wish.file.name}"):
        offer = api.offer_upload(wish.file.name, size)
        api.upload(offer, wish.file)
    output.note(f"Uploaded {wish.file.name} ({size:,} bytes) to {'the local stack' if api.place.local else 'AWS'}")
    order: dict[str, Any] = {**wish.order, "document": {"upload_id": offer["upload_id"]}}
    signing = api.start(order, wish.idempotency_key or str(uuid.uuid4()))
    output.note(f"Started {signing['signing_id']}")
    return signing


def _fetch(output: Output, api: Api, signing: Json, wish: Wish) -> dict[str, str]:
    with output.waiting("Fetching the signed document"):
        api.download(api.document_url(signing["signing_id"]), wish.out)
    saved = {"document": str(wish.out)}
    if wish.report:
        report = json.dumps(api.verification(signing["signing_id"]), indent=2, ensure_ascii=False)
        wish.report.write_text(report + "\n", encoding="utf-8")
        saved["report"] = str(wish.report)
    return saved
