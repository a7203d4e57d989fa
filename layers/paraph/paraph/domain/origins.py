"""Origins of addresses (RFC 6454): where browsers and programs tell one server from another."""

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]
"""Scheme, host in lower case, port."""


def origin_of(url: str) -> Origin:
    """The server that an address is at. Raises ValueError for what is no plain address of one."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(f"not an origin: {url}")
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]


def written(url: str) -> str:
    """The origin as browsers write it (§6.2); the address is one of ours, or was checked."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
