"""Signature settings in answers (contract §9.2)."""

from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.authentication import levels_of, provider_of
from paraph.domain.levels import LevelOfAssurance
from paraph.ports.hub import ServerOffer, SignatureSettings


class Levels(View):
    """Levels of assurance that can be had (§9.2)."""

    allowed_levels: tuple[LevelOfAssurance, ...]
    default_levels: tuple[LevelOfAssurance, ...]


class ServerInfo(View):
    """A signing server (§9.2)."""

    id: int
    name: str
    provider: str
    key_location: str = "SERVER"
    auth_type: str | None = None
    order: int
    signature_type: tuple[str, ...] = ("PADES_PART4",)
    level_of_assurance: tuple[LevelOfAssurance, ...]
    appearance_design_name: str | None = None
    appearance_logo: str | None = None


class Capacity(View):
    """A signing capacity (§9.2)."""

    id: int
    name: str
    level_of_assurance: LevelOfAssurance
    key_protection: str = "NO_PASSWORD"


class LevelCapacities(View):
    """The capacities of one level (§9.2)."""

    enabled: bool
    selected: tuple[Capacity, ...]
    capacity_default: str | None


class OtpSettings(View):
    """One-time passwords of a signing server (§9.2)."""

    enabled: bool
    length: int | None = None
    retry_duration: int | None = None
    mobile_number: str | None = None
    methods: tuple[str, ...] = ()


class TotpSettings(View):
    """TOTP is not offered."""

    enabled: bool = False


class ServerAuthentication(View):
    """The signing-time check of a server (§9.2)."""

    enabled: bool
    otp: OtpSettings
    totp: TotpSettings = TotpSettings()
    mechanism: str | None = None


class Server(View):
    """One element of the signing servers (§9.2)."""

    server_info: ServerInfo
    server_capacity: dict[str, LevelCapacities]
    server_authentication: ServerAuthentication


class AppearanceDesign(View):
    """An appearance design (§9.2)."""

    design_name: str
    design_preview: str | None = None
    design_preview_url: str | None = None


class Signature(View):
    """`signature` of Get Signature Settings (§9.2)."""

    signing_servers: tuple[Server, ...]
    default_signing_server: str | None
    signing_reason: str | None = None
    signing_location: str | None = None
    contact_information: str | None = None
    appearance_designs: tuple[AppearanceDesign, ...]
    default_appearance_design: str


class Settings(View):
    """The answer of Get Signature Settings (§9.2)."""

    level_of_assurance: Levels
    signature: Signature

    @classmethod
    def of(cls, settings: SignatureSettings) -> "Settings":
        """From the hub's answer; a level without capacities is enabled nowhere."""
        offers = settings.signing_servers
        levels = tuple(
            dict.fromkeys([LevelOfAssurance.ELECTRONIC_SIGNATURE, *(lv for o in offers for lv in levels_of(o))])
        )
        designs = tuple(AppearanceDesign(design_name=name) for name in APPEARANCE_DESIGNS)
        return cls(
            level_of_assurance=Levels(allowed_levels=levels, default_levels=levels),
            signature=Signature(
                signing_servers=tuple(_server(n, offer) for n, offer in enumerate(offers, 1)),
                default_signing_server=next((o.name for o in offers), None),
                appearance_designs=designs,
                default_appearance_design=APPEARANCE_DESIGNS[0],
            ),
        )


APPEARANCE_DESIGNS = ("DETAILED_SIGNATURE", "HAND_SIGNATURE")
_WITH_CAPACITIES = tuple(level for level in LevelOfAssurance if level is not LevelOfAssurance.ELECTRONIC_SIGNATURE)


def _server(number: int, offer: ServerOffer) -> Server:
    otp = OtpSettings(enabled=offer.otp_required)
    return Server(
        server_info=ServerInfo(
            id=number,
            name=offer.name,
            provider=provider_of(offer),
            order=number,
            level_of_assurance=levels_of(offer),
        ),
        server_capacity={level.lower(): _capacities(offer, level) for level in _WITH_CAPACITIES},
        server_authentication=ServerAuthentication(enabled=offer.otp_required, otp=otp),
    )


def _capacities(offer: ServerOffer, level: LevelOfAssurance) -> LevelCapacities:
    mine = tuple(
        Capacity(id=n, name=c.name, level_of_assurance=c.level_of_assurance)
        for n, c in enumerate(offer.capacities, 1)
        if c.level_of_assurance is level
    )
    return LevelCapacities(enabled=bool(mine), selected=mine, capacity_default=mine[0].name if mine else None)
