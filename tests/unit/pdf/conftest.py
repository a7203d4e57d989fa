"""The engine with a PKI behind it."""

import pytest

from paraph.pdf.engine import PyHankoEngine
from tests.pki import Pki, pki

__all__ = ["engine", "pki"]


@pytest.fixture
def engine(pki: Pki) -> PyHankoEngine:
    """With the PKI's transport as its way out."""
    return PyHankoEngine(pki.transport, pki.clock)
