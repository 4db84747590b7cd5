"""Weights: whom an interview stands for, and what unequal weights cost.

Design weights and non-response factors here; margins in ``raking``, of which one alone is a
post-stratification.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass


def base_weights(populations: dict, counts: dict) -> dict:
    """N_h / n_h by stratum code: people in the stratum over completed interviews.

    Where one person of a household is drawn, multiply by the eligible people of that household.
    Refused with ValueError for a stratum with interviews but no known population.
    """
    unknown = sorted(code for code, n in counts.items() if n and not populations.get(code))
    if unknown:
        raise ValueError(f"No population is known for stratum {unknown[0]}.")
    return {code: populations[code] / n for code, n in counts.items() if n}


def response_factors(selected: dict, answered: dict) -> dict:
    """The non-response factor of each class: weight of those selected over those who answered.

    In: sums of base weights by class code. A class in which nobody answered is refused with
    ValueError: join it with a neighbour.
    """
    silent = sorted(code for code, weight in selected.items() if weight and not answered.get(code))
    if silent:
        raise ValueError(f"Nobody answered in class {silent[0]}: join it with another one.")
    return {code: weight / answered[code] for code, weight in selected.items() if weight}


@dataclass(frozen=True)
class Spread:
    """What unequal weights do to ``n`` interviews."""

    n: int
    total: float
    squares: float

    @property
    def deff(self) -> float | None:
        """Kish's design effect of weighting, n sum(w²) / (sum w)²; None without interviews."""
        return self.n * self.squares / self.total**2 if self.total else None

    @property
    def n_eff(self) -> float | None:
        """The effective number of interviews, n / deff."""
        return self.total**2 / self.squares if self.squares else None


def spread(weights: Iterable[float]) -> Spread:
    """Kish (1965) 11.7, from the weights; ``Spread`` itself takes sums from the database."""
    weights = list(weights)
    return Spread(len(weights), math.fsum(weights), math.fsum(w * w for w in weights))
