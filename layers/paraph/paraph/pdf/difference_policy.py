"""pyHanko's rules for later revisions, and one that it lacks: fields with several widgets may be filled too."""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, StandardDiffPolicy
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.form_rules_api import FieldMDPRule, FormUpdate, FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
)

from paraph.pdf.objects import array, references

CHANGED_BY_FILLING = frozenset({"/AP", "/AS"})


class WidgetRule(FieldMDPRule):  # type: ignore[misc]
    """Filling a radio group, or a text field that is shown twice, changes widgets that are not the field itself.

    Allowed is a change of state or of appearance and of nothing else, on the same widgets (ISO 32000-2 §12.7.5.2.4).
    """

    def apply(self, context: Any) -> Iterator[tuple[ModificationLevel, FormUpdate]]:
        """Approve changed widgets of filled fields; pyHanko calls this for each pair of revisions."""
        for name, spec in context.field_specs.items():
            if spec.field_type != "/Sig" and spec.old_field_ref and spec.new_field_ref:
                for old, new in _widgets(spec):
                    yield from _approve(name, old, new, context)


def _widgets(spec: Any) -> Iterator[tuple[IndirectObject, IndirectObject]]:
    old, new = references(array(spec.old_field, "/Kids")), references(array(spec.new_field, "/Kids"))
    if [reference.reference for reference in old] == [reference.reference for reference in new]:
        yield from zip(old, new, strict=True)


def _approve(
    name: str, old_reference: IndirectObject, new_reference: IndirectObject, context: Any
) -> Iterator[tuple[ModificationLevel, FormUpdate]]:
    old, new = old_reference.get_object(), new_reference.get_object()
    if not isinstance(new, DictionaryObject) or "/T" in new:
        return
    if compare_dicts(old, new, frozenset(), raise_exc=False):
        return
    compare_dicts(old, new, CHANGED_BY_FILLING)
    level = ModificationLevel.FORM_FILLING
    yield level, FormUpdate(updated_ref=new_reference.reference, field_name=name)
    appearances = new.raw_get("/AP") if "/AP" in new else None
    if isinstance(appearances, DictionaryObject):
        added = context.new.collect_dependencies(appearances, since_revision=context.old.revision + 1)
        for reference in added:
            yield level, FormUpdate(updated_ref=reference, field_name=name)


DIFFERENCE_POLICY = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),
            SigFieldModificationRule(),
            GenericFieldModificationRule(),
            WidgetRule(),
        ]
    ),
)
"""What `verify` judges later revisions by."""
