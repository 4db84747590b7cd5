"""A queryset that is compiled once: for the one read whose SQL costs more to write than to run.

Django builds SQL anew for every request; for an article with its pictures, files, tags and places
that takes longer than everything else on the page together.
"""

from functools import cached_property

from django.db import connection


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
        named = {mark: name for name, mark in self.marks.items()}
        places = [named.get(parameter) for parameter in parameters]
        return sql, list(zip(parameters, places, strict=True)), list(query.selected), converters

    def rows(self, **values):
        """The rows as dictionaries; one query."""
        sql, parameters, names, converters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[name] if name else fixed for fixed, name in parameters])
            found = cursor.fetchall()
        return [self._converted(row, names, converters) for row in found]

    @staticmethod
    def _converted(row, names, converters):
        row = dict(zip(names, row, strict=True))
        for place, (steps, expression) in converters.items():
            name = names[place]
            for step in steps:
                row[name] = step(row[name], expression, connection)
        return row
