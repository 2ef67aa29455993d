"""Door 1, the shopper's site: browse, ask, read, say whether it helped, leave a question."""

from flask import Blueprint

blueprint = Blueprint("web", __name__)

from web import (  # noqa: E402, F401  (views register themselves on the blueprint)
    addresses,
    asking,
    browsing,
    discovery,
    marking,
    reading,
    searching,
    unsubscribing,
)
