"""Against R's ``svychisq(statistic="F")``, survey 4.1-1, to 1e-9."""

import pytest

from surveys.statistics.aggregates import Group
from surveys.statistics.association import rao_scott
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


def grouped(weights, strata, codes, *, bases=None, levels=(), psus=None):
    """What a database would group, for ``shares``."""
    groups, tallies = {}, {}
    for i, w in enumerate(weights):
        own, psu = tuple(margin[i] for margin in levels), psus[i] if psus else ""
        key = (strata[i], psu, *own)
        old = groups.get(key, Group(strata[i], 0, 0.0, 0.0))
        base = old.base + (bases or weights)[i]
        groups[key] = Group(strata[i], old.n + 1, old.w + w, old.w2 + w * w, own, base, psu)
        if codes[i] is not None:
            n, sw, sw2 = tallies.setdefault(key, {}).get(codes[i], (0, 0.0, 0.0))
            tallies[key][codes[i]] = (n + 1, sw + w, sw2 + w * w)
    return groups, tallies


@pytest.mark.parametrize("pair", FREE)
def test_association_in_a_stratified_sample(strat, near, pair):
    populations = dict(zip(strat["stype"], strat["fpc"], strict=True))
    codes = list(zip(*(strat[name] for name in pair), strict=True))

    sums = grouped(strat["pw"], strat["stype"], codes)

    assert figures(rao_scott(shares(*sums))) == tuple(map(near, FREE[pair]))
    assert figures(rao_scott(shares(*sums, populations))) == tuple(map(near, FINITE[pair]))


def test_association_between_clusters(clus, near):
    codes = list(zip(clus["sch_wide"], clus["stype"], strict=True))

    sums = grouped(clus["pw"], [None] * 183, codes, psus=clus["dnum"])

    assert figures(rao_scott(shares(*sums, {None: 757}))) == tuple(
        map(
            near, (5.1933695414748771, 1.4946397777074554, 20.924956887904376, 0.021747462370796916)
        )
    )


def test_association_with_raked_weights(strat, near):
    names = ("sch_wide", "comp_imp")
    rows = list(zip(*(strat[name] for name in names), strat["pw"], strict=True))
    kinds = sorted(set(rows))
    cells = [Cell(kind[:2], rows.count(kind), kind[2]) for kind in kinds]
    raked = rake(cells, [SCHOOL_WIDE, COMPARABLE], tolerance=1e-14)
    of_kind = dict(zip(kinds, raked.weights, strict=True))
    weights, levels = [of_kind[row] for row in rows], [strat[name] for name in names]
    people = dict(zip(strat["stype"], strat["fpc"], strict=True))
    codes = list(zip(strat["awards"], strat["stype"], strict=True))

    sums = grouped(weights, strat["stype"], codes, bases=strat["pw"], levels=levels)

    assert figures(rao_scott(shares(*sums, people))) == tuple(
        map(
            near,
            (14.302214902821555, 1.8679051256251622, 367.97730974815693, 2.0286706496800725e-06),
        )
    )


def test_births_by_age_of_samplics():
    counts = ((56, 239, 192), (79, 193, 37), (105, 18, 4))
    pairs = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]

    found = rao_scott(shares(*grouped([1.0] * 923, [1] * 923, pairs)))

    assert (round(found.pearson, 4), found.df, found.n) == (324.2777, 4, 923)
    assert round(found.likelihood_ratio, 4) == 302.5142
    assert (round(found.f, 4), round(found.df1, 6), round(found.df2, 3)) == (80.9816, 4, 3688)


@pytest.mark.parametrize("how", ["alone", "clustered", "raked", "both"])
def test_covariances_are_those_of_plain_loops(clus, how):
    """Row by row from the definition: residuals of scores, summed in units, over units."""
    kinds = list(zip(clus["stype"], clus["sch_wide"], strict=True))
    factors = {kind: 0.7 + 0.2 * at for at, kind in enumerate(sorted(set(kinds)))}
    is_raked, has_psus = how in {"raked", "both"}, how in {"clustered", "both"}
    weights = [
        w * (factors[kind] if is_raked else 1) for w, kind in zip(clus["pw"], kinds, strict=True)
    ]
    strata = [int(d) % 2 for d in clus["dnum"]]
    codes = [
        None if i % 7 == 0 else (a, b)
        for i, (a, b) in enumerate(zip(clus["awards"], clus["comp_imp"], strict=True))
    ]
    levels = [clus["stype"], clus["sch_wide"]] if is_raked else ()
    psus = [str(d) for d in clus["dnum"]] if has_psus else None

    found = shares(*grouped(weights, strata, codes, bases=clus["pw"], levels=levels, psus=psus))

    units = psus or [str(i) for i in range(183)]
    expected = by_loops(weights, clus["pw"], strata, units, codes, levels)
    assert len(found.covariance) == len(expected) > 2
    for row, other in zip(found.covariance, expected, strict=True):
        assert row == pytest.approx(other, rel=1e-9, abs=1e-15)


def by_loops(weights, bases, strata, units, codes, levels):
    """The covariance of all shares, with nothing of ours: least squares by normal equations."""
    rows, whole = range(len(weights)), sum(w for w, c in zip(weights, codes, strict=True) if c)
    wanted, scores = sorted({code for code in codes if code}), []
    for code in wanted:
        share = sum(w for w, c in zip(weights, codes, strict=True) if c == code) / whole
        z = [((codes[i] == code) - share) / whole if codes[i] else 0.0 for i in rows]
        scores.append([weights[i] * e for i, e in enumerate(residuals(z, bases, levels))])
    sums = [{} for _code in wanted]
    for own, score in zip(sums, scores, strict=True):
        for i in rows:
            unit = (strata[i], units[i])
            own[unit] = own.get(unit, 0.0) + score[i]
    matrix = [[0.0] * len(wanted) for _code in wanted]
    for stratum in set(strata):
        inside = [unit for unit in sums[0] if unit[0] == stratum]
        n = len(inside)
        means = [sum(own[unit] for unit in inside) / n for own in sums]
        for a, first in enumerate(sums):
            for b, second in enumerate(sums):
                for unit in inside:
                    product = (first[unit] - means[a]) * (second[unit] - means[b])
                    matrix[a][b] += n / (n - 1) * product
    return matrix


def residuals(z, bases, levels):
    """z less its regression on the levels, weighted by the base weights."""
    columns = [
        [float(value == level) for value in margin]
        for at, margin in enumerate(levels)
        for level in sorted(set(margin))[1 if at else 0 :]
    ]
    size = len(columns)
    table = [
        [sum(b * x * y for b, x, y in zip(bases, one, two, strict=True)) for two in [*columns, z]]
        for one in columns
    ]
    for i in range(size):
        for k in range(size):
            if k != i:
                factor = table[k][i] / table[i][i]
                table[k] = [x - factor * y for x, y in zip(table[k], table[i], strict=True)]
    effects = [table[i][size] / table[i][i] for i in range(size)]
    fitted = [sum(e * c[i] for e, c in zip(effects, columns, strict=True)) for i in range(len(z))]
    return [a - b for a, b in zip(z, fitted, strict=True)]


def test_what_never_varies_has_no_test():
    assert rao_scott(shares({1: Group(1, 6, 6.0, 6.0)}, {1: {(1, 1): (6, 6.0, 6.0)}})) is None


def test_an_empty_cell_is_no_obstacle():
    pairs = [(1, 1)] * 30 + [(1, 2)] * 20 + [(2, 1)] * 25

    found = rao_scott(shares(*grouped([1.0] * 75, [1] * 75, pairs)))

    assert 0 < found.p < 1
