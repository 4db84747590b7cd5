"""The office itself: who it is, where it works, its calendars of issues and of working days, its
numbers and its staff.

Answerable for identity and contacts, standing pages, places and clusters, communication issues,
days off and working days, running numbers and staff roles. Not for what the office says (news) or
with whom it works (network).
"""
