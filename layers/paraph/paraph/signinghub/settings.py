"""Get Signature Settings as far as signing needs it: names, levels, one-time passwords (contract: SigningHub §9.2).

The inside of the answer is not published. Of what cannot be read, nothing is offered.
"""

from collections.abc import Iterator
from typing import Any

from paraph.domain.levels import LevelOfAssurance
from paraph.ports.hub import CapacityOffer, ServerOffer, SignatureSettings
from paraph.signinghub import paths, words


def signature_settings(answer: object) -> SignatureSettings:
    """The signing servers that have a name."""
    servers = _items(_part(_part(answer).get("signature")).get(paths.SIGNING_SERVERS))
    offers = (_offer(_part(server)) for server in servers)
    return SignatureSettings(signing_servers=tuple(offer for offer in offers if offer))


def _offer(server: dict[str, Any]) -> ServerOffer | None:
    info = {**server, **_part(server.get(paths.SERVER_INFO))}
    name = info.get("name")
    if not isinstance(name, str) or not name:
        return None
    return ServerOffer(
        name=name,
        type=_provider(info.get("provider")),
        capacities=tuple(_capacities(server.get(paths.CAPACITIES))),
        otp_required=_asks_for_otp(_part(server.get(paths.SERVER_AUTHENTICATION))),
    )


def _provider(spelt: object) -> str:
    """Our name of the kind, or SigningHub's own in lower case."""
    letters = str(spelt or "").upper()
    return next((kind for stem, kind in paths.PROVIDERS.items() if stem in letters), letters.lower())


def _capacities(found: object) -> Iterator[CapacityOffer]:
    """By level, each with what was selected for it; or simply a list."""
    if isinstance(found, list):
        yield from _selected(found, None)
    for level, group in _part(found).items():
        if isinstance(group, list):
            yield from _selected(group, level)
        elif _part(group).get("enabled") is not False:
            yield from _selected(_items(_part(group).get(paths.SELECTED_CAPACITIES)), level)


def _selected(capacities: list[Any], group_level: str | None) -> Iterator[CapacityOffer]:
    for capacity in capacities:
        name, level = _part(capacity).get("name"), _level(_part(capacity).get("level_of_assurance"), group_level)
        if isinstance(name, str) and name and level:
            yield CapacityOffer(name=name, level_of_assurance=level)


def _level(*spelt: object) -> LevelOfAssurance | None:
    return next(iter(words.levels([word for word in spelt if isinstance(word, str)])), None)


def _asks_for_otp(authentication: dict[str, Any]) -> bool:
    return authentication.get("enabled") is not False and _part(authentication.get("otp")).get("enabled") is True


def _part(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
