"""Django's Thai formats where they mislead.

Its calendar would write 24/11/2026, which reads as a Buddhist year, and its date fields would take
24/11/2569 for a day 543 years ahead. ISO dates can't be misread; lopburi_pr.calendar_fields takes
Thai ones.
"""

DATE_INPUT_FORMATS = ["%Y-%m-%d"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
