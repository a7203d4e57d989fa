"""Fields of a document (contract §7)."""

from functools import partial

from paraph.api.signinghub.bodies.fields import (
    AssignedField,
    AutoPlace,
    ChangedBox,
    ChangedTextBox,
    NamedField,
    NewCheckBox,
    NewRadio,
    NewTextBox,
)
from paraph.api.signinghub.bodies.signature_fields import ChangedSignature, NewSignature
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls.documents import DOCUMENT
from paraph.api.signinghub.views.fields import AddedField, FieldGroups, PlacedField

FIELDS = f"{DOCUMENT}/fields"

_call = partial(Call, theme="fields", refuses=(404,))
_add = partial(_call, "POST", answer=AddedField)
_update = partial(_call, "PUT")

ADD_SIGNATURE = _add(
    f"{FIELDS}/signature", "addSignatureField", "Add Digital Signature Field", "7.1", body=NewSignature
)
UPDATE_SIGNATURE = _update(
    f"{FIELDS}/signature", "updateSignatureField", "Update Digital Signature Field", "7.1", body=ChangedSignature
)
ADD_DIGITAL = _add(
    f"{FIELDS}/digital_signature",
    "addDigitalSignatureField",
    "Add Digital Signature Field (v3)",
    "7.1",
    body=NewSignature,
)
UPDATE_DIGITAL = _update(
    f"{FIELDS}/digital_signature",
    "updateDigitalSignatureField",
    "Update Digital Signature Field (v3)",
    "7.1",
    body=ChangedSignature,
)
ADD_ELECTRONIC = _add(
    f"{FIELDS}/electronic_signature",
    "addElectronicSignatureField",
    "Add Electronic Signature Field (v3)",
    "7.1",
    body=NewSignature,
)
UPDATE_ELECTRONIC = _update(
    f"{FIELDS}/electronic_signature",
    "updateElectronicSignatureField",
    "Update Electronic Signature Field (v3)",
    "7.1",
    body=ChangedSignature,
)
ADD_TEXT = _add(f"{FIELDS}/text", "addTextField", "Add Text Field", "7.4", body=NewTextBox)
UPDATE_TEXT = _update(f"{FIELDS}/text", "updateTextField", "Update Text Field", "7.4", body=ChangedTextBox)
ADD_CHECKBOX = _add(f"{FIELDS}/checkbox", "addCheckBox", "Add Check Box", "7.4", body=NewCheckBox)
UPDATE_CHECKBOX = _update(f"{FIELDS}/checkbox", "updateCheckBox", "Update Check Box", "7.4", body=ChangedBox)
ADD_RADIO = _add(f"{FIELDS}/radio", "addRadio", "Add Radio Button", "7.4", body=NewRadio)
UPDATE_RADIO = _update(f"{FIELDS}/radio", "updateRadio", "Update Radio Button", "7.4", body=ChangedBox)
DELETE = _call("DELETE", FIELDS, "deleteField", "Delete a field that was added", "7.4", body=NamedField)
AUTOPLACE = _call(
    "POST",
    f"{FIELDS}/autoplace",
    "autoPlaceFields",
    "AutoPlace Fields: one at every hit of a text",
    "7.5",
    answer=list[PlacedField],
    body=AutoPlace,
)
ASSIGN = _call(
    "PUT", f"{FIELDS}/assign", "assignFields", "Assign Document Field: all or none", "7.6", body=list[AssignedField]
)
LIST = _call("GET", FIELDS, "getDocumentFields", "Get Document Fields", "7.7", answer=FieldGroups)
LIST_PAGE = _call(
    "GET", f"{FIELDS}/<page_no>", "getDocumentFieldsOfPage", "Get Document Fields of a page", "7.7", answer=FieldGroups
)

FIELD_CALLS = (
    ADD_SIGNATURE,
    UPDATE_SIGNATURE,
    ADD_DIGITAL,
    UPDATE_DIGITAL,
    ADD_ELECTRONIC,
    UPDATE_ELECTRONIC,
    ADD_TEXT,
    UPDATE_TEXT,
    ADD_CHECKBOX,
    UPDATE_CHECKBOX,
    ADD_RADIO,
    UPDATE_RADIO,
    DELETE,
    AUTOPLACE,
    ASSIGN,
    LIST,
    LIST_PAGE,
)
