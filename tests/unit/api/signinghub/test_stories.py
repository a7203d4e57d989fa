"""The flows of the contract (§1.2, §1.3) from the owner's first call to the last download."""

import io
import zipfile

from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import (
    JANE,
    JOHN,
    OWNER,
    PDF,
    PLACE,
    SECRET,
    Api,
    fill,
    prepared,
    with_accounts,
)
from tests.world import World


def status(who: Api, package: str) -> str:
    """Where the package stands for this one."""
    return str(who.ok("GET", f"{package}/workflow")["package_status"])


def test_adss_from_the_package_to_the_evidence(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE)
    assert (status(owner, made.package), status(jane, made.package)) == ("INPROGRESS", "PENDING")
    early = jane("POST", f"{made.document}/sign", {"field_name": "FIELD1"})
    assert (early.status, early.json["Error"]) == (403, "mandatory_fields_missing")
    fill(jane, made)
    settings = jane.ok("GET", "/v4/settings/signatures", x_base64="true")
    (server,) = settings["signature"]["signing_servers"]
    assert (server["info"]["name"], server["authentication"]["enabled"]) == ("keys", False)
    assert server["capacity"]["advanced_electronic_signature"]["selected"][0]["name"] == "aes"
    wish = {
        "field_name": "FIELD1",
        "signing_server": "keys",
        "signing_capacity": "aes",
        "signing_reason": "Agreed",
        "hand_signature_image": "iVBORw0KGgo=",
    }
    signed = jane.ok("POST", f"{made.document}/sign", wish)
    assert (signed["status"], signed["transaction_id"]) == ("SIGNED", None)
    assert (signed["verification"]["field_name"], signed["verification"]["signature_status"]) == ("FIELD1", "VALID")
    again = jane("POST", f"{made.document}/sign", wish)
    assert (again.status, again.json["Error"]) == (403, "field_already_processed")
    asked = jane.ok("POST", f"{made.document}/field/status", {"field_name": "FIELD1"})
    assert (asked["status"], asked["verification"]["signature_status"]) == ("COMPLETED", "VALID")
    assert (status(owner, made.package), status(jane, made.package)) == ("INPROGRESS", "PENDING")
    jane.ok("POST", f"{made.package}/finish")
    jane.ok("POST", f"{made.package}/finish")  # a repeat has no effect
    assert (status(owner, made.package), status(jane, made.package)) == ("COMPLETED", "COMPLETED")
    (verified,) = jane.ok("GET", f"{made.document}/verification", x_base64="false")
    assert verified == signed["verification"]
    assert owner.ok("GET", f"{made.package}/verification") == [{"document_id": made.document_id, "fields": [verified]}]
    download = owner("GET", made.document)
    assert download.content.startswith(PDF)
    assert download.headers["Content-Type"] == "application/octet-stream"
    assert owner("GET", made.package).content == download.content
    report = owner("GET", f"{made.package}/report")
    assert (report.status, report.headers["Content-Type"]) == (200, "application/octet-stream")
    log = owner.ok("GET", f"{made.package}/log")
    actions = [a["action_type"] for a in log["actions"]]
    assert actions[0] == "PACKAGE_CREATED"
    assert actions[-3:] == ["FIELDS_FILLED", "SIGNED", "FINISHED"]
    page = owner.ok("GET", f"{made.package}/log/2/3")
    assert [a["action_type"] for a in page["actions"]] == actions[3:6]


def test_the_verification_is_left_out_if_nobody_wants_it(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE, body=document(Signature="SIGNATURE"))
    asked = {"field_name": "FIELD1", "skip_verification": True}
    assert jane.ok("POST", f"{made.document}/sign", asked)["verification"] is None
    assert jane.ok("POST", f"{made.document}/field/status", asked)["verification"] is None


def test_two_sign_one_after_the_other(owner: Api, jane: Api, john: Api) -> None:
    made = prepared(owner, JANE, JOHN, body=document())
    early = john("POST", f"{made.document}/sign", {"field_name": "FIELD2"})
    assert (early.status, early.json["Error"]) == (403, "not_your_turn")
    foreign = jane("POST", f"{made.document}/sign", {"field_name": "FIELD2"})
    assert (foreign.status, foreign.json["Error"]) == (403, "field_not_assigned")
    assert owner.ok("GET", f"{made.package}/workflow")["next_signer_email"] == [
        {"user_email": JANE, "user_name": "Jane"}
    ]
    unsigned = jane("POST", f"{made.package}/finish")
    assert (unsigned.status, unsigned.json["Error"]) == (403, "mandatory_fields_missing")
    jane.ok("POST", f"{made.document}/sign", {"field_name": "FIELD1"})
    jane.ok("POST", f"{made.package}/finish")
    assert (status(jane, made.package), status(john, made.package)) == ("SIGNED", "PENDING")
    john.ok("POST", f"{made.document}/sign", {"field_name": "FIELD2"})
    john.ok("POST", f"{made.package}/finish")
    workflow = owner.ok("GET", f"{made.package}/workflow")
    assert workflow["workflow"]["workflow_status"] == "COMPLETED"
    assert [u["process_status"] for u in workflow["users"]] == ["SIGNED", "SIGNED"]


def test_a_one_time_password_is_asked_for_sent_and_used_once(world: World) -> None:
    world.configure(with_accounts(otp=True))
    api = Api(world)
    owner, jane = api.as_user(OWNER), api.as_user(JANE)
    made = prepared(owner, JANE, JANE.replace("jane", "john"), body=document())
    wish = {"field_name": "FIELD1", "signing_server": "keys"}
    assert jane.ok("GET", "/v4/account")["sms_otp"] is True
    assert jane.ok("GET", "/v4/settings/signatures")["signature"]["signing_servers"][0]["authentication"]["enabled"]
    missing = jane("POST", f"{made.document}/sign", wish)
    assert (missing.status, missing.json) == (
        403,
        {"Error": "otp_required", "Message": "One time password is required"},
    )
    assert jane("POST", f"{made.document}/otp", {"field_name": "FIELD1"}).content == b""
    code = world.messages.code
    soon = jane("POST", f"{made.document}/otp", {"field_name": "FIELD1"})
    assert (soon.status, soon.json["Error"]) == (403, "otp_not_delivered")
    wrong = jane("POST", f"{made.document}/sign", wish, x_otp=str((int(code) + 1) % 10**6).zfill(6))
    assert (wrong.status, wrong.json["Error"]) == (403, "invalid_otp")
    assert code not in wrong.content.decode()
    assert jane.ok("POST", f"{made.document}/sign", wish, X_OTP=code)["status"] == "SIGNED"


def test_a_program_prepares_in_somebodys_name_but_never_signs(api: Api, owner: Api, jane: Api) -> None:
    client = Api(api.world, api.grant(grant_type="client_credentials").json["access_token"], api.app)
    answer = client("POST", "/v4/authenticate/scope", {"user_email": OWNER})
    scoped = Api(api.world, answer.json["access_token"], api.app)
    made = prepared(scoped, JANE)
    for_jane = client("POST", "/v4/authenticate/scope", {"user_email": JANE.upper()}).json["access_token"]
    as_jane = Api(api.world, for_jane, api.app)
    fill(as_jane, made)
    for path in ("sign", "otp", "field/status"):
        refused = as_jane("POST", f"{made.document}/{path}", {"field_name": "FIELD1"})
        assert (refused.status, refused.json["Error"]) == (403, "scope_token_not_allowed"), path
    assert jane.ok("POST", f"{made.document}/sign", {"field_name": "FIELD1"})["status"] == "SIGNED"
    as_jane.ok("POST", f"{made.package}/finish")
    assert status(owner, made.package) == "COMPLETED"


def test_refresh_tokens_rotate_and_logging_out_ends_both(api: Api) -> None:
    first = api.grant(grant_type="password", username=JANE, password=f"{SECRET}signatories/jane").json
    assert (first["token_type"], first["expires_in"]) == ("bearer", 1200)
    second = api.grant(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second.status == 200
    spent = api.grant(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (spent.status, spent.json["error"]) == (400, "invalid_grant")
    jane = Api(api.world, second.json["access_token"], api.app)
    assert jane.ok("GET", "/v4/account")["user_email"] == JANE
    assert jane("POST", "/v4/logout").content == b""
    assert jane("GET", "/v4/account").status == 401
    assert api.grant(grant_type="refresh_token", refresh_token=second.json["refresh_token"]).status == 400
    assert "refresh_token" not in api.grant(grant_type="client_credentials").json


def test_decline_recall_complete_delete(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE)
    owner.ok("DELETE", f"{made.package}/workflow")
    assert (status(owner, made.package), jane("GET", f"{made.package}/workflow").status) == ("DRAFT", 404)
    owner.ok("POST", f"{made.package}/workflow")
    jane.ok("POST", f"{made.package}/decline", {"reason": "Wrong flat"})
    workflow = owner.ok("GET", f"{made.package}/workflow")
    assert workflow["workflow"]["workflow_status"] == "DECLINED"
    assert (workflow["users"][0]["process_status"], workflow["users"][0]["reason"]) == ("DECLINED", "Wrong flat")
    (row,) = owner.ok("GET", "/v4/packages/DECLINED/1/10", x_recipient_details="true")
    assert row["decline"]["declined_by"] == {"user_email": JANE, "user_name": "Jane"}
    owner.ok("DELETE", made.package)
    gone = owner("GET", f"{made.package}/workflow")
    assert (gone.status, gone.json) == (404, {"Message": "Document not found"})

    for path in ("/v4/packages/{}/complete", "/v4/enterprise/packages/{}/complete"):
        other = prepared(owner, JANE)
        owner.ok("POST", path.format(other.package_id))
        assert status(owner, other.package) == "COMPLETED"


def test_a_reviewer_approves_without_a_body(owner: Api, jane: Api, john: Api) -> None:
    made = prepared(owner, share=False, body=document())
    users = [
        {"user_email": JANE, "user_name": "Jane", "role": "reviewer"},
        {"user_email": JOHN, "user_name": "John", "role": "SIGNER"},
    ]
    added = owner.ok("POST", f"{made.package}/workflow/users", users)
    assert [(u["user_email"], u["signing_order"]) for u in added] == [(JANE, 1), (JOHN, 2)]
    shared = owner.ok("POST", f"{made.package}/workflow")
    assert shared == [{"package_id": made.package_id, "documents": [made.document_id]}]
    jane.ok("POST", f"{made.package}/approve")
    assert (status(jane, made.package), status(john, made.package)) == ("REVIEWED", "PENDING")


def test_several_documents_come_in_an_archive(owner: Api) -> None:
    made = prepared(owner, share=False)
    second = owner.ok("POST", f"{made.package}/documents", document(), x_file_name="lease.pdf")
    assert (second["document_order"], second["documentid"]) == (2, second["documentId"])
    archive = zipfile.ZipFile(io.BytesIO(owner("GET", made.package).content))
    assert archive.namelist() == ["lease.pdf", "lease (2).pdf"]
    assert archive.read("lease.pdf") == PDF
    one = owner("GET", made.package, query=f"document-ids=[{second['document_id']}]")
    assert one.content == document()
    assert owner("GET", made.package, query="document-ids=[999]").status == 404
    owner.ok("DELETE", f"{made.package}/documents/{second['document_id']}")
    assert owner("GET", made.package).content == PDF


def test_the_accounts_own_package(api: Api) -> None:
    jane = api.as_user(JANE)
    added = jane.ok("POST", "/v4/packages", {"workflow_mode": "only_me"})
    assert (added["workflow_mode"], added["workflow_type"]) == ("ONLY_ME", "SERIAL")
    package = f"/v4/packages/{added['package_id']}"
    uploaded = jane.ok("POST", f"{package}/documents", document(), x_file_name="a.pdf")
    place = {"order": 1, "page_no": 1, "dimensions": PLACE}
    field = jane.ok("POST", f"{package}/documents/{uploaded['document_id']}/fields/signature", place)
    jane.ok("POST", f"{package}/workflow")
    signed = jane.ok("POST", f"{package}/documents/{uploaded['document_id']}/sign", {"field_name": field["field_name"]})
    assert signed["status"] == "SIGNED"
    jane.ok("POST", f"{package}/finish")
    assert status(jane, package) == "COMPLETED"
