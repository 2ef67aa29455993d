"""Door 2, the chat agent's desk: look an answer up while a customer waits, and copy it.

Promises that what is copied holds only what the entry's own audience may see: it is read from the
knowledge base as that audience, in which the agent's layer does not exist (trust L35).
"""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

from desk import views  # noqa: E402, F401
