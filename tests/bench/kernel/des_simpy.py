"""2,000 containers that fill hourly, as SimPy's users write it: a process for each of them.

    des_simpy.py HOURS

One line: events, processor seconds, emptyings.
"""

import random
import sys
import time

import simpy

CONTAINERS = 2_000


def main():
    hours = int(sys.argv[1])
    environment = simpy.Environment()
    fill = [0.0] * CONTAINERS
    emptyings = 0
    uniform = random.Random(1).random

    def container(index):
        nonlocal emptyings
        while True:
            yield environment.timeout(1.0)
            fill[index] += 0.01 * uniform()
            if fill[index] > 1:
                emptyings += 1
                fill[index] = 0.0

    for index in range(CONTAINERS):
        environment.process(container(index))
    began = time.process_time()
    environment.run(until=hours + 0.5)
    print(CONTAINERS * hours, time.process_time() - began, emptyings)


if __name__ == "__main__":
    main()
