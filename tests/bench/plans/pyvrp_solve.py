"""Runs PyVRP on one file, in a process of its own, and prints its best routes at each budget as JSON.

    pyvrp_solve.py FILE ROUNDING SEED BUDGET...

Budgets are seconds of processor time, counted once the file is read. The search is PyVRP's own, with
its own parameters; routes are kept whenever it reports a new best solution, so that one run tells all
budgets.
"""

import json
import sys
import time
from importlib.metadata import version

import pyvrp
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks, IteratedLocalSearchParams


class Marks(IteratedLocalSearchCallbacks):
    """The best routes at each budget; also the criterion that ends the search."""

    def __init__(self, budgets):
        self.left = sorted(budgets)
        self.told = []
        self.best = None
        self.iterations = 0
        self.began = (time.process_time(), time.perf_counter())

    def on_start(self, ils):
        self.keep(ils.initial_solution)

    def on_best(self, best):
        # What is found after a budget does not count for it.
        self.pass_marks()
        self.keep(best)

    def on_iteration(self, current, candidate, best, cost_evaluator):
        self.iterations += 1

    def keep(self, solution):
        if solution.is_feasible():
            self.best = solution

    def pass_marks(self):
        cpu_s, wall_s = time.process_time() - self.began[0], time.perf_counter() - self.began[1]
        while self.left and cpu_s >= self.left[0]:
            self.told.append({"budget_cpu_s": self.left.pop(0), "routes": routes(self.best),
                              "said": cost(self.best), "cpu_s": round(cpu_s, 3),
                              "wall_s": round(wall_s, 3), "iterations": self.iterations})

    def __call__(self, best_cost):
        self.pass_marks()
        return not self.left


def routes(solution):
    """Customers from 1; a depot within a route is a 0. None where there is no solution yet."""
    if solution is None:
        return None
    told = []
    for route in solution.routes():
        visits = [visit.idx + 1 if visit.is_client() else 0 for visit in route.schedule()]
        told.append(visits[1:-1])
    return told


def cost(solution):
    """What PyVRP says that it costs, in its whole numbers."""
    return solution and (solution.distance_cost() + solution.duration_cost()
                         + solution.fixed_vehicle_cost() + solution.uncollected_prizes())


def solve(data, seed, budgets):
    """PyVRP's own search on a problem: its version, and what it has at each budget."""
    marks = Marks([float(budget) for budget in budgets])
    params = pyvrp.SolveParams(ils=IteratedLocalSearchParams(callbacks=marks))
    pyvrp.solve(data, stop=marks, seed=int(seed), collect_stats=False, display=False, params=params)
    return {"version": version("pyvrp"), "marks": marks.told}


def main(file, rounding, seed, *budgets):
    print(json.dumps(solve(pyvrp.read(file, round_func=rounding), seed, budgets)))


if __name__ == "__main__":
    main(*sys.argv[1:])
