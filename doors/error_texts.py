"""What the page of each error says, in the reader's language, and what to do next."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A code for programs; a title and a next step for people."""

    code: str
    title: LazyString
    hint: LazyString


SAVED = ErrorText(
    "unavailable",
    _("Saved, but not yet published"),
    _(
        "The file was saved. It is found by its new words after the next publication: that of the "
        "next save, or “flask index build”."
    ),
)
"""Of a publication that did not get its turn: nothing need be written again."""
SAVED_ONLY = ErrorText(
    "unavailable",
    _("Saved, but not yet published"),
    _(
        "The file was saved, but the search index cannot be written: the disk may be full. Tell "
        "whoever runs the server; the next publication has everything."
    ),
)
"""Of a publication that failed for want of room or of rights."""

STILL_SHOWN = ErrorText(
    "unavailable",
    _("Saved, but pages still show what was there before"),
    _(
        "The file was saved, but the database could not follow it: what was to be taken away is "
        "still shown. Tell whoever runs the server now; “flask index build” says what is wrong."
    ),
)
"""Of a publication whose database does not know of it: the one that is urgent."""

NOT_WRITABLE = ErrorText(
    "content_read_only",
    _("Not saved"),
    _("The server may not write to the content folder. Ask whoever runs it."),
)
"""Of a content folder that the server may only read: waiting does not mend it."""

GONE = ErrorText(
    "gone",
    _("This entry is gone meanwhile"),
    _(
        "Its file was removed from the content folder, so nothing was changed. Put the file back; "
        "else the entry leaves all pages with the next publication: that of the next save, or "
        "“flask index build”."
    ),
)
"""Of an entry that the tables still know."""

KNOWLEDGE = ErrorText(
    "unavailable",
    _("A file of the knowledge base cannot be read or written"),
    _(
        "Correct or remove the file that stands on the list of problems. If somebody else is "
        "saving just now, try again."
    ),
)
"""Of the content folder: who keeps the files must act, so that waiting is not all there is."""

TEXTS = {
    400: ErrorText(
        "bad_request",
        _("We could not read that request"),
        _("Please go back, load the page again, and try once more."),
    ),
    401: ErrorText(
        "unauthorized",
        _("The access token is not valid"),
        _("Send a token that is still good as “Authorization: Bearer”, or none."),
    ),
    403: ErrorText(
        "forbidden",
        _("This request was refused"),
        _("Open the page on this site and send the form from there."),
    ),
    404: ErrorText(
        "not_found",
        _("This page does not exist"),
        _("The address may be mistyped, or the page has moved. Searching often helps."),
    ),
    405: ErrorText(
        "method_not_allowed",
        _("This address cannot be used that way"),
        _("Please go back and use the links and buttons of the page."),
    ),
    409: ErrorText(
        "conflict",
        _("Somebody else changed this meanwhile"),
        _("Load the page again, compare, and save once more."),
    ),
    413: ErrorText(
        "too_large",
        _("That is more text than we can take"),
        _("Please shorten it and send it again."),
    ),
    414: ErrorText(
        "address_too_long",
        _("That address is too long"),
        _("Please ask in fewer words."),
    ),
    415: ErrorText(
        "unsupported_media_type",
        _("This kind of data is not accepted here"),
        _("Send JSON with “Content-Type: application/json”."),
    ),
    422: ErrorText(
        "unprocessable",
        _("Some of the details do not fit"),
        _("Check what was entered and send it again."),
    ),
    429: ErrorText(
        "too_many_requests",
        _("That was a little too fast"),
        _("Please wait a moment and try again."),
    ),
    500: ErrorText(
        "internal_error",
        _("Something went wrong on our side"),
        _("It has been noted. Please try again in a few minutes."),
    ),
    503: ErrorText(
        "unavailable",
        _("We will be back in a moment"),
        _("The service is busy or being looked after. Please try again shortly."),
    ),
    507: ErrorText(
        "storage_full",
        _("There is no room left to save this"),
        _("Nothing was lost. Ask whoever runs the server to free some space."),
    ),
}
