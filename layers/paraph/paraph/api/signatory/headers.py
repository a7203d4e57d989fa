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

LASTING = {"Cache-Control": "public, max-age=86400, immutable", "Vary": "Accept-Encoding"}
"""In their place, for a file whose content never changes under its name."""

WIDGET_PAGE = "/widget.html"
OWN, NOBODY = "'self'", "'none'"


def widget_headers(origins: Sequence[str]) -> dict[str, str]:
    """Of the one page that shows eID Easy's widget, in a frame of the signatory's page.

    The widget brings its style elements along, calls eID Easy, and frames its card reader (contract: eID Easy §3.5).
    """
    called, framed = " ".join((OWN, *origins)), " ".join(origins) or NOBODY
    policy = (
        "default-src 'none'; script-src 'self'; style-src-elem 'self' 'unsafe-inline'; style-src-attr 'none'; "
        f"img-src 'self'; font-src 'self'; connect-src {called}; frame-src {framed}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return {**SECURITY_HEADERS, "Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
