"""PDFium, which is not thread-safe: no two of its functions may run at the same time."""

from threading import Lock

PDFIUM = Lock()
"""Held by whoever uses PDFium, for as long as it does."""
