"""The first sheet of an Excel workbook (.xlsx) as rows of text cells."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
import zlib
from io import BytesIO

from NEMOPETLib.cohort.cells import cell_of
from NEMOPETLib.errors import InputError

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def is_workbook(data: bytes) -> bool:
    """Whether a file's bytes are an Excel workbook, whatever its name.

    Raises
    ------
    InputError
        For a workbook of the old .xls format.
    """
    if data.startswith(_OLD_EXCEL):
        raise InputError("is an old or protected Excel workbook: save it as CSV UTF-8 or as open .xlsx")
    return data.startswith(_ZIP)


def first_sheet(data: bytes) -> list[list[str]]:
    """The cells of the first sheet, formulas by the value that Excel last saved.

    Numbers with a dot, dates as ISO 8601, true and false as 1 and 0, each as a CSV of this program would
    hold it.

    Raises
    ------
    InputError
        Where it is no .xlsx or damaged.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which it does not keep
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
            if sheet is None:
                return []
            sheet.reset_dimensions()  # some programs write wrong ones
            return [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, SyntaxError, OSError) as error:
        raise InputError("is no .xlsx workbook or damaged: save it again, or as CSV UTF-8") from error


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, (dt.time, dt.timedelta)):
        value = str(value)
    return cell_of(value, ".")
