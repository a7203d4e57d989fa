"""What the parts of the client share."""

from dataclasses import dataclass

from paraph.ports.document_store import DocumentStore
from paraph.signinghub.accounts import Accounts


@dataclass(frozen=True)
class Part:
    """Operations of `Hub` on a SigningHub installation; `documents` is our own bucket."""

    accounts: Accounts
    documents: DocumentStore
