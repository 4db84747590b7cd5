"""What people think: questionnaires, fieldwork, weighting and results.

Answers are anonymous by construction. Not news about results, and not the plans that follow.
"""
