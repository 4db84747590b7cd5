"""A queryset that is compiled and planned once: for the one read that costs more to write and to
plan than to run.

Django builds SQL anew for every request and PostgreSQL plans it anew; for an article with its
pictures, files, tags and places each takes longer than everything else on the page together.
"""

import re
from functools import cached_property
from weakref import WeakKeyDictionary

from django.db import connection

_known = WeakKeyDictionary()  # connections, with the names of what each has planned
_place = re.compile(r"%[s%]")


class Prepared:
    """``Prepared(make, year=31_999)`` compiles ``make(year=31_999)``, a queryset of ``values()``;
    ``rows(year=2569)`` runs it with 2569 instead.

    The marks given at first must be of the right type and occur nowhere else in the query.
    """

    def __init__(self, make, **marks):
        self.make = make
        self.marks = marks

    @cached_property
    def _compiled(self):
        query = self.make(**self.marks).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        expressions = [column for column, _, _ in compiler.select]
        converters = compiler.get_converters(expressions)
        return sql, parameters, list(query.selected), converters

    def rows(self, **values):
        """The rows as dictionaries; one query."""
        *_sql, names, converters = self._compiled
        places = ", ".join(["%s"] * len(self.marks))
        with connection.cursor() as cursor:
            self._plan(connection.connection)
            call = f"EXECUTE {self._name} ({places})"
            cursor.execute(call, [values[name] for name in self.marks])
            found = cursor.fetchall()
        return [self._converted(row, names, converters) for row in found]

    @property
    def _name(self):
        return f"prepared_{id(self)}"

    def _plan(self, raw):
        """Let this connection prepare the statement, once; it outlives every transaction."""
        names = _known.setdefault(raw, set())
        if self._name in names:
            return
        sql, parameters, *_rest = self._compiled
        named = {mark: f"${place}" for place, mark in enumerate(self.marks.values(), start=1)}
        left = iter(parameters)
        with raw.cursor() as cursor:

            def written(place):
                if place[0] == "%%":
                    return "%"
                value = next(left)
                return named.get(value) or cursor.mogrify("%s", [value]).decode()

            cursor.execute(f"PREPARE {self._name} AS {_place.sub(written, sql)}")
        names.add(self._name)

    @staticmethod
    def _converted(row, names, converters):
        row = dict(zip(names, row, strict=True))
        for place, (steps, expression) in converters.items():
            name = names[place]
            for step in steps:
                row[name] = step(row[name], expression, connection)
        return row
