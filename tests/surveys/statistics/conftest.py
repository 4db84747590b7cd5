"""The samples that R's figures were made from, as columns of numbers."""

import csv
from pathlib import Path

import pytest

ORACLES = Path(__file__).parent.parent / "oracles"


def columns(name):
    with (ORACLES / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


@pytest.fixture(scope="session")
def strat():
    """200 schools, stratified by type."""
    return columns("apistrat.csv")


@pytest.fixture(scope="session")
def clus():
    """183 schools of 15 districts, each district a cluster."""
    return columns("apiclus1.csv")


@pytest.fixture(scope="session")
def near():
    """``near(figure)``: equal to R's figure to 1e-9 of it."""
    return lambda figure: pytest.approx(figure, rel=1e-9, abs=0)
