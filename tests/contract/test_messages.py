"""One-time passwords by SMS and e-mail: what is sent, by which way, and what errors do not tell."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from paraph.aws.messages import AwsMessages
from paraph.domain.configuration import OtpMethod
from paraph.domain.errors import OtpNotDelivered, Unavailable
from paraph.ports.messages import Addressee

REGION = "eu-central-1"
SENDER = "Alder Mutual <signing@alder.example>"
CODE = "493027"
NUMBER = "+491700000001"
JANE = Addressee(name="Jane Doe", email="jane@example.org", mobile_number=NUMBER)
BOTH = (OtpMethod.SMS, OtpMethod.EMAIL)


def sns() -> Any:
    return boto3.client("sns", region_name=REGION)


def sesv2() -> Any:
    return boto3.client("sesv2", region_name=REGION)


class Unused:
    """A client that nothing is asked of."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked of a service that is not needed")


UNUSED = Unused()


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        sesv2().create_email_identity(EmailIdentity="alder.example")
        yield


def texts() -> list[tuple[str, str]]:
    """Numbers and texts of the SMS that were sent."""
    return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values())


def letters() -> list[Any]:
    """The e-mails that were sent."""
    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def sms(document_name: str = "Lease agreement.pdf", validity_seconds: int = 300, sender: str = SENDER) -> str:
    AwsMessages(sns(), UNUSED, sender).send_code(JANE, BOTH, CODE, document_name, validity_seconds)
    return texts()[-1][1]


def email(document_name: str = "Lease agreement.pdf", validity_seconds: int = 300) -> Any:
    AwsMessages(UNUSED, sesv2(), SENDER).send_code(JANE, (OtpMethod.EMAIL,), CODE, document_name, validity_seconds)
    return letters()[-1]


def test_an_sms_says_code_purpose_and_validity() -> None:
    assert sms() == (
        '493027 is your code to sign "Lease agreement.pdf". It is valid for 5 minutes. '
        "Nobody from Alder Mutual will ask you for it."
    )
    assert [number for number, _ in texts()] == [NUMBER]
    assert letters() == []


def test_an_sms_is_transactional() -> None:
    client = sns()
    with Stubber(client) as stub:
        kind = {"DataType": "String", "StringValue": "Transactional"}
        expected = {"PhoneNumber": NUMBER, "Message": sms(), "MessageAttributes": {"AWS.SNS.SMS.SMSType": kind}}
        stub.add_response("publish", {"MessageId": "1"}, expected)
        AwsMessages(client, UNUSED, SENDER).send_code(JANE, BOTH, CODE, "Lease agreement.pdf", 300)
        stub.assert_no_pending_responses()


def test_an_email_says_the_same_and_its_subject_keeps_the_code() -> None:
    letter = email()
    assert letter.source == SENDER
    assert letter.destinations == {"ToAddresses": ["jane@example.org"]}
    assert CODE not in letter.subject
    for part in (CODE, '"Lease agreement.pdf"', "5 minutes", "Nobody from Alder Mutual will ask you for it."):
        assert part in letter.body
    assert texts() == []


@pytest.mark.parametrize(
    ("changes", "methods", "sender", "used"),
    [
        ({}, (OtpMethod.EMAIL, OtpMethod.SMS), SENDER, OtpMethod.EMAIL),
        ({"mobile_number": None}, BOTH, SENDER, OtpMethod.EMAIL),
        ({"email": None}, (OtpMethod.EMAIL, OtpMethod.SMS), SENDER, OtpMethod.SMS),
        ({}, (OtpMethod.EMAIL, OtpMethod.SMS), "", OtpMethod.SMS),
    ],
)
def test_the_first_way_with_an_address_is_used(
    changes: dict[str, None], methods: tuple[OtpMethod, ...], sender: str, used: OtpMethod
) -> None:
    to = JANE.model_copy(update=changes)
    assert AwsMessages(sns(), sesv2(), sender).send_code(to, methods, CODE, "Lease", 300) is used
    assert (len(texts()), len(letters())) == ((1, 0) if used is OtpMethod.SMS else (0, 1))


@pytest.mark.parametrize(
    ("changes", "methods", "sender"),
    [
        ({"mobile_number": None, "email": None}, BOTH, SENDER),
        ({"mobile_number": None}, (OtpMethod.SMS,), SENDER),
        ({"mobile_number": None}, BOTH, ""),
        ({}, (), SENDER),
    ],
)
def test_without_an_address_nothing_is_sent(
    changes: dict[str, None], methods: tuple[OtpMethod, ...], sender: str
) -> None:
    with pytest.raises(OtpNotDelivered):
        AwsMessages(UNUSED, UNUSED, sender).send_code(JANE.model_copy(update=changes), methods, CODE, "Lease", 300)


@pytest.mark.parametrize(
    ("seconds", "said"), [(30, "30 seconds"), (60, "1 minute"), (90, "90 seconds"), (3600, "60 minutes")]
)
def test_the_validity_is_said_in_whole_units(seconds: int, said: str) -> None:
    assert f"valid for {said}." in sms(validity_seconds=seconds)
    assert f"valid for {said} " in email(validity_seconds=seconds).body


@pytest.mark.parametrize("name", ["x" * 300_000, "Kündigung à la carte " * 20, "[{~}]" * 60, "Cafe\u0301 " * 40])
def test_a_name_in_the_gsm_alphabet_leaves_one_sms(name: str) -> None:
    text = sms(name)
    assert '..."' in text
    assert 150 < sum(2 if char in "^{}\\[~]|€" else 1 for char in text) <= 160
    assert "will ask you for it." in text


def test_a_name_in_another_script_leaves_two_sms() -> None:
    text = sms("Договор аренды " * 20)
    assert '"Договор' in text
    assert 67 < len(text.encode("utf-16-le")) / 2 <= 134


def test_an_email_shortens_names_too() -> None:
    assert f'"{"x" * 57}..."' in email("x" * 300).body


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lease\r\nYour bank: call\t+49 1", '"Lease Your bank: call +49 1"'),
        ("Lease\u202e\u2066fdp.exe\u0000", '"Leasefdp.exe"'),
        ('Lease". Tell the code to "us', "\"Lease'. Tell the code to 'us\""),
        ("{code} %s {}", '"{code} %s {}"'),
        ("\u200b\n", '"document"'),
    ],
)
def test_names_cannot_break_out_of_the_text(name: str, shown: str) -> None:
    assert shown in sms(name)
    assert shown in email(name).body


@pytest.mark.parametrize(
    ("sender", "who"),
    [
        ("", "us"),
        ("signing@alder.example", "us"),
        ('"Kestrel\nHousing" <a@b.example>', "Kestrel Housing"),
        (f"{'Alder ' * 20}<a@b.example>", "Alder Alder Alder Alder Ald..."),
    ],
)
def test_the_senders_name_says_who_will_not_ask(sender: str, who: str) -> None:
    assert f"Nobody from {who} will" in sms(sender=sender)


def failing(service: Callable[[], Any], operation: str, code: str, message: str) -> Any:
    client = service()
    stub = Stubber(client)
    stub.add_client_error(operation, code, message)
    stub.activate()
    return client


@pytest.mark.parametrize(
    ("method", "service", "operation", "code"),
    [
        (OtpMethod.SMS, sns, "publish", "Throttling"),
        (OtpMethod.SMS, sns, "publish", "OptedOut"),
        (OtpMethod.EMAIL, sesv2, "send_email", "MessageRejected"),
    ],
)
def test_a_refusing_service_is_unavailable_and_nothing_personal_is_told(
    method: OtpMethod, service: Callable[[], Any], operation: str, code: str
) -> None:
    client = failing(service, operation, code, f"{NUMBER} jane@example.org {CODE}")
    with pytest.raises(Unavailable) as raised:
        AwsMessages(client, client, SENDER).send_code(JANE, (method,), CODE, "Lease", 300)
    assert raised.value.details == {"reason": code}
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    assert not any(secret in str(raised.value) for secret in (NUMBER, "jane", CODE))


def test_an_unreachable_service_is_unavailable() -> None:
    class Unreachable:
        def publish(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://sns.example")

    with pytest.raises(Unavailable) as raised:
        AwsMessages(Unreachable(), UNUSED, SENDER).send_code(JANE, BOTH, CODE, "Lease", 300)
    assert raised.value.details == {"reason": "EndpointConnectionError"}


def test_codes_numbers_and_addresses_are_not_logged(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO")
    sms()
    email()
    logged = caplog.text + "".join(capsys.readouterr())
    assert not any(secret in logged for secret in (CODE, NUMBER, "jane@example.org"))
