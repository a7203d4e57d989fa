"""The calls, declared theme by theme."""

from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls.authentication import AUTHENTICATION_CALLS
from paraph.api.signinghub.calls.documents import DOCUMENT_CALLS
from paraph.api.signinghub.calls.eideasy import EIDEASY_CALLS
from paraph.api.signinghub.calls.fields import FIELD_CALLS
from paraph.api.signinghub.calls.packages import PACKAGE_CALLS
from paraph.api.signinghub.calls.rssp import RSSP_CALLS
from paraph.api.signinghub.calls.signing import SIGNING_CALLS
from paraph.api.signinghub.calls.workflow import WORKFLOW_CALLS

CALLS: tuple[Call, ...] = (
    *AUTHENTICATION_CALLS,
    *DOCUMENT_CALLS,
    *FIELD_CALLS,
    *WORKFLOW_CALLS,
    *SIGNING_CALLS,
    *RSSP_CALLS,
    *EIDEASY_CALLS,
    *PACKAGE_CALLS,
)
"""In the order in which their paths are tried: the list of packages, whose path says least, comes last."""
