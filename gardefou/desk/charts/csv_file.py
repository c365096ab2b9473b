"""A chart as CSV (RFC 4180), for spreadsheets and programs: UTF-8, a header row, instants in ISO 8601.

A spreadsheet takes a cell that begins with one of a few signs for a formula, and does what it says. None of our figures
does; should a word ever, it is written behind an apostrophe, which a spreadsheet takes for the sign of a text.
"""

import csv
import io

from gardefou.desk.charts.chart import Chart, in_a_file

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def csv_of(chart: Chart) -> str:
    """Return a chart as a file; a stretch under way ends where it will end."""
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow(harmless(column.name) for column in chart.columns)
    for row in chart.rows:
        cells = (in_a_file(value, column.kind) for value, column in zip(row, chart.columns, strict=True))
        written.writerow(harmless(cell) for cell in cells)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
