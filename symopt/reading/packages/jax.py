"""What jax maps over, scans and chooses between, written in Python: arrays, and tuples of them, each for itself."""

TREES = """
def _steps(tree):
    if isinstance(tree, (tuple, list)):
        return [tuple(parts) for parts in zip(*[_steps(part) for part in tree])]
    known(np.ndim(tree) > 0)
    return tree

def _stacked(trees):
    if not trees or not isinstance(trees[0], (tuple, list)):
        return np.array(trees)
    return tuple([_stacked([*parts]) for parts in zip(*trees)])

def _either(test, a, b):
    if not isinstance(a, (tuple, list)):
        known(not isinstance(b, (tuple, list)))
        return np.where(test, a, b)
    known(len(a) == len(b))
    return tuple([_either(test, p, q) for p, q in zip(a, b)])

def _moved(tree, axis):
    if isinstance(tree, (tuple, list)):
        known(isinstance(axis, int))
        return [_moved(part, axis) for part in tree]
    return np.moveaxis(tree, axis, 0)
"""
LAX = """
def fori_loop(lower, upper, body_fun, init_val):
    for k in range(lower, upper):
        init_val = body_fun(k, init_val)
    return init_val

def scan(f, init, xs=None, length=None):
    found = []
    for x in [None] * length if xs is None else _steps(xs):
        init, y = f(init, x)
        found.append(y)
    return init, None if found and found[0] is None else _stacked(found)

def cond(pred, true_fun, false_fun, *operands):
    return _either(pred, true_fun(*operands), false_fun(*operands))
"""
JAX = """
jit(function, **options) = function

def vmap(fun, in_axes=0):
    def mapped(*arguments):
        axes = in_axes if isinstance(in_axes, (tuple, list)) else [in_axes] * len(arguments)
        rows = [None if axis is None else _steps(_moved(a, axis)) for a, axis in zip(arguments, axes)]
        count = [len(row) for row in rows if row is not None][0]
        return _stacked([fun(*[a if row is None else row[k] for a, row in zip(arguments, rows)])
                         for k in range(count)])
    return mapped
"""
