"""Thai calendar (provisional: the language helper replaces this file)."""


def be_year(day):
    return day.year + 543


def thai_date(value, form="short"):
    return f"{value.day}/{value.month}/{value.year + 543}"


def english_date(value, form="short"):
    return f"{value.day}/{value.month}/{value.year}"


def thai_datetime(value):
    return thai_date(value)
