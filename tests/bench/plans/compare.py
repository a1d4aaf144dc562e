"""Both sides' gaps beside each other: per problem, and per family with an interval."""

import statistics

import numpy as np

import report

DRAWS, SEED = 10_000, 20_260
WORSE_POINTS = 0.3


def show(chosen, options, results):
    for budget in options.budgets:
        show_problems(chosen, options.seeds, (results, budget))
    if options.only:
        return
    for budget in options.budgets:
        for family in sorted({instance.family for instance in chosen}):
            members = [instance for instance in chosen if instance.family == family]
            judge_family(family, members, options.seeds, (results, budget))
        judge_medians(chosen, options.seeds, (results, budget))


def gaps(solver, instance, seeds, measured):
    """A side's gaps, seed by seed; NaN where there is no plan."""
    results, budget = measured
    found = (results.gap(solver, instance, seed, budget) for seed in seeds)
    return [float("nan") if gap is None else gap for gap in found]


def show_problems(chosen, seeds, measured):
    """Means and medians of the gaps to the best known costs."""
    report.title(f"{measured[1]} CPU seconds: percent above the best known cost, {len(seeds)} seeds")
    rows = []
    for instance in chosen:
        row = [f"{instance.family}/{instance.name}"]
        for solver in ("ours", "pyvrp"):
            found = gaps(solver, instance, seeds, measured)
            row += [f"{statistics.mean(found):.3f}", f"{statistics.median(found):.3f}"]
        rows.append(row)
    report.table(["problem", "ours, mean", "median", "PyVRP, mean", "median"], rows)


def differences(members, seeds, measured):
    """Ours less PyVRP's gap: a row for each problem, a column for each seed."""
    ours, theirs = (np.array([gaps(solver, instance, seeds, measured) for instance in members])
                    for solver in ("ours", "pyvrp"))
    return ours - theirs


def judge_family(family, members, seeds, measured):
    """The mean difference; negative where ours is better."""
    found = differences(members, seeds, measured)
    name = f"{family}, {measured[1]} s: mean gap less PyVRP's"
    if np.isnan(found).any():
        report.verdict(f"{name}: {int(np.isnan(found).sum())} of {found.size} pairs are not there", False)
        return
    low, high = interval(found)
    text = f"{name} {found.mean():+.3f} points, 95 % between {low:+.3f} and {high:+.3f}, wanted below 0"
    report.verdict(text, high < 0)


def interval(found):
    """Of the mean over a paired bootstrap that draws problems, and seeds within each drawn problem."""
    random = np.random.default_rng(SEED)
    problems, seeds = found.shape
    drawn = random.integers(problems, size=(DRAWS, problems))
    columns = random.integers(seeds, size=(DRAWS, problems, seeds))
    means = found[drawn[:, :, None], columns].mean(axis=(1, 2))
    return np.percentile(means, [2.5, 97.5])


def judge_medians(chosen, seeds, measured):
    """Whether a problem's median is worse by more than it may."""
    worse = []
    for instance in chosen:
        ours, theirs = (statistics.median(gaps(solver, instance, seeds, measured))
                        for solver in ("ours", "pyvrp"))
        if not ours - theirs <= WORSE_POINTS:
            worse.append(f"{instance.name} {ours - theirs:+.3f}")
    text = f"{measured[1]} s: no problem's median is worse by more than {WORSE_POINTS} points"
    report.verdict(f"{text}{': ' if worse else ''}{', '.join(worse)}", not worse)
