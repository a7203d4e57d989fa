"""The page that a signatory logs in on, and approves exactly what it shows; plain HTML without scripts."""

import base64
import hashlib
from html import escape

from aiohttp import web

from local.servers.rssp.hashes import encoded
from local.servers.rssp.oauth2.orders import Order
from local.servers.rssp.oauth2.requests import AuthorizationRequest

STYLE = (
    "body{font:1rem/1.5 sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}"
    "code{overflow-wrap:anywhere}label,input{display:block}input{font:inherit;margin-bottom:1rem;max-width:100%}"
    "button{font:inherit;padding:.5rem 1.5rem;margin-right:1rem}[role=alert]{border:2px solid #b00020;padding:.5rem}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

# No form-action: browsers apply it to the redirect that answers the form, and that goes to another site
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

FORM = """
<form method="post" action="authorize">
<input type="hidden" name="page" value="{handle}">
<label for="user">User name</label>
<input id="user" name="user" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button name="decision" value="approve">{approve}</button>
<button name="decision" value="deny" formnovalidate>Deny</button>
</form>
"""


def page(request: AuthorizationRequest, handle: str, problem: str = "") -> web.Response:
    """What is asked for, and the form; after a wrong password also what was wrong."""
    name = escape(request.client.name)
    if request.order is None:
        title, body = "Log in", f"<p>{name} asks for access to your credentials. It cannot sign with them by this.</p>"
    else:
        title, body = "Approve signatures", f"<p>{name} asks to sign for you.</p>{_order(request.order)}"
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    form = FORM.format(handle=escape(handle), approve="Approve" if request.order else "Log in")
    return _html(title, f"{alert}{body}{form}", status=400 if problem else 200)


def dead_end(text: str) -> web.Response:
    """An error that cannot be told to the application, as it is not known where that is."""
    return _html("This request cannot be answered", f'<p role="alert">{escape(text)}</p>', status=400)


def _order(order: Order) -> str:
    rows = [
        ("Credential", escape(order.credential_id or f"a new one ({order.qualifier})")),
        ("Number of signatures", str(order.number)),
    ]
    if order.description:
        rows.append(("Description", escape(order.description)))
    listed = "".join(f"<div><dt>{term}</dt><dd>{said}</dd></div>" for term, said in rows)
    return f"<dl>{listed}</dl>{_hashes(order)}"


def _hashes(order: Order) -> str:
    if order.hashes is None:
        return "<p>The documents are not named: whatever the application chooses will be signed.</p>"
    labels = order.labels or ("",) * len(order.hashes)
    items = "".join(
        f"<li>{escape(label)} <code>{encoded(digest)}</code></li>"
        for digest, label in zip(order.hashes, labels, strict=True)
    )
    return f"<h2>Hashes to be signed</h2><ol>{items}</ol>"


def _html(title: str, body: str, status: int) -> web.Response:
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} – RSSP stand-in</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
