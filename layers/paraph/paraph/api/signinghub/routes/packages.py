"""Packages (contract §6.1, §6.5 to §6.8)."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import Downloads, empty, ok
from paraph.api.signinghub.archive import archive
from paraph.api.signinghub.bodies.packages import DocumentIds, ListFilters, NewPackage, PackageRename
from paraph.api.signinghub.calls import packages as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.packages import AddedPackage, PackageDetails, PackageRow
from paraph.api.signinghub.views.standing import Standing
from paraph.domain.errors import InvalidRequest, UnknownDocument
from paraph.domain.packages import PackageStatus
from paraph.hub.drafts import Drafts, PackageQuery
from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.packages import entry_of
from paraph.hub.sessions import Sessions
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub

ALL = "ALL"
NEVER = ("EDITED", "EXPIRING_IN_SEVEN_DAYS")  # known words that no package answers to here
MOST_RECORDS = 100


@dataclass(frozen=True)
class Packages:
    """Add, list, look, change, download."""

    hub: Hub
    drafts: Drafts
    sessions: Sessions
    documents: DocumentStore
    downloads: Downloads

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.ADD: self.add,
            calls.DETAILS: self.details,
            calls.DOWNLOAD: self.download,
            calls.DOWNLOAD_BASE64: self.download_base64,
            calls.RENAME: self.rename,
            calls.DELETE: self.delete,
            calls.OPEN: self.look,
            calls.CLOSE: self.look,
            calls.LIST: self.list,
        }

    def add(self, request: Request) -> Response[Any]:
        """A new, empty package."""
        new = request.body(NewPackage)
        return ok(
            AddedPackage.of(self.drafts.create(request.token, new.package_name, new.workflow_mode, new.folder_name))
        )

    def details(self, request: Request) -> Response[Any]:
        """The package and its documents."""
        package = self.drafts.view(request.token, request.package_id)
        return ok(PackageDetails.of(package, self._standing(request, package)))

    def download(self, request: Request) -> Response[Any]:
        """One document as it is, several in an archive."""
        package, chosen = self._chosen(request)
        if len(chosen) == 1:
            return self.downloads.stored(chosen[0].revision, chosen[0].name)
        return self.downloads.made(archive(self.documents, chosen), f"{package.name}.zip")

    def download_base64(self, request: Request) -> Response[Any]:
        """The same, in JSON."""
        package, chosen = self._chosen(request)
        if len(chosen) == 1:
            return self.downloads.encoded(self.documents.read(chosen[0].revision), chosen[0].name)
        return self.downloads.encoded(archive(self.documents, chosen), f"{package.name}.zip")

    def _chosen(self, request: Request) -> tuple[Package, tuple[DocumentEntry, ...]]:
        package = self.drafts.view(request.token, request.package_id)
        ids = request.query(DocumentIds).ids
        chosen = package.documents if ids is None else tuple(entry_of(package, i) for i in dict.fromkeys(ids))
        if not chosen:
            raise UnknownDocument("The package has no document.", package_id=package.package_id)
        return package, chosen

    def rename(self, request: Request) -> Response[Any]:
        """Another name."""
        self.drafts.rename(request.token, request.package_id, request.body(PackageRename).package_name)
        return empty()

    def delete(self, request: Request) -> Response[Any]:
        """Away with it; for a recipient this is declining."""
        self.hub.delete_package(request.token, request.package_id)
        return empty()

    def look(self, request: Request) -> Response[Any]:
        """Open and Close: whether the package is there for this token."""
        self.drafts.view(request.token, request.package_id)
        return empty()

    def list(self, request: Request) -> Response[Any]:
        """A page of what concerns the token's account."""
        token, status = request.token, request.parameters["status"].upper()
        account = self.sessions.account(token)
        if status in NEVER:
            return ok([])
        if status != ALL and status not in set(PackageStatus):
            raise InvalidRequest(f"status: should be one of {', '.join((ALL, *PackageStatus, *NEVER))}", path="status")
        filters = request.query(ListFilters)
        page, records = request.number("page_number"), request.number("records_per_page")
        query = PackageQuery(
            status=None if status == ALL else PackageStatus(status),
            name=filters.package_name or request.header("x-search-text") or None,
            package_id=filters.package_id,
            document_id=filters.document_id,
            modified_from=filters.modified_from,
            modified_to=filters.modified_to,
            page=max(page, 1),
            records=min(max(records, 1), MOST_RECORDS),
            ascending=filters.asc,
        )
        detailed = (request.header("x-recipient-details") or "").strip().lower() == "true"
        found = self.drafts.list(token, query)
        account_of = cache(self.sessions.account_of)  # most rows have the same owner
        standings = (Standing.of(package, account, account_of) for package in found)
        return ok(
            [
                PackageRow.of(package, standing, with_recipients=detailed)
                for package, standing in zip(found, standings, strict=True)
            ]
        )

    def _standing(self, request: Request, package: Package) -> Standing:
        return Standing.of(package, self.sessions.account(request.token), self.sessions.account_of)
