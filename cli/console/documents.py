"""Documents that pages look at, fetched once and kept in a private folder while the console runs."""

import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from cli.api import Api

KEPT = 12
SUBMITTED = "submitted"
SIGNED = "signed"


class Documents:
    """The newest few; their revisions never change."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="paraph-console-"))  # for its owner only
        self._kept: OrderedDict[tuple[str, str, str], Path] = OrderedDict()
        self._lock = threading.Lock()

    def fetch(self, api: Api, signing_id: str, which: str) -> Path:
        """The document as it was submitted, or signed; the API says whether the caller may have it."""
        key = (api.place.api_url, signing_id, which)
        with self._lock:
            file = self._kept.get(key)
            if file is None:
                address: Callable[[str], str] = api.submitted_url if which == SUBMITTED else api.document_url
                file = self._folder / f"{signing_id}-{which}.pdf"
                api.download(address(signing_id), file)
                self._kept[key] = file
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)[1].unlink(missing_ok=True)
            return file

    def uploading(self) -> "tempfile._TemporaryFileWrapper[bytes]":
        """A file for a document on its way to storage."""
        return tempfile.NamedTemporaryFile(dir=self._folder, prefix="upload-", suffix=".pdf")

    def close(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self._folder, ignore_errors=True)
