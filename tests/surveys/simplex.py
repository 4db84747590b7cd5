"""How far a sum of unknowns can go: the simplex method in fractions, for attackers on tables."""

from fractions import Fraction


def interval(names, equations):
    """(least, most) of a sum of unknowns that are not below 0; most is infinite without an end.

    ``equations``: ({unknown: factor}, sum).
    """
    goal = dict.fromkeys(names, -1) | {"goal": 1}
    told = [*equations, (goal, 0)]
    most = largest("goal", told)
    if most is None:
        most = float("inf")
    roof = 10**6
    least = roof - largest("rest", [*told, ({"goal": 1, "rest": 1}, roof)])
    return least, most


def largest(goal, equations):
    """The largest value of an unknown, None where it has no end: the simplex method in fractions.

    ``equations``: ({unknown: factor}, sum); unknowns are not below 0. Bland's rule ends every time.
    """
    unknowns = sorted({name for factors, _ in equations for name in factors} | {goal}, key=repr)
    at = {name: place for place, name in enumerate(unknowns)}
    size, rows = len(unknowns), []
    for number, (factors, value) in enumerate(equations):
        turn = -1 if value < 0 else 1
        row = [0] * (size + len(equations) + 1)
        for name, factor in factors.items():
            row[at[name]] += turn * factor
        row[size + number], row[-1] = 1, turn * value
        rows.append(row)
    basis = [size + number for number in range(len(rows))]
    first = [-sum(column) for column in zip(*rows, strict=True)] if rows else []
    for place in range(size, size + len(rows)):
        first[place] = 0
    climb(rows, basis, first, size)
    assert not rows or first[-1] == 0, "the truth itself does not fit what was published"
    for number, place in enumerate(basis):
        if place >= size:
            column = next((j for j in range(size) if rows[number][j]), None)
            if column is not None:
                pivot(rows, basis, first, number, column)
    last = [0] * (size + len(rows) + 1)
    last[at[goal]] = -1
    for number, place in enumerate(basis):
        if last[place]:
            factor = last[place]
            last = [a - factor * b for a, b in zip(last, rows[number], strict=True)]
    return last[-1] if climb(rows, basis, last, size) else None


def climb(rows, basis, goal, size):
    while True:
        column = next((j for j in range(size) if goal[j] < 0), None)
        if column is None:
            return True
        steps = [
            (row[-1] / row[column], basis[i], i) for i, row in enumerate(rows) if row[column] > 0
        ]
        if not steps:
            return False
        pivot(rows, basis, goal, min(steps)[2], column)


def pivot(rows, basis, goal, number, column):
    by = rows[number][column]
    if by == -1:  # whole numbers stay whole as long as that goes: they are ten times faster
        rows[number] = [-value for value in rows[number]]
    elif by != 1:
        rows[number] = [Fraction(value) / by for value in rows[number]]
    for line in (*(row for i, row in enumerate(rows) if i != number), goal):
        if line[column]:
            factor = line[column]
            line[:] = [a - factor * b for a, b in zip(line, rows[number], strict=True)]
    basis[number] = column
