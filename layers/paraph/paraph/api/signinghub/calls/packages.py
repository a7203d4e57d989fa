"""Packages (contract §6.1, §6.5 to §6.8)."""

from functools import partial

from paraph.api.signinghub.bodies.packages import DocumentIds, ListFilters, NewPackage, PackageRename
from paraph.api.signinghub.call import OCTETS, Call
from paraph.api.signinghub.views.downloads import Base64
from paraph.api.signinghub.views.packages import AddedPackage, PackageDetails, PackageRow

PACKAGE = "/v4/packages/<package_id>"

_call = partial(Call, theme="packages")
_of_one = partial(Call, theme="packages", refuses=(404,))

ADD = _call("POST", "/v4/packages", "addPackage", "Add Package", "6.1", answer=AddedPackage, body=NewPackage)
DETAILS = _of_one("GET", f"{PACKAGE}/details", "getPackageDetails", "Get Package Details", "6.7", answer=PackageDetails)
DOWNLOAD = _of_one(
    "GET",
    PACKAGE,
    "downloadPackage",
    "Download Package: its PDF if it has one document, otherwise a ZIP",
    "6.5",
    answer=bytes,
    media=OCTETS,
    query=DocumentIds,
    redirects=True,
)
DOWNLOAD_BASE64 = _of_one(
    "GET",
    f"{PACKAGE}/base64",
    "downloadPackageBase64",
    "Download Package, base64",
    "6.5",
    answer=Base64,
    query=DocumentIds,
    redirects=True,
)
RENAME = _of_one("PUT", PACKAGE, "renamePackage", "Rename Package", "6.8", body=PackageRename)
DELETE = _of_one(
    "DELETE",
    PACKAGE,
    "deletePackage",
    "Delete Package: a recipient declines by it, a shared one is recalled first",
    "6.8",
)
OPEN = _of_one("GET", f"{PACKAGE}/open", "openPackage", "Open Document Package", "6.8")
CLOSE = _of_one("GET", f"{PACKAGE}/close", "closePackage", "Close Document Package", "6.8")
LIST = _call(
    "GET",
    "/v4/packages/<status>/<page_number>/<records_per_page>",
    "getPackages",
    "Get Packages, newest change first",
    "6.6",
    answer=list[PackageRow],
    query=ListFilters,
    headers={
        "x-search-text": "part of the package's name",
        "x-recipient-details": "true: with access_duration and decline",
    },
    refuses=(404,),
)

PACKAGE_CALLS = (ADD, DETAILS, DOWNLOAD, DOWNLOAD_BASE64, RENAME, DELETE, OPEN, CLOSE, LIST)
