"""Signatures that are prepared for a remote signing service, as they are written down; every write is conditional."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.errors import DocumentLocked, OutcomeUnknown, UnknownTransaction
from paraph.domain.rssp import Authorization
from paraph.hub.entities import RemotePrepared
from paraph.hub.freezing import FROZEN_SECONDS
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict


@dataclass(frozen=True)
class RemoteRecords:
    """One record for a frozen signature: with which authorisation the service was asked, and what it gave."""

    store: HubStore
    clock: Clock

    def keep(self, made: RemotePrepared) -> RemotePrepared:
        """The one that was made before for the same frozen signature counts: its value may be there already."""
        found = self.store.get(RemotePrepared, made.transaction_id)
        after = found[0].model_copy(update={"expires_at": made.expires_at}) if found else made
        return self._put(after, found[1] if found else 0)

    def ask_once(self, prepared: RemotePrepared, authorization: Authorization) -> RemotePrepared:
        """Written down before the service is asked. Raises OutcomeUnknown if it was, with this authorisation."""
        found, version = self._found(prepared)
        asked_with = hashlib.sha256(authorization.sad.encode()).hexdigest()
        if found.asked_with == asked_with:
            raise OutcomeUnknown("The service was asked with this authorisation, and the answer is not known.")
        return self._put(found.model_copy(update={"asked_with": asked_with}), version)

    def not_asked(self, prepared: RemotePrepared) -> RemotePrepared:
        """Nothing was done: the same authorisation may go on."""
        found, version = self._found(prepared)
        return self._put(found.model_copy(update={"asked_with": None}), version)

    def with_value(self, prepared: RemotePrepared, value: bytes) -> RemotePrepared:
        """What the service gave, verified; it cannot be lost any more."""
        found, version = self._found(prepared)
        return found if found.value == value else self._put(found.model_copy(update={"value": value}), version)

    def _found(self, prepared: RemotePrepared) -> tuple[RemotePrepared, int]:
        found = self.store.get(RemotePrepared, prepared.transaction_id)
        if found is None:
            raise UnknownTransaction("The prepared signature is not kept any more.", field=prepared.field_name)
        return found

    def _put(self, prepared: RemotePrepared, version: int) -> RemotePrepared:
        kept_until = self.clock.now() + timedelta(seconds=FROZEN_SECONDS)
        try:
            self.store.put(prepared.transaction_id, prepared, version, int(kept_until.timestamp()))
        except VersionConflict:
            raise DocumentLocked("Another call works on this signature.", field=prepared.field_name) from None
        return prepared
