"""How a sample is shared among strata, in whole interviews that add up exactly.

Every share is rounded by the largest remainder; equal remainders go to the lower code. No stratum
is given more interviews than it has people: what it cannot take goes to the others.
"""

from fractions import Fraction

from surveys.statistics.rounding import exactly


def proportional(populations: dict, n: int, *, floor: int = 0) -> dict:
    """Interviews by stratum in proportion to its people, ``floor`` of them given to each first.

    In: people by stratum code. Refused with ValueError where ``n`` is below the floors or above the
    number of people.
    """
    return _shared(populations, n, populations, floor)


def neyman(populations: dict, deviations: dict, n: int, *, floor: int = 0) -> dict:
    """Neyman's optimum n N_h S_h / sum(N S), for a standard deviation S_h of each stratum."""
    sizes = {code: exactly(populations[code]) * exactly(deviations[code]) for code in populations}
    return _shared(populations, n, sizes, floor)


def largest_remainder(shares: dict, n: int) -> dict:
    """``n`` whole things by shares of any unit; of codes with equal remainders the lower one."""
    whole = sum(exactly(share) for share in shares.values())
    if n and not whole:
        raise ValueError("There is nothing to share by: every share is 0.")
    exact = {
        code: exactly(share) * n / whole if n else Fraction(0) for code, share in shares.items()
    }
    given = {code: int(share) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: (given[code] - exact[code], code))
    for code in by_remainder[: n - sum(given.values())]:
        given[code] += 1
    return given


def _shared(populations, n, sizes, floor):
    given = {code: min(floor, int(exactly(people))) for code, people in populations.items()}
    if n < sum(given.values()):
        raise ValueError("The sample is smaller than the floors of all strata together.")
    if n > sum(int(exactly(people)) for people in populations.values()):
        raise ValueError("The sample is larger than the population.")
    open_strata = dict(sizes)
    while True:
        rest = n - sum(count for code, count in given.items())
        added = largest_remainder(open_strata, rest)
        full = [c for c in open_strata if given[c] + added[c] > int(exactly(populations[c]))]
        if not full:
            return {code: count + added.get(code, 0) for code, count in given.items()}
        for code in full:
            given[code] = int(exactly(populations[code]))
            del open_strata[code]
