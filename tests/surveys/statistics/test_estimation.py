"""Against R 4.2.2 with survey 4.1-1, to 1e-9, and against printed figures of books."""

import math

import pytest

from surveys.statistics import aggregates
from surveys.statistics.estimation import (
    Design,
    LonelyStratum,
    design_effect,
    mean,
    total,
)
from surveys.statistics.intervals import logit_interval, t_interval
from surveys.statistics.raking import Cell, Margin, rake
from surveys.statistics.weighting import spread

STYPE = Margin("stype", {1.0: 4421, 2.0: 755, 3.0: 1018})
SCHOOL_WIDE = Margin("sch.wide", {0.0: 1072, 1.0: 5122})
COMPARABLE = Margin("comp.imp", {0.0: 1700, 1.0: 4494})


def figures(estimate):
    return (estimate.value, estimate.se)


def stratified(strat, **more):
    populations = dict(zip(strat["stype"], strat["fpc"], strict=True))
    more = {"weights": strat["pw"], **more}
    return Design(strata=strat["stype"], populations=populations, **more)


def clustered(clus, **more):
    more = {"weights": clus["pw"], **more}
    return Design(psus=clus["dnum"], populations={None: 757}, **more)


def calibrated(data, names, margins):
    """Weights raked to ``margins`` and the levels of rows in them."""
    levels = [data[name] for name in names]
    rows = list(zip(*levels, data["pw"], strict=True))
    kinds = sorted(set(rows))
    cells = [Cell(kind[:-1], rows.count(kind), kind[-1]) for kind in kinds]
    weights = dict(zip(kinds, rake(cells, margins, tolerance=1e-14).weights, strict=True))
    return {
        "weights": [weights[row] for row in rows],
        "margins": levels,
        "base_weights": data["pw"],
    }


def where(column, code):
    return [value == code for value in column]


def test_small_stratified_sample_with_and_without_correction():
    strata, weights = [1] * 5 + [2] * 3, [3] * 5 + [4] * 3
    x = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2]

    free = mean(Design(weights, strata), x)
    finite = mean(Design(weights, strata, populations={1: 15, 2: 12}), x)

    assert [round(v, 9) for v in figures(free)] == [5.448148148, 0.741268331]
    assert [round(v, 9) for v in figures(finite)] == [5.448148148, 0.616040723]
    assert free.df == 6


def test_kigyo_with_equal_and_with_size_weights(near):
    y = [15, 143, 21, 51, 337, 50, 274, 145, 15, 86]
    w = [20, 200, 11, 25, 550, 30, 250, 100, 10, 55]

    assert figures(mean(Design([1] * 10), y)) == (near(113.7), near(35.626160799801788))
    weighted = (near(243.91366906474821), near(48.752161047361334))
    assert figures(mean(Design(w), y)) == weighted
    assert design_effect(Design(w), y) == near(1.9740672305066855)
    assert spread(w).deff == near(2.6847970065194846)


def test_stratified_mean_and_total(strat, near):
    design = stratified(strat)

    api, enroll = mean(design, strat["api00"]), total(design, strat["enroll"])

    assert figures(api) == (near(662.28736315932076), near(9.4089408027845796))
    assert figures(enroll) == (near(3687177.5324382782), near(114641.71610078029))
    assert (api.df, api.n, api.lonely) == (197, 200, ())
    assert t_interval(api.value, api.se, api.df) == (
        near(643.7321882720862),
        near(680.84253804655532),
    )
    free = Design(strat["pw"], strat["stype"])
    assert mean(free, strat["api00"]).se == near(9.5361322969251585)


def test_design_effect_with_and_without_replacement(strat, clus, near):
    assert design_effect(stratified(strat), strat["api00"]) == near(1.1655661714535261)
    finite = design_effect(stratified(strat), strat["api00"], replace=False)
    assert finite == near(1.2044572685377168)
    finite = design_effect(clustered(clus), clus["api00"], replace=False)
    assert finite == near(9.3458694505909499)


def test_domains_keep_the_rows_outside(strat, near):
    design = stratified(strat)

    wide = mean(design, strat["api00"], where(strat["sch_wide"], 1))
    rest = total(design, strat["enroll"], where(strat["comp_imp"], 0))
    elementary = mean(design, strat["api00"], where(strat["stype"], 1))

    assert figures(wide) == (near(676.53044365677738), near(10.520389200100592))
    assert figures(rest) == (near(1588922.332649231), near(144104.8774378729))
    assert figures(elementary) == (near(674.42999999999995), near(12.382479793907287))
    assert wide.n == sum(map(int, strat["sch_wide"]))


def test_an_answer_that_is_missing_is_outside_of_the_domain(strat):
    design, inside = stratified(strat), where(strat["sch_wide"], 1)
    answers = [y if yes else None for y, yes in zip(strat["api00"], inside, strict=True)]

    assert mean(design, answers) == mean(design, strat["api00"], inside)


def test_an_empty_domain_has_no_figure(strat):
    empty = mean(stratified(strat), [None] * 200)

    assert (empty.value, empty.se, empty.n, empty.cv) == (None, None, 0, None)


def test_proportion_and_its_logit_interval(strat, near):
    design = stratified(strat)

    share = mean(design, strat["awards"])
    domain = mean(design, strat["sch_wide"], where(strat["awards"], 0))

    assert figures(share) == (near(0.63893606405057823), near(0.034405917997268901))
    low, high = logit_interval(*figures(share), share.df)
    assert (low, high) == (near(0.56872109886804689), near(0.7036757793682562))
    assert figures(domain) == (near(0.52348608804374708), near(0.057642026099279924))
    low, high = logit_interval(*figures(domain), domain.df)
    assert (low, high) == (near(0.41055041810797366), near(0.63407005086678891))


def test_clusters(clus, near):
    design = clustered(clus)

    api = mean(design, clus["api00"])

    assert figures(api) == (near(644.16939890710387), near(23.542240693781039))
    assert api.df == 14
    enroll = total(design, clus["enroll"])
    assert figures(enroll) == (near(3404940.1345291138), near(932235.02704121522))
    part = mean(design, clus["api00"], where(clus["comp_imp"], 1))
    assert figures(part) == (near(648.40601503759399), near(22.475021515864579))
    high = total(design, clus["enroll"], where(clus["stype"], 2))
    assert figures(high) == (near(535594.86956787109), near(226716.59470640993))


def test_post_stratified_errors_come_from_residuals(clus, near):
    design = clustered(clus, **calibrated(clus, ["stype"], [STYPE]))
    inside = where(clus["comp_imp"], 1)

    api, enroll = mean(design, clus["api00"]), total(design, clus["enroll"])

    assert figures(api) == (near(642.31078821158212), near(23.92048644509039))
    assert figures(enroll) == (near(3680892.9451190475), near(406292.63629480236))
    api, enroll = mean(design, clus["api00"], inside), total(design, clus["enroll"], inside)
    assert figures(api) == (near(646.04444207566883), near(23.468762035288282))
    assert figures(enroll) == (near(2504056.564920635), near(258627.58862112777))


def test_raked_errors_come_from_residuals(clus, near):
    weights = calibrated(clus, ["stype", "sch_wide"], [STYPE, SCHOOL_WIDE])
    design = clustered(clus, **weights)

    api, enroll = mean(design, clus["api00"]), total(design, clus["enroll"])

    assert figures(api) == (near(641.23032092682001), near(23.703616887921733))
    assert figures(enroll) == (near(3647280.1480651782), near(400603.25686200429))
    part = mean(design, clus["api00"], where(clus["comp_imp"], 1))
    assert figures(part) == (near(646.35052271737061), near(23.345215141019114))
    assert mean(design, clus["awards"]).se == near(0.021788600893042229)
    low, high = min(weights["weights"]), max(weights["weights"])
    assert (low, high) == (near(29.870675492685052), near(67.125529241194258))


def test_raking_unequal_base_weights_is_generalised_raking(strat, near):
    """R's ``calibrate(calfun="raking")``; its ``rake`` forgets the base weights in residuals."""
    weights = calibrated(strat, ["sch_wide", "comp_imp"], [SCHOOL_WIDE, COMPARABLE])
    design = stratified(strat, **weights)

    api, enroll = mean(design, strat["api00"]), total(design, strat["enroll"])

    assert figures(api) == (near(662.76750653861234), near(9.3465614360869811))
    assert figures(enroll) == (near(3652560.5839443258), near(131376.23215845405))
    part = mean(design, strat["api00"], where(strat["awards"], 1))
    assert figures(part) == (near(678.42240561443793), near(11.856630987444273))
    one = stratified(strat, **calibrated(strat, ["sch_wide"], [SCHOOL_WIDE]))
    assert figures(mean(one, strat["api00"])) == (near(662.20302945044432), near(9.272543899907804))


@pytest.mark.parametrize(
    ("how", "of_mean", "of_total"),
    [
        ("remove", 5.8057775782763006, 161732.90244705553),
        ("adjust", 5.8280579016485285, 161998.58097505735),
        ("average", 6.0095507279558005, 167409.4586867847),
    ],
)
def test_strata_with_a_single_row_are_dealt_with_as_in_r(clus, near, how, of_mean, of_total):
    design = Design(clus["pw"], clus["dnum"], lonely=how)

    api, enroll = mean(design, clus["api00"]), total(design, clus["enroll"])

    assert (api.se, enroll.se) == (near(of_mean), near(of_total))
    assert api.lonely == tuple(dict.fromkeys(d for d in clus["dnum"] if clus["dnum"].count(d) == 1))
    assert api.lonely


def test_a_lonely_stratum_can_be_refused(clus):
    with pytest.raises(LonelyStratum, match=r"Stratum .* has only one"):
        mean(Design(clus["pw"], clus["dnum"], lonely="fail"), clus["api00"])


def test_a_stratum_that_was_asked_whole_is_certain_not_lonely():
    design = Design([1, 5, 5], ["a", "b", "b"], populations={"a": 1, "b": 10}, lonely="fail")

    assert mean(design, [1, 2, 3]).lonely == ()


def test_lohr_counts_acres():
    """From means and variances of strata, as Lohr prints them (Sampling, 3.2)."""
    printed = {
        "NE": (21, 220, 97629.8, 7647472708),
        "NC": (103, 1054, 300504.2, 29618183543),
        "S": (135, 1382, 211315.0, 53587487856),
        "W": (41, 422, 662295.5, 396185950266),
    }
    groups, sums = {}, {}
    for code, (n, people, average, variance) in printed.items():
        w, square = people / n, variance * (n - 1) + n * average**2
        groups[code] = aggregates.Group(code, n, people, n * w**2)
        sums[code] = aggregates.Sums(
            n, people, n * w**2, people * average, w**2 * n * average, w**2 * square
        )
    people = {code: row[1] for code, row in printed.items()}

    acres, average = (f(groups, sums, people) for f in (aggregates.total, aggregates.mean))

    assert [round(v) for v in figures(average)] == [295561, 16380]
    assert (round(acres.value, -4), round(acres.se)) == (909740000, 50417248)
    assert abs(acres.value - 909736035) < 100
    low, high = t_interval(average.value, average.se, average.df)
    assert (round(low), round(high), average.df) == (263325, 327797, 296)
    alone = [
        aggregates.total({c: groups[c]}, {c: sums[c]}, people).se for c in ("NE", "NC", "S", "W")
    ]
    assert [round(se) for se in alone] == [3992889, 16977399, 26154840, 39416342]


def test_share_and_interval_of_the_birth_table_of_samplics():
    """p_11 of its age x birth table, a simple random sample of 923."""
    rows = [1] * 56 + [0] * (923 - 56)

    share = mean(Design([1] * 923), rows)

    assert [round(v, 4) for v in figures(share)] == [0.0607, 0.0079]
    low, high = logit_interval(*figures(share), share.df)
    assert (round(low, 4), round(high, 4)) == (0.0470, 0.0781)


@pytest.mark.parametrize("kept", [None, {None: 757}])
def test_clusters_tell_the_same_from_sums(clus, near, kept):
    """R's figures of apiclus1, by its 15 clusters."""
    design = Design(clus["pw"], psus=clus["dnum"], populations=kept)
    groups, sums = grouped(design, clus["api00"], [True] * 183)

    found = aggregates.mean(groups, sums, kept)

    expected = mean(design, clus["api00"])
    assert figures(found) == tuple(pytest.approx(v, rel=1e-11) for v in figures(expected))
    assert (found.df, found.n) == (14, 183)
    assert not kept or round(found.se, 3) == 23.542


def grouped(design, values, inside, levels=()):
    """What a database would group: (groups, sums) of the rows of a design."""
    groups, sums = {}, {}
    for i, w in enumerate(design.weights):
        stratum = design.strata[i] if design.strata else None
        psu = design.psus[i] if design.psus else ""
        key = (stratum, psu, *(margin[i] for margin in levels))
        base = design.base_weights[i] if design.base_weights else w
        groups.setdefault(key, []).append((1, w, w * w, base))
        if inside[i]:
            y = values[i]
            row = (1, w, w * w, w * y, w * w * y, w * w * y * y)
            sums.setdefault(key, []).append(row)
    added = {key: [math.fsum(c) for c in zip(*rows, strict=True)] for key, rows in groups.items()}
    return (
        {
            key: aggregates.Group(key[0], int(n), w, w2, key[2:], base, key[1])
            for key, (n, w, w2, base) in added.items()
        },
        {
            key: aggregates.Sums(*(math.fsum(c) for c in zip(*rows, strict=True)))
            for key, rows in sums.items()
        },
    )


@pytest.mark.parametrize("raked", [False, True])
def test_sums_by_stratum_tell_the_same_as_rows(strat, raked):
    levels = [strat["sch_wide"], strat["comp_imp"]] if raked else ()
    weights = calibrated(strat, ["sch_wide", "comp_imp"], [SCHOOL_WIDE, COMPARABLE])
    design = stratified(strat, **weights) if raked else stratified(strat)
    inside = where(strat["awards"], 1)
    groups, sums = grouped(design, strat["api00"], inside, levels)

    for row, summed in ((mean, aggregates.mean), (total, aggregates.total)):
        expected = row(design, strat["api00"], inside)
        found = summed(groups, sums, design.populations)
        assert figures(found) == tuple(pytest.approx(v, rel=1e-11) for v in figures(expected))
        assert (found.df, found.n) == (expected.df, expected.n)


def test_sums_of_an_empty_domain_have_no_figure():
    assert aggregates.mean({1: aggregates.Group(1, 5, 5.0, 5.0)}, {}).value is None


def test_a_lonely_stratum_is_adjusted_and_told_from_sums_too(clus, near):
    design = Design(clus["pw"], clus["dnum"])
    groups, sums = grouped(design, clus["api00"], [True] * 183)

    api = aggregates.mean(groups, sums)

    assert api.se == near(5.8280579016485285)
    assert set(api.lonely) == set(mean(design, clus["api00"]).lonely)
