"""Survey statistics in plain Python: sizes, weights, estimates with errors, intervals, tests.

Nothing here knows Django, the database or a questionnaire: numbers in, numbers out. What is said to
people about them stands in ``wording``, the only module with sentences.
docs/decisions/0030-survey-statistics.md tells which estimators and why.
"""
