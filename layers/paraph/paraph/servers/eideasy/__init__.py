"""The client of eID Easy's signing API, and the reading of its hooks' calls."""
