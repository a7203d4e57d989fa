"""What every answer carries, so that the page loads nothing foreign, is framed nowhere and leaves no trace."""

from collections.abc import Sequence

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""For answers of every kind: a policy that the page needs does an answer in JSON no harm."""

WIDGET_PAGE = "/widget.html"
NOBODY = "'none'"


def widget_headers(origins: Sequence[str]) -> dict[str, str]:
    """Of the one page that shows eID Easy's widget, inside the signatory's page.

    The widget brings its styles along, calls eID Easy, and frames its card reader (contract: eID Easy §3.5).
    """
    eideasy = " ".join(origins)
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self' {eideasy}; frame-src {eideasy or NOBODY}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return {**SECURITY_HEADERS, "Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
