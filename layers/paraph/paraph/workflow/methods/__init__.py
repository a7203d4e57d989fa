"""The order of calls of each signing method, on any hub."""
