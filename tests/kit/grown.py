"""Trees at random, the same ones each time: leaves that rules of one and of two parts put together."""

import random


def trees(count, leaves, singles, pairs, most):
    """So many different ones, of up to `most` leaves; a rule is called with its parts."""
    draw, made = random.Random(0), []

    def tree(size):
        left = draw.randint(1, size - 1) if size > 1 else 0
        part = draw.choice(pairs)(tree(left), tree(size - left)) if left else draw.choice(leaves)
        while draw.random() < 0.25:
            part = draw.choice(singles)(part)
        return part

    while len(made) < count:
        if (one := tree(draw.randint(1, most))) not in made:
            made.append(one)
    return made


def texts(count, leaves, singles, pairs, most):
    """The same of texts, whose rules are templates: `({})**2`, `({} + {})`."""
    return trees(count, leaves, [each.format for each in singles], [each.format for each in pairs], most)
