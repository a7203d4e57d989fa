"""Render: pictures of a document's pages, for whoever is asked to sign it."""

import base64
from typing import Any

from paraph import bootstrap
from paraph.entrypoint import Event, quietly
from paraph.ports.page_images import Drawing


@quietly
def handler(event: Event, _context: Any) -> dict[str, Any]:
    """A `Drawing` in; `{"png": base64}`, or `{"sizes": […]}` if it names no page, out."""
    drawing = Drawing.model_validate(event)
    document = bootstrap.documents().find(drawing.key, drawing.version_id)
    images = bootstrap.drawn_pages()
    if drawing.page is None:
        return {"sizes": [size.model_dump() for size in images.sizes(document)]}
    return {"png": base64.b64encode(images.png(document, drawing.page, drawing.width)).decode()}
