"""The client of a SigningHub installation: `ports.Hub` over SigningHub's REST API v4 (contract: SigningHub).

It reads with tolerance (§2.8): any 2xx is success, words are compared in any case, absent is null, and members that it
does not know are ignored.
"""
