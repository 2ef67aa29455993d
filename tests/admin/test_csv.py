"""Tables as CSV never run anything in a spreadsheet (O02)."""

import csv
from io import StringIO

import pytest
from flask import Flask

from admin.csv_export import csv_response, safe_cell


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "  =1",
        "　＝1",
    ],
)
def test_O02_formulas_become_text(cell: str) -> None:
    """Everything that a spreadsheet would run gets an apostrophe in front, spaces or not."""
    assert f"'{cell}" == safe_cell(cell)


@pytest.mark.parametrize("cell", ["怎么退", "a=b", "7-day", 5, -5, 0.5, None, ""])
def test_O02_plain_cells_stay_as_they_are(cell: object) -> None:
    """Words keep their letters; numbers are numbers, negative ones too."""
    assert cell == safe_cell(cell)


def test_O02_a_table_is_quoted_and_has_a_mark_for_spreadsheets(app: Flask) -> None:
    """UTF-8 with a byte order mark, each cell in quotes, and read back as it was written."""
    with app.test_request_context():
        response = csv_response("misses", ["问题", "次数"], [['say "hi", =now', 3], ["=cmd|x", 1]])
    assert response.data.startswith("\ufeff".encode())
    assert "attachment" in response.headers["Content-Disposition"]
    assert "text/csv; charset=utf-8" == response.headers["Content-Type"]
    rows = list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
    assert [["问题", "次数"], ['say "hi", =now', "3"], ["'=cmd|x", "1"]] == rows
