#!/usr/bin/env python3
"""Times the table of OSRM inside this process, and writes its durations.

    .tools/bench/bin/python tests/bench/roads/osrm_table.py BASE.osrm CH|MLD PLACES.csv RUNS [OUT.npy]

CPU seconds of all threads of the process. "snapping" is the same call with one target only: what it
takes to find the roads of all points, and one column. Both are measured in turn, RUNS times, and the
least counts. OUT.npy gets tenths of a second (i64, -1 where there is no way), and OUT.snap.npy how
far OSRM moved each point in metres. Prints one JSON line.
"""

import csv
import json
import pathlib
import sys
import time

import numpy
import osrm


def parameters(places, **more):
    return osrm.TableParameters(
        coordinates=places, annotations=["duration"], generate_hints=False, **more)


def timed(engine, asked):
    before = time.process_time()
    answer = engine.Table(asked)
    return time.process_time() - before, answer


def tenths(answer):
    rows = [[-1 if v is None else round(float(v) * 10) for v in row] for row in answer["durations"]]
    return numpy.array(rows, dtype=numpy.int64)


def snapped_m(answer):
    return numpy.array([float(str(point["distance"])) for point in answer["sources"]])


def main(base, algorithm, places, runs, out=None):
    engine = osrm.OSRM(algorithm=algorithm, storage_config=base, use_shared_memory=False,
                       max_locations_distance_table=1_000_000)
    with open(places, newline="") as rows:
        places = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(rows)]
    whole, snapping = [], []
    for _ in range(int(runs)):
        seconds, answer = timed(engine, parameters(places))
        whole.append(seconds)
        del answer
        snapping.append(timed(engine, parameters(places, destinations=[0]))[0])
    if out:
        out = pathlib.Path(out)
        answer = engine.Table(parameters(places))
        numpy.save(out, tenths(answer))
        numpy.save(out.with_suffix(".snap.npy"), snapped_m(answer))
    print(json.dumps({"points": len(places), "whole_cpu_s": min(whole), "snap_cpu_s": min(snapping)}))


if __name__ == "__main__":
    if not 5 <= len(sys.argv) <= 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
