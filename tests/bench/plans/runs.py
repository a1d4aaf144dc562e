"""The runs of both sides, in turn, and the file that keeps what came of them."""

import hashlib
import json
import os
import pathlib
import subprocess

import instances
import peer_tools
import product
import report

HERE = pathlib.Path(__file__).resolve().parent
OURS, PYVRP = "ours", "pyvrp"
# A loaded machine gives a thread a tenth of its time at the worst.
WALL_PER_CPU, REST_S = 10, 300
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Results:
    """One line of JSON for each solver, problem, seed and budget of a commit."""

    def __init__(self, path, commit):
        self.path = path
        self.commit = commit
        self.rows = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            for line in path.read_text().splitlines():
                self.take(line)

    def take(self, line):
        """Reads a line; the last one may be cut off by an interruption."""
        try:
            row = json.loads(line)
        except ValueError:
            return
        if row["commit"] == self.commit:
            self.rows[self.key(row)] = row

    @staticmethod
    def key(row):
        return (row["solver"], row["family"], row["instance"], row["seed"], row["budget_cpu_s"])

    def has(self, solver, instance, seed, budget):
        return (solver, instance.family, instance.name, seed, budget) in self.rows

    def gap(self, solver, instance, seed, budget):
        """In percent above the best known cost; None where there is no plan."""
        row = self.rows.get((solver, instance.family, instance.name, seed, budget))
        return row and row["gap_percent"]

    def add(self, row):
        row = {"commit": self.commit, **row}
        self.rows[self.key(row)] = row
        is_cut = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("a") as out:
            out.write(("\n" if is_cut and self.path.stat().st_size else "") + json.dumps(row) + "\n")


def commit():
    """The commit that is measured, and the program itself, which may be of another one."""
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(command, cwd=product.ROOT, capture_output=True, text=True, check=True)
    program = product.TWIN.read_bytes() if product.TWIN.exists() else b""
    return f"{done.stdout.strip()}+{hashlib.sha256(program).hexdigest()[:8]}"


def measure(chosen, options, results):
    """Whatever is not there yet: each problem and seed by one side, then by the other."""
    sides = [side for side in (ours, pyvrp) if options.only in (None, side.__name__)]
    for instance in chosen:
        for seed in options.seeds:
            for side in list(sides):
                wanted = [budget for budget in options.budgets
                          if not results.has(side.__name__, instance, seed, budget)]
                try:
                    for row in side(instance, seed, wanted) if wanted else ():
                        keep(row, instance, seed, results)
                except peer_tools.PeerMissing as reason:
                    report.skipped("PyVRP", reason)
                    sides.remove(side)
                except product.ProductFailed as reason:
                    report.wrong(f"{instance.name}, seed {seed}: {reason}")


def ours(instance, seed, budgets):
    """It cools down with its budget, so that each has a run of its own."""
    for budget in budgets:
        command = [product.TWIN, "plan", "solve", instance.path, "--cpu-seconds", budget, "--seed", seed,
                   "--threads", 1, "--json"]
        told = json.loads(output(command, budget))
        yield {"solver": OURS, "version": None, "budget_cpu_s": budget, "said": told["cost"],
               **{key: told[key] for key in ("routes", "cpu_s", "wall_s", "iterations")}}


def pyvrp(instance, seed, budgets):
    rounding = "dimacs" if instance.has_windows else "round"
    command = [peer_tools.python(peer_tools.PYVRP), HERE / "pyvrp_solve.py", instance.path, rounding,
               seed, *budgets]
    told = json.loads(output(command, max(budgets)))
    for mark in told["marks"]:
        mark["budget_cpu_s"] = int(mark["budget_cpu_s"])
        if mark["said"] is not None:
            mark["said"] /= 10**instance.decimals
        yield {"solver": PYVRP, "version": told["version"], **mark}


def output(command, budget):
    """What a run prints. One that fails is the fault of whoever fails, ours or the peer's."""
    command = [str(part) for part in command]
    limit_s = WALL_PER_CPU * budget + REST_S
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s,
                              env={**os.environ, **ONE_THREAD})
    except subprocess.TimeoutExpired:
        raise product.TooSlow(f"not done after {limit_s} s: {' '.join(command)}") from None
    # Ours ends with 1 where its plan breaks a rule, and tells it all the same.
    if done.returncode != 0 and not done.stdout:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise product.ProductFailed(f"`{' '.join(command)}` ended with {done.returncode}: {last}")
    return done.stdout


def keep(row, instance, seed, results):
    """Computes the cost anew, tells, and keeps a line."""
    routes, said = row.pop("routes"), row.pop("said")
    cost = verified(row["solver"], instance, routes, said)
    best = instance.best_known()
    gap = 100 * (cost / best - 1) if cost is not None and best else None
    results.add({**row, "family": instance.family, "instance": instance.name, "seed": seed,
                 "cost": cost, "best_known": best, "gap_percent": gap, "vehicles": len(routes or ())})
    shown = "no plan" if gap is None else f"{cost:g}, {gap:.3f} % above the best known"
    print(f"{instance.family}/{instance.name} seed {seed} {row['budget_cpu_s']} s {row['solver']}: "
          f"{shown} ({row['cpu_s']:.1f} s CPU, {row['wall_s']:.1f} s)", flush=True)


def verified(solver, instance, routes, said):
    if routes is None:
        return None
    try:
        cost = instance.cost(routes)
    except instances.Broken as reason:
        report.wrong(f"{instance.name}: {solver}'s plan does not hold: {reason}")
        return None
    if said is not None and said != cost:
        report.wrong(f"{instance.name}: {solver} says that its plan costs {said}, and it costs {cost}")
    return cost
