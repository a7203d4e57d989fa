"""Who calls the API: an owner's principal, an operator, or both."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The party behind one API call; `principal` is the ARN of its IAM user or role."""

    owner: str | None
    operator: bool
    principal: str

    def may_see(self, owner: str | None) -> bool:
        """Whether things of this owner (none: of nobody) are visible to the caller; everything is to operators."""
        return self.operator or (owner is not None and owner == self.owner)
