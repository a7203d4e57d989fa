"""Which packages a list shows (contract: SigningHub §6.6)."""

from collections.abc import Iterable

from paraph.hub.draft_wishes import PackageQuery
from paraph.hub.entities import Package
from paraph.hub.sessions import Account
from paraph.hub.views import concerns, status_for


def matching(packages: Iterable[Package], account: Account, query: PackageQuery) -> tuple[Package, ...]:
    """One page of what concerns the account and fits the query; the newest change first."""
    found = [p for p in packages if concerns(p, account) and _fits(p, account, query)]
    found.sort(key=lambda p: (p.modified_at, p.package_id), reverse=not query.ascending)
    start = (query.page - 1) * query.records
    return tuple(found[start : start + query.records])


def _fits(package: Package, account: Account, query: PackageQuery) -> bool:
    return (
        query.status in (None, status_for(package, account))
        and (query.name or "").casefold() in package.name.casefold()
        and query.package_id in (None, package.package_id)
        and (query.document_id is None or package.document(query.document_id) is not None)
        and (query.modified_from is None or package.modified_at >= query.modified_from)
        and (query.modified_to is None or package.modified_at <= query.modified_to)
    )
