"""Durations beside OSRM's, step by step under rules that come nearer to ours, and why they differ."""

import numpy
import osrm_peer
import osrm_profile
import product
import report

POINTS = 1000
CLOSE = 0.01
BOUNDS = (0.001, 0.01, 0.05, 0.2)
# A drive this much longer or shorter in tenths of a second is one turn away from being the same.
ONE_TURN = 30
MOVED_M = 2.0
# An end is at fault where so many of the drives from or to it differ, unless most ends look like that.
AN_END, MOST_ENDS = 0.9, 0.5


def measure(extract, folder):
    report.title(f"Durations beside OSRM's, {extract.name}, {POINTS:,} points")
    places, ours = our_durations(extract, folder)
    rows = []
    for name, profile in osrm_profile.steps(folder):
        peer = osrm_peer.Osrm(extract, profile, folder / name.replace(" ", "-"))
        theirs, moved = their_durations(peer, places, folder)
        rows.append([name, *spread(ours, theirs)])
    head = ["OSRM with", *(f"within {100 * bound:g} %" for bound in BOUNDS), "median difference"]
    report.table(head, rows)
    print(f"What is left of differences over {100 * CLOSE:g} % under the last rules:\n")
    report.table(["why", "drives", "of all"], causes(ours, theirs, moved))


def our_durations(extract, folder):
    drawn, dump, places = folder / "drawn", folder / "dump", folder / "places.csv"
    product.matrix("--osm", extract, points=product.random_points(POINTS), more=("--dump", drawn))
    product.write_places(places, product.places(drawn))
    product.matrix("--osm", extract, points=product.points_at(places), more=("--dump", dump))
    matrix = numpy.load(dump / "matrix.npy", allow_pickle=False).astype(numpy.int64)
    return places, numpy.where(matrix == 2**32 - 1, -1, matrix)


def their_durations(peer, places, folder):
    out = folder / "theirs.npy"
    peer.table("CH", places, 1, out)
    return numpy.load(out), numpy.load(out.with_suffix(".snap.npy"))


def difference(ours, theirs):
    """How much longer ours are than theirs, as a share; none on the diagonal or where one has no way."""
    share = numpy.full(ours.shape, numpy.nan)
    both = (ours >= 0) & (theirs >= 0) & ~numpy.eye(len(ours), dtype=bool)
    share[both] = (ours[both] - theirs[both]) / numpy.maximum(theirs[both], 1)
    return share


def spread(ours, theirs):
    share = difference(ours, theirs)
    share = share[~numpy.isnan(share)]
    within = [f"{100 * (abs(share) <= bound).mean():.1f} %" for bound in BOUNDS]
    return [*within, f"{100 * numpy.median(share):+.2f} %"]


def causes(ours, theirs, moved):
    """Each drive that differs is counted under the first reason that holds."""
    share = difference(ours, theirs)
    off = ~numpy.eye(len(ours), dtype=bool)
    left = off & ~(abs(share) <= CLOSE) & ~((ours < 0) & (theirs < 0))
    is_moved = moved > MOVED_M
    rows = []

    def count(why, holds):
        nonlocal left
        here = left & holds
        rows.append([why, f"{here.sum():,}", f"{100 * here.sum() / off.sum():.2f} %"])
        left = left & ~here

    count(f"OSRM moved an end by more than {MOVED_M:g} m, to another road",
          is_moved[:, None] | is_moved[None, :])
    count("only OSRM has a way", (ours < 0) & (theirs >= 0))
    count("only we have a way", (ours >= 0) & (theirs < 0))
    count(f"at most {ONE_TURN / 10:g} s apart: a short drive", abs(ours - theirs) <= ONE_TURN)
    from_end, to_end = at_an_end(left)
    count("at an end: nearly all drives from it, or to it, differ", from_end[:, None] | to_end[None, :])
    count("on the way, OSRM faster", ours > theirs)
    count("on the way, ours faster", ours < theirs)
    return rows


def at_an_end(left):
    """Which points are at fault as beginnings, and which as ends of a drive."""
    shares = [left.mean(axis=axis) for axis in (1, 0)]
    return [(share >= AN_END) & (numpy.median(share) < MOST_ENDS) for share in shares]
