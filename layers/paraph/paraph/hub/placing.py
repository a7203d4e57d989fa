"""Where AutoPlace puts fields, and which (contract: SigningHub §7.5)."""

from paraph.domain.documents import Box, FieldType, Placement, TextHit
from paraph.domain.errors import InvalidRequest
from paraph.hub.draft_wishes import AutoPlacement, NewSignatureField, NewText
from paraph.hub.entities import TextType

GAP = 2.0  # points between the text and the field
SIGNATURE = "SIGNATURE"
KINDS = {
    "TEXT": (FieldType.TEXT, TextType.TEXT),
    "NUMBER": (FieldType.TEXT, TextType.TEXT),
    "NAME": (FieldType.TEXT, TextType.NAME),
    "EMAIL": (FieldType.TEXT, TextType.EMAIL),
    "COMPANY": (FieldType.TEXT, TextType.COMPANY),
    "JOBTITLE": (FieldType.TEXT, TextType.JOBTITLE),
    "DATE": (FieldType.TEXT, TextType.DATE),
    "CHECKBOX": (FieldType.CHECK_BOX, TextType.TEXT),
    "RADIOBOX": (FieldType.RADIO, TextType.TEXT),
}


def field_at(hit: TextHit, wish: AutoPlacement) -> NewSignatureField | NewText:
    """The field to be made at this hit. Raises InvalidRequest for kinds and sides that there are not."""
    placement = placed(hit, wish.placement, wish.width, wish.height)
    kind = wish.field_type.upper()
    if kind == SIGNATURE:
        return NewSignatureField(order=wish.order, placement=placement, levels=wish.levels)
    if kind not in KINDS:
        raise InvalidRequest("Fields of this type cannot be placed.", field_type=wish.field_type)
    field_type, text_type = KINDS[kind]
    return NewText(
        type=field_type,
        radio_group=wish.radio_group,
        order=wish.order,
        placement=placement,
        text_type=text_type,
        value=wish.value,
        required=wish.required,
        max_length=wish.max_length,
        multiline=wish.multiline,
    )


def placed(hit: TextHit, side: str, width: float, height: float) -> Placement:
    """A box of this size beside the hit, moved (and if need be made smaller) to lie on the page."""
    if width <= 0 or height <= 0:
        raise InvalidRequest("The field has no area.", property="dimensions")
    box, page = hit.box, hit.page_size
    width, height = min(width, page.width), min(height, page.height)
    beside = (box.bottom + box.top - height) / 2
    above = (box.left + box.right - width) / 2
    corners = {
        "LEFT": (box.left - GAP - width, beside),
        "RIGHT": (box.right + GAP, beside),
        "TOP": (above, box.top + GAP),
        "BOTTOM": (above, box.bottom - GAP - height),
    }
    if side.upper() not in corners:
        raise InvalidRequest("A field is placed LEFT, RIGHT, TOP or BOTTOM.", property="placement")
    left, bottom = corners[side.upper()]
    left = min(max(left, 0), page.width - width)
    bottom = min(max(bottom, 0), page.height - height)
    return Placement(page=hit.page, box=Box(left=left, bottom=bottom, right=left + width, top=bottom + height))
