"""Signing (contract §9)."""

from functools import partial

from paraph.api.signinghub.assumed import SIGNING_STATUS_PATH
from paraph.api.signinghub.bodies.fields import NamedField
from paraph.api.signinghub.bodies.signing import Filling, Signing, SigningStatusQuestion
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls.documents import DOCUMENT
from paraph.api.signinghub.calls.packages import PACKAGE
from paraph.api.signinghub.views.settings import Settings
from paraph.api.signinghub.views.signing import Device, Signed, SigningStatus
from paraph.api.signinghub.views.verification import DocumentVerification, Verification

_call = partial(Call, theme="signing", refuses=(404,))
_WITH_BASE64 = {"x-base64": "accepted; there are no images in these answers"}

FILL = _call("PUT", f"{DOCUMENT}/fields", "fillFormFields", "Fill Form Fields", "9.1", body=Filling)
SETTINGS = _call(
    "GET",
    "/v4/settings/signatures",
    "getSignatureSettings",
    "Get Signature Settings",
    "9.2",
    answer=Settings,
    headers=_WITH_BASE64,
    refuses=(),
)
OTP = _call("POST", f"{DOCUMENT}/otp", "generateOtp", "Signer Authentication via OTP", "9.3", body=NamedField)
SIGN = _call(
    "POST",
    f"{DOCUMENT}/sign",
    "signDocument",
    "Sign Document",
    "9.4",
    answer=Signed,
    body=Signing,
    headers={"x-otp": "the one-time password, where one is needed"},
)
STATUS = _call(
    "POST",
    SIGNING_STATUS_PATH,
    "getSigningStatus",
    "Get Signing Status",
    "9.5",
    answer=SigningStatus,
    body=SigningStatusQuestion,
)
DEVICES = _call(
    "GET",
    "/v4/authorization/devices",
    "getRegisteredDevices",
    "Get Registered Devices",
    "9.5",
    answer=list[Device],
    refuses=(),
)
FINISH = _call("POST", f"{PACKAGE}/finish", "finishProcessing", "Finish Processing", "9.6")
VERIFY_DOCUMENT = _call(
    "GET",
    f"{DOCUMENT}/verification",
    "getDocumentVerification",
    "Get Document Verification",
    "9.7",
    answer=list[Verification],
    headers=_WITH_BASE64,
)
VERIFY_PACKAGE = _call(
    "GET",
    f"{PACKAGE}/verification",
    "getPackageVerification",
    "Get Package Verification",
    "9.7",
    answer=list[DocumentVerification],
    headers=_WITH_BASE64,
)

SIGNING_CALLS = (FILL, SETTINGS, OTP, SIGN, STATUS, DEVICES, FINISH, VERIFY_DOCUMENT, VERIFY_PACKAGE)
