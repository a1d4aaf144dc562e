"""Routing problems of files, read once more apart from `twin`, and what a plan of one costs."""

import collections
import dataclasses
import math
import pathlib
import re


KNOWN = {"NODE_COORD", "DEMAND", "TIME_WINDOW", "SERVICE_TIME", "RELEASE_TIME", "PRIZE", "DEPOT",
         "VEHICLES_RELOAD_DEPOT"}


class Broken(Exception):
    """A plan that breaks a rule, in one sentence."""


@dataclasses.dataclass(frozen=True)
class Instance:
    """One file: its sections by node, each a dict from the node's number to a tuple of numbers."""

    path: pathlib.Path
    family: str
    specifications: dict
    sections: dict

    @property
    def name(self):
        return self.path.stem

    @property
    def has_windows(self):
        return "TIME_WINDOW" in self.sections

    @property
    def decimals(self):
        """How many decimals the published costs have: those of TYPE VRPTW one, others none."""
        return 1 if self.has_windows and self.specifications["TYPE"] == "VRPTW" else 0

    @property
    def service(self):
        return float(self.specifications.get("SERVICE_TIME", 0))

    def best_known(self):
        """The published cost, in the file's unit; None where there is no solution beside it."""
        path = self.path.with_suffix(".sol")
        found = re.search(r"(?im)^cost\s*:?\s*([\d.]+)", path.read_text()) if path.exists() else None
        return float(found[1]) if found else None

    def units(self, value):
        """A number of the file in units of whole numbers: tenths where there are time windows."""
        return math.floor(10 * value + 1e-9) if self.has_windows else round(value)

    def way(self, one, other):
        ax, ay = self.sections["NODE_COORD"][one]
        bx, by = self.sections["NODE_COORD"][other]
        length = math.sqrt((ax - bx) ** 2 + (ay - by) ** 2)
        return math.floor(10 * length) if self.has_windows else math.floor(length + 0.5)

    def of_node(self, section, node, default=0):
        return self.sections.get(section, {}).get(node, (default,))[0]

    def cost(self, routes):
        """What a plan costs in the file's unit; Broken where it breaks a rule. Customer i is node i + 1,
        and 0 within a route is a visit to the depot."""
        self.check_served(routes)
        length = sum(self.check_route(route) for route in routes)
        served = {customer + 1 for route in routes for customer in route}
        prizes = self.sections.get("PRIZE", {})
        left = sum(self.units(prize) for node, (prize,) in prizes.items() if node not in served)
        return round((length + left) / 10**self.decimals, self.decimals)

    def check_served(self, routes):
        most = self.specifications.get("VEHICLES")
        if most and len(routes) > int(most):
            raise Broken(f"{len(routes)} vehicles of {most}")
        visits = collections.Counter(customer for route in routes for customer in route if customer)
        again = [customer for customer, times in visits.items() if times > 1]
        if again:
            raise Broken(f"customer {again[0]} is served twice")
        nodes = set(self.sections["NODE_COORD"]) - {1}
        if not {customer + 1 for customer in visits} <= nodes:
            raise Broken("a customer that there is not")
        needed = {node for node in nodes if self.of_node("PRIZE", node) == 0}
        missing = needed - {customer + 1 for customer in visits}
        if missing:
            raise Broken(f"customer {min(missing) - 1} is not served")

    def check_route(self, route):
        """How long a route is; Broken where a trip holds too much or comes too late."""
        trips = [[]]
        for customer in route:
            trips.append([]) if customer == 0 else trips[-1].append(customer + 1)
        if len(trips) > 1 and "VEHICLES_RELOAD_DEPOT" not in self.sections:
            raise Broken("a vehicle reloads where none may")
        now, end = map(self.units, self.sections.get("TIME_WINDOW", {}).get(1, (0, 1e9)))
        length = 0
        for trip in trips:
            now, trip_length = self.drive(trip, now)
            length += trip_length
        if now > end:
            raise Broken(f"a vehicle is back at {now}, after {end}")
        return length

    def drive(self, trip, now):
        load = sum(self.of_node("DEMAND", node) for node in trip)
        if load > float(self.specifications["CAPACITY"]):
            raise Broken(f"a trip loads {load}")
        now = max([now, *(self.units(self.of_node("RELEASE_TIME", node)) for node in trip)])
        length, at = 0, 1
        for node in trip:
            now, length = now + self.way(at, node), length + self.way(at, node)
            if self.has_windows:
                opens, closes = map(self.units, self.sections["TIME_WINDOW"][node])
                if now > closes:
                    raise Broken(f"customer {node - 1} is reached at {now}, after {closes}")
                now = max(now, opens)
            now += self.units(self.of_node("SERVICE_TIME", node, self.service))
            at = node
        return now + self.way(at, 1), length + self.way(at, 1)


def read(path, family):
    """A file of the published collections: EUC_2D, one depot that is node 1."""
    specifications, sections, rows = {}, {}, None
    for line in map(str.strip, path.read_text().splitlines()):
        if line == "EOF":
            break
        if line.endswith("_SECTION"):
            rows = sections.setdefault(line.removesuffix("_SECTION"), {})
        elif ":" in line:
            key, value = (part.strip() for part in line.split(":", 1))
            specifications[key] = value
        elif line:
            number, *values = line.split()
            rows[int(number)] = tuple(map(float, values))
    if specifications["EDGE_WEIGHT_TYPE"] != "EUC_2D" or not set(sections) <= KNOWN:
        raise ValueError(f"{path} has rules that are not checked here")
    return Instance(path, family, specifications, sections)


def found(folder, options):
    """The problems of a folder, or of its folders, that are asked for."""
    for path in sorted([*folder.glob("*.vrp"), *folder.glob("*/*.vrp")]):
        family = path.parent.name
        is_wanted = not options.families or family in options.families
        if is_wanted and (not options.instances or path.stem in options.instances):
            yield read(path, family)
