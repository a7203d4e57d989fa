"""Signing with national eIDs through eID Easy (contract §11)."""

from functools import partial

from paraph.api.signinghub.assumed import EIDEASY_PATHS, EIDEASY_REPEATS, EIDEASY_UNREACHABLE
from paraph.api.signinghub.bodies.eideasy import EidEasyEmbedding, EidEasyHandIn
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.views.eideasy import HandedIn
from paraph.api.signinghub.views.signing import Signed

THEME = "eideasy"
_UNREACHABLE, _ = EIDEASY_UNREACHABLE
_call = partial(Call, "POST", theme=THEME, refuses=(404, _UNREACHABLE))

PRE = _call(
    EIDEASY_PATHS["preEidEasySigning"],
    "preEidEasySigning",
    "Pre eID Easy Signing",
    "11.3",
    answer=HandedIn,
    body=EidEasyHandIn,
    headers={EIDEASY_REPEATS: "a repeat with the same one, and the same body, finds what was handed in"},
)
POST = _call(
    EIDEASY_PATHS["postEidEasySigning"],
    "postEidEasySigning",
    "Post eID Easy Signing",
    "11.5",
    answer=Signed,
    body=EidEasyEmbedding,
)

EIDEASY_CALLS = (PRE, POST)
