"""Against R's ``svychisq(statistic="F")``, survey 4.1-1, to 1e-9."""

import pytest

from surveys.statistics.aggregates import Group
from surveys.statistics.association import rao_scott, rao_scott_of
from surveys.statistics.estimation import Design
from surveys.statistics.raking import Cell, Margin, rake
from surveys.statistics.shares import shares

SCHOOL_WIDE = Margin("sch.wide", {0.0: 1072, 1.0: 5122})
COMPARABLE = Margin("comp.imp", {0.0: 1700, 1.0: 4494})
FREE = {
    ("sch_wide", "comp_imp"): (46.0896623470558, 1, 197, 1.298025468423962e-10),
    ("stype", "awards"): (
        *(13.522307441919262, 1.8949065534546843, 373.29659103057281, 3.5155835066949054e-06),
    ),
    ("awards", "comp_imp"): (145.90039044666003, 1, 197, 1.6892346060801808e-25),
    ("stype", "sch_wide"): (
        *(16.546386489600522, 1.8413376275438333, 362.74351262613516, 3.4024309142734863e-07),
    ),
}
FINITE = {
    ("sch_wide", "comp_imp"): (47.317732999323951, 1, 197, 7.8220406522300881e-11),
    ("stype", "awards"): (
        *(14.169408118007803, 1.885135885034614, 371.37176935181895, 2.0821086764284137e-06),
    ),
    ("awards", "comp_imp"): (149.65729421908489, 1, 197, 5.7341531848255205e-26),
    ("stype", "sch_wide"): (
        *(17.247443963888806, 1.8286715041635835, 360.24828632022593, 2.0350463594651511e-07),
    ),
}


def figures(test):
    return (test.f, test.df1, test.df2, test.p)


def grouped(weights, bases, strata, codes, levels=()):
    """What a database would group, for ``shares``."""
    groups, tallies = {}, {}
    for i, w in enumerate(weights):
        key = (strata[i], *(margin[i] for margin in levels))
        old = groups.get(key, Group(strata[i], 0, 0.0, 0.0, key[1:], 0.0))
        groups[key] = Group(
            strata[i], old.n + 1, old.w + w, old.w2 + w * w, key[1:], old.base + bases[i]
        )
        if codes[i] is not None:
            n, sw, sw2 = tallies.setdefault(key, {}).get(codes[i], (0, 0.0, 0.0))
            tallies[key][codes[i]] = (n + 1, sw + w, sw2 + w * w)
    return groups, tallies


@pytest.mark.parametrize("pair", FREE)
def test_association_in_a_stratified_sample(strat, near, pair):
    populations = dict(zip(strat["stype"], strat["fpc"], strict=True))
    rows, columns = (strat[name] for name in pair)

    free = rao_scott(Design(strat["pw"], strat["stype"]), rows, columns)
    finite = rao_scott(Design(strat["pw"], strat["stype"], populations=populations), rows, columns)

    assert figures(free) == tuple(map(near, FREE[pair]))
    assert figures(finite) == tuple(map(near, FINITE[pair]))


@pytest.mark.parametrize("pair", FINITE)
def test_sums_by_stratum_tell_the_same(strat, near, pair):
    populations = dict(zip(strat["stype"], strat["fpc"], strict=True))
    codes = list(zip(*(strat[name] for name in pair), strict=True))

    sums = grouped(strat["pw"], strat["pw"], strat["stype"], codes)

    assert figures(rao_scott_of(shares(*sums))) == tuple(map(near, FREE[pair]))
    assert figures(rao_scott_of(shares(*sums, populations))) == tuple(map(near, FINITE[pair]))


def test_association_between_clusters(clus, near):
    design = Design(clus["pw"], psus=clus["dnum"], populations={None: 757})

    found = rao_scott(design, clus["sch_wide"], clus["stype"])

    assert figures(found) == tuple(
        map(
            near, (5.1933695414748771, 1.4946397777074554, 20.924956887904376, 0.021747462370796916)
        )
    )


def test_association_with_raked_weights_from_rows_and_from_sums(strat, near):
    names = ("sch_wide", "comp_imp")
    rows = list(zip(*(strat[name] for name in names), strat["pw"], strict=True))
    kinds = sorted(set(rows))
    cells = [Cell(kind[:2], rows.count(kind), kind[2]) for kind in kinds]
    raked = rake(cells, [SCHOOL_WIDE, COMPARABLE], tolerance=1e-14)
    of_kind = dict(zip(kinds, raked.weights, strict=True))
    weights, levels = [of_kind[row] for row in rows], [strat[name] for name in names]
    people = dict(zip(strat["stype"], strat["fpc"], strict=True))
    expected = (14.302214902821555, 1.8679051256251622, 367.97730974815693, 2.0286706496800725e-06)
    codes = list(zip(strat["awards"], strat["stype"], strict=True))

    design = Design(weights, strat["stype"], None, people, levels, strat["pw"])
    sums = grouped(weights, strat["pw"], strat["stype"], codes, levels)

    assert figures(rao_scott(design, strat["awards"], strat["stype"])) == tuple(map(near, expected))
    assert figures(rao_scott_of(shares(*sums, people))) == tuple(map(near, expected))


def test_births_by_age_of_samplics():
    counts = ((56, 239, 192), (79, 193, 37), (105, 18, 4))
    pairs = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    rows, columns = zip(*pairs, strict=True)

    found = rao_scott(Design([1.0] * 923), rows, columns)

    assert (round(found.pearson, 4), found.df, found.n) == (324.2777, 4, 923)
    assert round(found.likelihood_ratio, 4) == 302.5142
    assert (round(found.f, 4), round(found.df1, 6), round(found.df2, 3)) == (80.9816, 4, 3688)


def test_those_who_did_not_answer_are_kept_as_rows_outside(strat):
    rows = [None if i % 5 == 0 else v for i, v in enumerate(strat["awards"])]
    design = Design(strat["pw"], strat["stype"])

    found = rao_scott(design, rows, strat["sch_wide"])

    codes = [
        None if row is None else (row, column)
        for row, column in zip(rows, strat["sch_wide"], strict=True)
    ]
    sums = grouped(strat["pw"], strat["pw"], strat["stype"], codes)
    assert (found.n, found.df2) == (160, 197)
    assert figures(rao_scott_of(shares(*sums))) == tuple(
        pytest.approx(v, rel=1e-9) for v in figures(found)
    )


def test_what_never_varies_has_no_test():
    design = Design([1.0] * 6)

    assert rao_scott(design, [1] * 6, [1, 2, 1, 2, 1, 2]) is None
    assert rao_scott_of(shares({1: Group(1, 6, 6.0, 6.0)}, {1: {(1, 1): (6, 6.0, 6.0)}})) is None


def test_an_empty_cell_is_no_obstacle():
    pairs = [(1, 1)] * 30 + [(1, 2)] * 20 + [(2, 1)] * 25
    rows, columns = zip(*pairs, strict=True)
    sums = grouped([1.0] * 75, [1.0] * 75, [1] * 75, pairs)

    found = rao_scott(Design([1.0] * 75), rows, columns)

    assert 0 < found.p < 1
    assert rao_scott_of(shares(*sums)).f == pytest.approx(found.f, rel=1e-9)
