"""One-time passwords and links by SMS (Amazon SNS) and e-mail (Amazon SES)."""

from collections.abc import Callable, Sequence
from email.utils import parseaddr
from typing import Any
from unicodedata import category, normalize

from botocore.exceptions import BotoCoreError, ClientError

from paraph.domain.configuration import OtpMethod
from paraph.domain.errors import OtpNotDelivered, Unavailable
from paraph.ports.messages import Addressee

SMS_SEPTETS = 160  # of one message in the GSM 7-bit alphabet (3GPP TS 23.040 §9.2.3.16)
TWO_SMS_UNITS = 2 * 67  # in UCS-2, for names in other scripts: one message has not even room for the rest
SHORTEST_NAME = 12
LONGEST_NAME = 60
LONGEST_ORGANISATION = 30
# 3GPP TS 23.038 §6.2.1, without the characters that nobody writes in a name
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€")  # two septets each


class AwsMessages:
    """Implements `Messages`; `sender` is an SES identity such as `Name <box@domain>`, empty: no e-mail is sent."""

    def __init__(self, sns: Any, sesv2: Any, sender: str) -> None:
        self._sns = sns
        self._sesv2 = sesv2
        self._sender = sender

    def send_code(
        self, to: Addressee, methods: Sequence[OtpMethod], code: str, document_name: str, validity_seconds: int
    ) -> OtpMethod:
        """Publish or SendEmail, once: a second way is not tried, as the first may have delivered all the same."""
        name = _plain(document_name) or "document"
        valid, organisation = _duration(validity_seconds), self._organisation()
        for method in methods:
            if method is OtpMethod.SMS and to.mobile_number:
                self._sms(to.mobile_number, _short(code, name, valid, organisation))
                return method
            if method is OtpMethod.EMAIL and to.email and self._sender:
                self._email(to.email, "Your code for signing", _long(code, name, valid, organisation))
                return method
        raise OtpNotDelivered("There is no address that the one-time password could be sent to.")

    def send_link(self, to: Addressee, url: str, document_name: str, owner_name: str) -> OtpMethod:
        """SendEmail or Publish, once."""
        name, owner = _plain(document_name) or "document", _plain(owner_name) or "Somebody"
        text = (
            f'{_shorten(owner, LONGEST_NAME, len)} asks you to sign "{_shorten(name, LONGEST_NAME, len)}":\n\n{url}\n'
        )
        return self._send(to, "A document for you to sign", text)

    def send_invitation(self, to: Addressee, url: str, owner_name: str) -> OtpMethod:
        """SendEmail or Publish, once."""
        owner = _shorten(_plain(owner_name) or "Somebody", LONGEST_NAME, len)
        text = (
            f"{owner} invites you to register a device. With it you approve signatures in your name:\n\n{url}\n\n"
            "The link is for you alone. If you did not expect it, do not open it.\n"
        )
        return self._send(to, "Register your device for signing", text)

    def _send(self, to: Addressee, subject: str, text: str) -> OtpMethod:
        if to.email and self._sender:
            self._email(to.email, subject, text)
            return OtpMethod.EMAIL
        if to.mobile_number:
            self._sms(to.mobile_number, text)
            return OtpMethod.SMS
        raise OtpNotDelivered("There is no address that the link could be sent to.")

    def _organisation(self) -> str:
        return _shorten(_plain(parseaddr(self._sender)[0]), LONGEST_ORGANISATION, len) or "us"

    def _sms(self, number: str, text: str) -> None:
        kind = {"DataType": "String", "StringValue": "Transactional"}  # delivered before promotions (SNS, SMSType)
        attributes = {"AWS.SNS.SMS.SMSType": kind}
        _ask(lambda: self._sns.publish(PhoneNumber=number, Message=text, MessageAttributes=attributes))

    def _email(self, address: str, said: str, text: str) -> None:
        subject = {"Data": said, "Charset": "UTF-8"}  # no code in it: locked screens show subjects
        body = {"Text": {"Data": text, "Charset": "UTF-8"}}
        _ask(
            lambda: self._sesv2.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Simple": {"Subject": subject, "Body": body}},
            )
        )


def _ask(request: Callable[[], Any]) -> None:
    """Only an error's name goes on: services and botocore repeat numbers, addresses and texts in their messages."""
    try:
        request()
    except ClientError as error:
        reason = error.response["Error"]["Code"]
    except BotoCoreError as error:
        reason = type(error).__name__
    else:
        return
    raise Unavailable("The message could not be sent.", reason=reason)  # out here, without their context


def _short(code: str, name: str, valid: str, organisation: str) -> str:
    """The SMS: the name is shortened until it fits, if that leaves something of it."""
    before = f'{code} is your code to sign "'
    after = f'". It is valid for {valid}. Nobody from {organisation} will ask you for it.'
    measure, limit = (_septets, SMS_SEPTETS) if _is_gsm(before + name + after) else (_utf16_units, TWO_SMS_UNITS)
    room = limit - measure(before + after)
    return before + _shorten(name, max(room, SHORTEST_NAME), measure) + after


def _long(code: str, name: str, valid: str, organisation: str) -> str:
    """The e-mail."""
    return (
        f'Your code to sign "{_shorten(name, LONGEST_NAME, len)}" is:\n\n    {code}\n\n'
        f"It is valid for {valid} and can be used once. Nobody from {organisation} will ask you for it.\n"
        "If you did not want to sign, ignore this message.\n"
    )


def _plain(name: str) -> str:
    """Without characters that control how text runs, and without quotation marks that could end the quotation."""
    seen = ("" if category(char)[0] == "C" else char for char in " ".join(normalize("NFC", name).split()))
    return "".join(seen).replace('"', "'").strip()


def _shorten(text: str, room: int, measure: Callable[[str], int]) -> str:
    """At most `room`, by `measure`; the ellipsis is three full stops, as the GSM alphabet has no other."""
    if measure(text) <= room:
        return text
    text = text[:room]  # no character measures less than one
    while text and measure(text) > room - 3:
        text = text[:-1]
    return text.rstrip() + "..."


def _duration(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds % 60 else (seconds // 60, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _is_gsm(text: str) -> bool:
    return all(char in GSM_BASIC or char in GSM_EXTENDED for char in text)


def _septets(text: str) -> int:
    return sum(2 if char in GSM_EXTENDED else 1 for char in text)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
