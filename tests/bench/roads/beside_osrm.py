"""A matrix of 2,000 points beside the table of OSRM, both between the same places of one extract."""

import subprocess
import sys

import osrm_peer
import product
import report

HERE = osrm_peer.HERE
POINTS, RUNS, CHECKED_ROWS = 2000, 7, 200
MATRIX_WANTED, WHOLE_WANTED = 10, 8


def measure(extract, folder):
    report.title(f"{POINTS:,} × {POINTS:,} beside OSRM, {extract.name}")
    places, ours = our_matrix(extract, folder)
    peer = osrm_peer.Osrm(extract, osrm_peer.own_profile(), folder / "own")
    peer.partition()
    theirs = {
        "OSRM CH": peer.table("CH", places, RUNS),
        "OSRM CH, warm heap": peer.table("CH", places, RUNS, environment=osrm_peer.WARM_HEAP),
        "OSRM MLD": peer.table("MLD", places, RUNS),
    }
    show(ours, theirs)
    prepared_s = report.seconds(ours["prepare_cpu_s"] + ours["customise_cpu_s"])
    print(f"Prepared: ours {prepared_s} from the roads as read, OSRM {report.seconds(peer.extract_cpu_s)}\n"
          f"to extract and {report.seconds(peer.contract_cpu_s)} to contract. Ours holds\n"
          f"{ours['peak_rss_mib']:.0f} MiB at its peak: {memory(ours)}.\n")
    print("With a warm heap OSRM meets no new page of memory, as in a server that has run a while; ours\n"
          "is measured in a new process, so that column is for information. MLD is, too.\n")
    report.at_least("matrix beside OSRM CH", matrix_ratio(ours, theirs["OSRM CH"]), MATRIX_WANTED)
    report.at_least("whole call beside OSRM CH", whole_ratio(ours, theirs["OSRM CH"]), WHOLE_WANTED)


def our_matrix(extract, folder):
    """Draws places on usable roads, checks the matrix between them, and times it from those places."""
    drawn, dump, places = folder / "drawn", folder / "dump", folder / "places.csv"
    product.matrix("--osm", extract, points=product.random_points(POINTS), more=("--dump", drawn))
    product.write_places(places, product.places(drawn))
    at = product.points_at(places)
    checked = product.matrix("--osm", extract, points=at, more=("--dump", dump))
    check(dump)
    timed = product.best_matrix("--osm", extract, points=at, runs=RUNS)
    check_same(checked, timed)
    return places, timed


def check(dump, rows=CHECKED_ROWS):
    """Somebody else's Dijkstra over the dump must give the matrix."""
    command = [sys.executable, HERE / "check_dump.py", dump, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=osrm_peer.TIMEOUT_S)
    text = f"the dumped matrix beside scipy's Dijkstra: {(done.stdout + done.stderr).strip()}"
    report.verdict(text, True) if done.returncode == 0 else report.wrong(text)


def check_same(checked, timed):
    if checked["checksum"] != timed["checksum"]:
        report.wrong("the matrix that was timed is not the one that was checked")


def show(ours, theirs):
    head = ["CPU seconds", "ours", *theirs, *(f"{name} / ours" for name in theirs)]
    rows = []
    for what, our_s, their_s, ratio in (
        ("snapping", ours["snap_cpu_s"], lambda t: t["snap_cpu_s"],
         lambda t: t["snap_cpu_s"] / ours["snap_cpu_s"]),
        ("matrix, less snapping", ours["matrix_cpu_s"], lambda t: t["whole_cpu_s"] - t["snap_cpu_s"],
         lambda t: matrix_ratio(ours, t)),
        ("whole call", whole(ours), lambda t: t["whole_cpu_s"], lambda t: whole_ratio(ours, t)),
    ):
        rows.append([what, report.seconds(our_s),
                     *(report.seconds(their_s(t)) for t in theirs.values()),
                     *(f"{ratio(t):.1f}" for t in theirs.values())])
    report.table(head, rows)


def whole(ours):
    return ours["snap_cpu_s"] + ours["matrix_cpu_s"]


def matrix_ratio(ours, theirs):
    return (theirs["whole_cpu_s"] - theirs["snap_cpu_s"]) / ours["matrix_cpu_s"]


def whole_ratio(ours, theirs):
    return theirs["whole_cpu_s"] / whole(ours)


def memory(ours):
    bytes_each = ours["peak_rss_mib"] * 2**20 / ours["edge_nodes"]
    return f"{bytes_each:,.0f} B for each of {ours['edge_nodes']:,} searched nodes"
