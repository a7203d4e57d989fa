"""From bodies of the field calls to what the hub takes: geometry in points, absent members left alone."""

from typing import Any

from paraph.api.signinghub.assumed import POINTS_PER_PIXEL
from paraph.api.signinghub.bodies.fields import (
    AutoPlace,
    ChangedBox,
    ChangedTextBox,
    NewCheckBox,
    NewTextBox,
)
from paraph.api.signinghub.bodies.signature_fields import ChangedSignature, NewSignature
from paraph.api.signinghub.geometry import Dimensions, page_size, placement
from paraph.domain.documents import Box, DocumentFacts, FieldType, Placement
from paraph.domain.errors import UnknownField
from paraph.domain.levels import LevelOfAssurance
from paraph.hub.drafts import AutoPlacement, NewSignatureField, NewText
from paraph.hub.entities import DocumentEntry

Levels = tuple[LevelOfAssurance, ...]
Changes = dict[str, Any]


def new_signature(new: NewSignature, facts: DocumentFacts, otherwise: Levels) -> NewSignatureField:
    """A signature field; without dimensions it has no place on the page, though the page must be there."""
    page_size(facts, new.page_no)
    return NewSignatureField(
        name=new.field_name,
        order=new.order,
        placement=placement(new.dimensions, new.page_no, facts) if new.dimensions else None,
        levels=new.level_of_assurance or otherwise,
        display=new.display,
        otp=new.otp is not None,
        otp_mobile_number=new.otp.mobile_number if new.otp else None,
    )


def signature_changes(changed: ChangedSignature, entry: DocumentEntry) -> Changes:
    """Attributes of NewSignatureField. Raises UnknownField."""
    known = entry.field(changed.field_name)
    if known is None:
        raise UnknownField("The document has no such signature field.", field=changed.field_name)
    changes: Changes = _renamed(changed.renamed_as)
    if place := _moved(changed.dimensions, changed.page_no, known.field.placement, entry.facts):
        changes["placement"] = place
    if changed.level_of_assurance:
        changes["levels"] = changed.level_of_assurance
    given = changed.model_fields_set
    if "display" in given:
        changes["display"] = changed.display
    if given & {"authentication_signing", "authentication"}:
        changes["otp"] = changed.otp is not None
        changes["otp_mobile_number"] = changed.otp.mobile_number if changed.otp else None
    return changes


def new_text(new: NewTextBox, facts: DocumentFacts) -> NewText:
    """A text box."""
    return NewText(
        type=FieldType.TEXT,
        name=new.field_name,
        order=new.order,
        placement=placement(new.dimensions, new.page_no, facts),
        text_type=new.type,
        value=new.value or None,
        required=new.required,
        max_length=new.max_length or None,
        multiline=new.multiline,
        font_size=new.font.size,
    )


def new_box(new: NewCheckBox, kind: FieldType, facts: DocumentFacts) -> NewText:
    """A check box or radio button."""
    return NewText(
        type=kind,
        name=new.field_name,
        order=new.order,
        placement=placement(new.dimensions, new.page_no, facts),
        value=_on(new.value),
        required=new.required,
    )


def text_changes(changed: ChangedTextBox, entry: DocumentEntry) -> Changes:
    """Attributes of NewText. Raises UnknownField."""
    changes = _form_changes(changed, entry)
    given = changed.model_fields_set
    if "value" in given:
        changes["value"] = changed.value or None
    if "type" in given:
        changes["text_type"] = changed.type
    if "max_length" in given:
        changes["max_length"] = changed.max_length or None
    if "multiline" in given:
        changes["multiline"] = changed.multiline
    if "font" in given:
        changes["font_size"] = changed.font.size
    return changes


def box_changes(changed: ChangedBox, entry: DocumentEntry) -> Changes:
    """Attributes of NewText; the size stays (§7.4). Raises UnknownField."""
    changes = _form_changes(changed, entry)
    if changed.says("value"):
        changes["value"] = _on(changed.value)
    if changed.radio_group_name:
        changes["radio_group"] = changed.radio_group_name
    return changes


def _form_changes(changed: ChangedTextBox | ChangedBox, entry: DocumentEntry) -> Changes:
    known = next((f for f in entry.form_fields if f.name == changed.field_name), None)
    if known is None:
        raise UnknownField("No such field was added to the document.", field=changed.field_name)
    changes = _renamed(changed.renamed_as)
    before, dimensions = known.new.placement, changed.dimensions
    if dimensions and isinstance(changed, ChangedBox):
        size = {"width": before.box.right - before.box.left, "height": before.box.top - before.box.bottom}
        dimensions = dimensions.model_copy(update=size)
    if place := _moved(dimensions, changed.page_no or before.page, before, entry.facts):
        changes["placement"] = place
    if changed.says("validation_rule", "validation"):
        changes["required"] = changed.required
    return changes


def _renamed(name: str | None) -> Changes:
    return {"name": name} if name else {}


def _moved(
    dimensions: Dimensions | None, page: int, before: Placement | None, facts: DocumentFacts
) -> Placement | None:
    """The new place; without dimensions the old one, on the page that is named: as far from its top as before."""
    if dimensions:
        return placement(dimensions, page, facts)
    if before is None or before.page == page:
        page_size(facts, page)
        return None
    up = page_size(facts, page).height - page_size(facts, before.page).height
    box = before.box
    return Placement(page=page, box=Box(left=box.left, bottom=box.bottom + up, right=box.right, top=box.top + up))


def _on(value: str | None) -> str | None:
    """How a box or button is turned on."""
    return "true" if (value or "").strip().lower() == "true" else None


def auto_placement(asked: AutoPlace, electronic: Levels, digital: Levels) -> AutoPlacement:
    """AutoPlace; v3's names of signature fields stand for their levels (§12)."""
    of_v3 = {"DIGITAL_SIGNATURE": digital, "ELECTRONIC_SIGNATURE": electronic}
    return AutoPlacement(
        search_text=asked.search_text,
        order=asked.order,
        field_type="SIGNATURE" if asked.field_type in of_v3 else asked.field_type,
        placement=asked.placement,
        levels=asked.level_of_assurance or of_v3.get(asked.field_type, ()),
        width=asked.dimensions.width * POINTS_PER_PIXEL,
        height=asked.dimensions.height * POINTS_PER_PIXEL,
        value=asked.value or None,
        required=asked.required,
        max_length=asked.max_length or None,
        multiline=asked.multiline,
        radio_group=asked.radio_group_name,
    )
