"""The PDF engine: inspect, fill, prepare, embed, extend and verify, by appending only; on pyHanko."""

import logging

# What they warn of becomes a verdict or an error here, and their lines carry names from certificates.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False
