"""Losses over rows that the workers of a dask cluster read: the same numbers, whoever reads and whoever is lost."""

import os
import signal

import numpy as np
import pytest

import symopt
from symopt.data.columns import Data
from symopt.errors import DataError, DerivativeError
from symopt.program.sums.partitions import PartitionedNumbers

ROWS = 400
LOSSES = [
    "mean((y - a*exp(-b*t))**2)",
    "sqrt(mean((y - a*t)**2))",
    "mean((y - mean(y)*a)**2)/(1 + a**2)",
    "log(sum(exp(a*t)))*sum((b - y)**2)",
    "log(mean((y - t*sin(mean(t*a)*b))**2))",
    "mean(log(1 + exp(-y*(w0*x0 + w1*x1 + w2*x2)))) + (w0**2 + w1**2 + w2**2)/10",
    "sum(log(mean((y - c[j])**2)), j, 0, 19)",
    "mean((y - c[g])**2) + sum((c[i+1] - c[i])**2, i, 0, 18)",
    "sqrt(sum(c[i]**4, i, 0, 40) + mean(y*c0)**2)",
    "mean((y - t*sum(w[j]**2, j, 0, 29))**2)",
    "mean(log(sum(exp(w[j]*t), j, 0, 29))) + log(sum(exp(w[j]), j, 0, 29))",
]


def columns():
    draw = np.random.default_rng(5)
    named = {name: draw.random(ROWS) for name in ("t", "y", "x0", "x1", "x2")}
    return {**named, "g": draw.integers(0, 20, ROWS)}


class Here:
    """Partitions of unequal sizes in this process."""

    def __init__(self, data, cuts=(3, 4, 200)):
        self.data, self.rows = data, data.rows
        self.pieces = np.split(np.arange(data.rows), cuts)

    def each(self, made, *given):
        return [made(Data(self.data.names, self.data.take(p).blocks, len(p)), *given) for p in self.pieces]

    def ask(self, kept, answer, *asked):
        return [answer(each, *asked) for each in kept]

    def take(self, rows):
        return self.data.take(rows)


def close(a, b):
    assert np.max(np.abs(np.asarray(a) - b)) <= 1e-12 * np.max(np.abs(b))


@pytest.mark.parametrize("text", LOSSES)
def test_partitions_add_up_to_the_whole(text):
    loss = symopt.Loss.parse(text, data=columns())
    whole, parted = loss.sums, PartitionedNumbers(loss.read, loss.variables.names, Here(loss.data))
    x, v = np.random.default_rng(1).random((3, loss.n)), np.random.default_rng(2).random(loss.n)
    close(parted.value(x), whole.value(x))
    close(parted.grad(x), whole.grad(x))
    close(parted.hess(x), whole.hess(x))
    close(parted.hessp(x[0], v), whole.hessp(x[0], v))
    sparse, factors, middle = parted.parts(x[1])
    close(sparse.toarray() + factors @ middle @ factors.T, whole.hess(x[1]))
    assert np.all(np.abs(parted.rounding(x) / whole.rounding(x) - 1) < 0.5)
    assert (parted.kinks, parted.nesting, parted.operations) == (whole.kinks, whole.nesting, whole.operations)


def test_single_entries_are_refused():
    text = "mean((y - a)**2) + sum((t[i] - c[i])**2, i, 0, 19)"
    loss = symopt.Loss.parse(text, data=columns())
    with pytest.raises(DerivativeError, match="single entries of a column"):
        PartitionedNumbers(loss.read, loss.variables.names, Here(loss.data))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    pytest.importorskip("distributed")
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    folder = tmp_path_factory.mktemp("dataset")
    for k in range(5):
        part = {name: values[k * 80 : (k + 1) * 80] for name, values in columns().items()}
        parquet.write_table(arrow.table(part), folder / f"part.{k + 8}.parquet")
    parquet.write_table(arrow.table({"t": [1.0, None], "y": [2.0, 1.0]}), folder.parent / "gaps.parquet")
    return folder


@pytest.fixture(scope="module")
def client(dataset):
    """Two processes, started as on Windows and macOS."""
    from symopt.data.cluster import connected, leave

    yield connected(2)
    leave()


@pytest.fixture
def text():
    return "sqrt(mean((y - a*exp(-b*t))**2))"


def test_workers_give_the_numbers_of_one_process_and_a_lost_one_loses_nothing(dataset, client, text):
    near, far = symopt.Loss.parse(text, data=columns()), symopt.Loss.parse(text, data=str(dataset), cluster=client)
    x, v = np.array([1.3, 0.7]), np.array([0.2, -1.0])
    assert far.names == near.names
    assert far.data.notes == ("400 rows of dataset0, 5 partitions on 2 workers",)
    for one, many in ((near(x), far(x)), (near.grad(x), far.grad(x)), (near.hess(x), far.hess(x))):
        close(many, one)
    close(far.hessp(x, v), near.hessp(x, v))
    assert np.array_equal(far.data.take([399, 3, 100]).column("t")[:], columns()["t"][[399, 3, 100]])
    before = far.grad(x)
    worker = client.run(os.getpid)
    os.kill(next(iter(worker.values())), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    assert np.array_equal(far.grad(x), before)
    assert np.array_equal(far.grad(x), before)


def test_what_a_cluster_cannot_read_is_told(dataset, client, tmp_path):
    with pytest.raises(DataError, match="none of the workers sees it"):
        symopt.Loss.parse("mean((y - a)**2)", data=str(tmp_path / "none.parquet"), cluster=client)
    with pytest.raises(DataError, match=r"no file in .* ends in \.parquet"):
        symopt.Loss.parse("mean((y - a)**2)", data=str(tmp_path), cluster=client)
    with pytest.raises(DataError, match="column t, row 2: a value is missing"):
        symopt.Loss.parse("mean((y - a*t)**2)", data=str(dataset.parent / "gaps.parquet"), cluster=client)
    with pytest.raises(DataError, match="reads its data from files"):
        symopt.Loss.parse("mean((y - a)**2)", data={"y": [1.0]}, cluster=client)
    with pytest.raises(DataError, match="there is no data"):
        symopt.Loss.parse("x**2", cluster=client)


def test_nobody_answers(dataset):
    with pytest.raises(DataError, match="no dask scheduler answers at tcp:"):
        symopt.Loss.parse("mean((y - a)**2)", data=str(dataset), cluster="tcp://127.0.0.1:9")
    for wrong in (0, True, 1.5, 10**6):
        with pytest.raises(DataError):
            symopt.Loss.parse("mean((y - a)**2)", data=str(dataset), cluster=wrong)


def test_a_sweep_and_a_movie_of_sweeps_lose_nothing_with_a_worker(client):
    pids = list(client.run(os.getpid).values())
    seen = []

    def kill(done, total):
        seen.append(total)
        if done == 1:
            os.kill(pids[0], signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    over = {"lr": (0.1, 3, 2), "x": (-20, 20, 2**13)}
    far = symopt.sweep("x**2/50 - cos(x)", "gd", over, steps=3, cluster=client, progress=kill)
    near = symopt.sweep("x**2/50 - cos(x)", "gd", over, steps=3)
    assert seen == [8] * 9
    assert far.labels == near.labels
    for name in ("end", "steps", "x", "f"):
        np.testing.assert_array_equal(getattr(far, name), getattr(near, name))
    text, change = "x**2/50 - a*cos(x)", {"a": (0.5, 1, 3)}
    reels = [symopt.sweep.frames(text, "gd:lr=1", {"x": (-20, 20, 9)}, change, steps=20, cluster=where)
             for where in (client, None)]  # fmt: skip
    for k in range(3):
        np.testing.assert_array_equal(reels[0][k].end, reels[1][k].end)
        np.testing.assert_array_equal(reels[0][k].x, reels[1][k].x)
