"""Questionnaires as XLSForm, the workbook that ODK, Kobo and others exchange.

``read`` is lenient and tells everything that is wrong at once; ``write`` gives what pyxform and ODK
Validate accept, and what ``read`` turns into the same definition. Columns of our own begin with
``lopburi_``; other programs leave them alone.
"""

from surveys.xlsform.reading import Entry, Report, read
from surveys.xlsform.writing import write

__all__ = ["Entry", "Report", "read", "write"]
