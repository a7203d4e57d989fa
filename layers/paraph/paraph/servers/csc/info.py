"""What a service says of itself (§2)."""

from paraph.domain.rssp import RsspInfo
from paraph.servers.csc.reading import Members, parts, text, texts

AUTHORIZE = "/oauth2/authorize"


def info_of(found: Members) -> RsspInfo:
    """Lenient: several services in use send an ill-shaped one (§10)."""
    servers = parts(found, "oauth2Servers")  # 2.2
    base = text(found, "oauth2") or next((u for s in servers if (u := text(s, "baseUri"))), None)
    return RsspInfo(
        specs=text(found, "specs") or "",
        name=text(found, "name") or "",
        auth_types=tuple(name.casefold() for name in texts(found, "authType")),
        oauth2_url=base and base.rstrip("/").removesuffix(AUTHORIZE),
        oauth2_issuer=text(found, "oauth2Issuer")
        or next((u for s in servers if (u := text(s, "issuerIdentifier"))), None),
        methods=texts(found, "methods"),
        conformance_levels=texts(found, "conformance_levels"),
    )
