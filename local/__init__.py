"""The embedded stack and its stand-in servers; for development only, never packaged and never imported by `paraph`."""

import os

# A proxy of this network cannot reach what listens on this machine
_elsewhere = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
os.environ["no_proxy"] = ",".join(filter(None, [_elsewhere, "127.0.0.1,localhost"]))
