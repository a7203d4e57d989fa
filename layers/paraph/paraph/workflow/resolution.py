"""What is wanted: the profile's settings, with the caller's wishes over them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from paraph.domain.configuration import Profile
from paraph.domain.errors import InvalidRequest, UnknownProfile
from paraph.domain.hubs import HubName
from paraph.domain.request import SigningWishes
from paraph.domain.signing import Signing
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub_store import HubStore

REQUEST_LIMIT = 1 << 20


def find_profile(store: HubStore, name: str) -> Profile:
    """The profile of this name. Raises UnknownProfile."""
    found = store.get(Profile, name) if name else None
    if found is None:
        raise UnknownProfile("There is no such signing profile.", profile=name[:64])
    return found[0]


def read_wishes(documents: DocumentStore, signing: Signing) -> SigningWishes:
    """The wishes that came with the document, or none. Raises InvalidRequest, naming the property."""
    request = signing.source.request
    if request is None:
        return SigningWishes()
    if request.size > REQUEST_LIMIT:
        raise InvalidRequest("The request is too long.", limit=REQUEST_LIMIT)
    try:
        return SigningWishes.model_validate_json(documents.read(request))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "request"
        raise InvalidRequest("The request is not valid.", property=where, reason=first["type"]) from None


def resolve(signing: Signing, profile: Profile, wishes: SigningWishes, default_hub: HubName) -> Signing:
    """The signing with everything decided that a step will need; form values stay where they are."""
    update: Mapping[str, Any] = {
        "owner": profile.owner,
        "hub": profile.hub or default_hub,
        "signatory": wishes.signatory or profile.signatory,
        "field": wishes.field or profile.field,
        "signing_server": wishes.signing_server or profile.signing_server,
        "credential_id": None if wishes.signing_server else profile.credential_id,
        "signing_capacity": wishes.signing_capacity or (None if wishes.signing_server else profile.signing_capacity),
        "level_of_assurance": wishes.level_of_assurance or profile.level_of_assurance,
        "conformance_level": wishes.conformance_level or profile.conformance_level,
        "reason": wishes.reason or profile.reason,
        "location": wishes.location or profile.location,
        "contact": wishes.contact or profile.contact,
    }
    return signing.model_copy(update=update)


def form_values(store: HubStore, documents: DocumentStore, signing: Signing) -> dict[str, str]:
    """The profile's form values with the caller's over them."""
    profile = find_profile(store, signing.profile)
    return {**profile.form_values, **read_wishes(documents, signing).form_values}
