"""Certificates of the test PKI for every signing capacity that has none, as a real authority would issue them."""

from pathlib import Path

from local import services
from local.servers import pki
from local.stack import State
from paraph import bootstrap
from paraph.domain.configuration import AnyCapacity, Capacity, Configuration, SigningServer, TimestampAuthority
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.pem import split

SEALS = {
    LevelOfAssurance.ELECTRONIC_SEAL,
    LevelOfAssurance.ADVANCED_ELECTRONIC_SEAL,
    LevelOfAssurance.QUALIFIED_ELECTRONIC_SEAL,
}


def configure(plain: Configuration, state: State, page_url: str | None = None) -> Configuration:
    """Configure the entered stack: keys, requests for certificates, the issued chains.

    Trust anchors and time-stamping authorities are replaced by the test PKI's, and remote signing services by the
    stand-in, which sends browsers back to the signatory's page at `page_url`.
    """
    servers = state.servers["pki"]
    trusting = services.played(plain, state).model_copy(
        update={
            "trust_anchors": (Path(servers["root_certificate"]).read_text(),),
            "timestamp_authorities": tuple(
                TimestampAuthority(name=name.replace("_", "-"), url=servers[f"{name}_url"])
                for name in ("tsa_one", "tsa_two")
            ),
        }
    )
    requests = {(c.signing_server, c.signing_capacity): c.csr_pem for c in bootstrap.configure(trusting).capacities}

    def certified(server: SigningServer, capacity: AnyCapacity) -> AnyCapacity:
        if not isinstance(capacity, Capacity) or capacity.certificate_chain:
            return capacity
        profile = "seal" if capacity.level_of_assurance in SEALS else "natural-person"
        issued = pki.issue(servers["url"], requests[server.name, capacity.name], profile)
        return capacity.model_copy(update={"certificate_chain": split(issued.chain)})

    complete = trusting.model_copy(
        update={
            "signing_servers": tuple(
                s.model_copy(update={"capacities": tuple(certified(s, c) for c in s.capacities)})
                for s in trusting.signing_servers
            )
        }
    )
    bootstrap.configure(complete)
    services.introduce(complete, state, page_url)
    return complete
