"""Tables as CSV that spreadsheet programs open as text, whatever people typed into them (O02).

UTF-8 with a byte order mark, quoted throughout, lines ended by CR LF. A text that a spreadsheet
would run as a formula gets an apostrophe in front.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from flask import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | None


def csv_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """A download called ``<name>.csv``."""
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([safe_cell(cell) for cell in row])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="dawen-{name}.csv"'
    return response


def safe_cell(cell: object) -> Cell:
    """A cell that is shown and never run: numbers as they are, everything else as text."""
    if cell is None or isinstance(cell, (int, float)):
        return cell
    text = str(cell).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(FORMULA_STARTS) else text
