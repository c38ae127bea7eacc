"""A loop written by hand, a line of numbers for each point: python examples/paths/by_hand.py [FILE]"""

import sys

x, y = 0.5, 0.0
with open(sys.argv[1] if len(sys.argv) > 1 else "by_hand.csv", "w") as file:
    print("step,x,y,loss", file=file)
    for step in range(200):
        print(step, x, y, x**2 - y**2 + y**4, sep=",", file=file)
        x, y = x - 0.1 * 2 * x, y - 0.1 * (4 * y**3 - 2 * y)
