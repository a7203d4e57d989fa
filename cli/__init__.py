"""`paraph` on the command line: a thin client of the API, an offline verifier, and the operator's tools."""
