"""PyVRP on a saved day, in a process of its own.

    pyvrp_day.py relax DAY OUT            writes the part of a day that PyVRP can express
    pyvrp_day.py solve DAY SEED BUDGET... what PyVRP's search has at each budget, as pyvrp_solve.py tells it
    pyvrp_day.py price DAY                what the plan of a day costs, and whether it keeps the rules

The last two take a day that the first one wrote.
"""

import json
import pathlib
import sys

import day_problem
import pyvrp_solve


def main(task, file, *more):
    day = json.loads(pathlib.Path(file).read_text())
    if task == "relax":
        pathlib.Path(more[0]).write_text(json.dumps(day_problem.relaxed(day)))
        return
    expressed = day_problem.Expressed(day)
    if task == "solve":
        seed, *budgets = more
        # PyVRP warns that it reaches the limit of its penalties; with a higher one it finds worse plans.
        print(json.dumps(pyvrp_solve.solve(expressed.data, seed, budgets)))
    elif task == "price":
        solution = expressed.solution(day["plan"])
        print(json.dumps({"cost": pyvrp_solve.cost(solution), "feasible": solution.is_feasible(),
                          "stops": len(expressed.stops), "served": solution.num_clients()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
