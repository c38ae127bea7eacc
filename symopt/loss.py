"""A loss: the text, its symbolic derivatives for people, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import sympy
from sympy import Expr, Symbol

from symopt.data.cluster import Far
from symopt.data.columns import Data
from symopt.data.opening import opened
from symopt.data.reading import check_columns, over_columns
from symopt.errors import DataError, DerivativeError, ExpressionError, public
from symopt.expression import deep, parse
from symopt.expression.general import Derivatives
from symopt.expression.general.derivatives import FAMILIES
from symopt.expression.general.shown import MOST, PLAIN, TEX, Shown
from symopt.expression.keep import KEPT
from symopt.expression.parser import COLUMN, check_names, constant, listed_names, settings, written_out
from symopt.expression.slopes import slopes
from symopt.expression.sums import COUNT, ROW, Names, Sums, Unseen, Variables
from symopt.expression.written import latex, readable, text
from symopt.functions import FORMS
from symopt.program import Program
from symopt.special import NoDigits

if TYPE_CHECKING:
    import numpy as np

    from symopt.balls.digits import InDigits
    from symopt.program.evaluate import Evaluation
    from symopt.program.sums import Items, PartitionedNumbers, Residuals, Rows, SumNumbers


class Entries(tuple[Any, ...]):
    """The entries of a gradient or the rows of a Hessian: a tuple that Jupyter shows as a matrix."""

    def _repr_latex_(self) -> str | None:
        rows = [row if isinstance(row, tuple) else (row,) for row in self]
        cells = [[latex(entry) for entry in row] for row in rows] if len(rows) <= SHOWN else []
        if not cells or any(cell is None for row in cells for cell in row):
            return None
        lines = r" \\ ".join(" & ".join(str(cell) for cell in row) for row in cells)
        return rf"$\displaystyle \begin{{pmatrix}} {lines} \end{{pmatrix}}$"


SHOWN = 12  # rows of a matrix that anybody reads


@dataclass(frozen=True)
class Loss:
    """A loss of n real variables with its derivatives, derived and compiled when first asked for.

    Every numeric call takes points in the last axis: f(x) maps (…, n) to (…), f.grad(x) to (…, n)
    and f.hess(x) to (…, n, n). In one variable a bare number is a point too. Where f is not
    defined the result is nan or inf, never a warning. At a kink (of Abs, Max, Piecewise …) the
    derivative of one branch is taken and f″ has no spike; `kinks` names what is there.

    >>> loss = symopt.Loss.parse("x**2*exp(-y)")
    >>> loss.gradient
    (2*x*exp(-y), -x**2*exp(-y))
    >>> loss([[1.0, 0.0], [2.0, 0.0]])
    array([1., 4.])
    >>> loss.grad([1.0, 0.0])
    array([ 2., -1.])
    """

    text: str
    read: Expr | Sums = field(repr=False)
    variables: tuple[Symbol, ...]
    constants: Mapping[str, str | float] = field(default_factory=dict, compare=False)
    declared: bool = field(default=False, compare=False)
    data: Data | None = None
    letters: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    @public
    def parse(
        cls,
        text: str,
        variables: Iterable[str] | None = None,
        constants: Mapping[str, str | float] | None = None,
        letters: Iterable[str] = (),
        data: Any = None,
        cluster: Any = None,
        columns: Iterable[str] = (),
    ) -> Loss:
        """Reads a loss such as `-cos(pi*x/20) + x**2`.

        variables: the names declared, in order; None infers single letters, in natural order.
        constants: values for letters of the text, e.g. {"a": "1/50"}. letters: those left open: symbols of the
        expression that are no variables; `at` gives them values. data: columns by name, as {"t": [0, 1], "y": [2, 1]},
        a data frame, or the name of a file: `sum(…)` and `mean(…)` of one argument run over their rows, letters that
        are no columns are the variables.
        cluster: the address of a dask scheduler, a number of processes to be started here, or a dask client, whose
        workers read `data`, a Parquet file or a folder of such, and share the work.
        columns: names of columns that nobody brings: the loss has derivatives and code for any data, and no numbers.
        Raises ExpressionError with the place of what cannot be read, DataError for data that cannot be used.
        """
        declared = variables.split(",") if isinstance(variables, str) else variables
        constants = dict(settings("constants", constants))
        brought = None
        columns = re.split("[,，、]", columns) if isinstance(columns, str) else listed_names(columns)
        named = check_names(columns, COLUMN) if columns else ()
        if named and not (data is None and cluster is None):
            raise DataError("columns are named, and data is given too", "leave one of them out")
        if data is None and cluster is None:
            declared = None if declared is None else check_names(declared)
            check_columns(named, declared, constants, letters)
            read, symbols = parse(text, declared, constants, letters, Unseen(named) if named else None)
        else:
            letters = tuple(letters or ())
            read, symbols, brought = over_columns(text, declared, constants, letters, opened(data, cluster))
        if isinstance(read, Sums) and read.checks:
            from symopt.program.sums.checks import refuse

            refuse(read, text, 0 if brought is None else brought.rows)
        return cls(
            text.strip(),
            read,
            cast("tuple[Symbol, ...]", symbols),
            constants,
            variables is not None,
            brought,
            tuple(letters or ()),
        )

    @classmethod
    @public
    def from_sympy(cls, expr: Expr, variables: Iterable[str | Symbol] | None = None) -> Loss:
        """The loss of a sympy expression, read as its text would be; its symbols are real variables.

        variables: symbols or names, in order; None takes all symbols, in natural order. A Float is the number that
        its double prints as. Raises ExpressionError for what a loss cannot hold.
        """
        from symopt.expression.sympify import typed

        text, names = typed(expr)
        if isinstance(variables, str):
            names = variables.split(",")
        elif isinstance(variables, Symbol):
            names = [variables.name]
        elif variables is not None:
            names = [v.name if isinstance(v, Symbol) else v for v in listed_names(variables)]
        return cls.parse(text, names)

    @public
    def at(self, values: Mapping[str, str | float]) -> Loss:
        """The same loss with its open letters at values.

        It is read anew where a letter stands in a power, a logarithm or a gamma function: there a value is looked at
        before sympy computes with it. Raises ExpressionError for a value that the loss cannot have.
        """
        values = settings("values", values)
        if isinstance(self.read, Sums):
            rest = [name for name in self.letters if name not in values]
            declared = self.names if self.declared else None
            return Loss.parse(self.text, declared, {**self.constants, **values}, rest, self.data)
        free = {symbol for symbol in self.expr.free_symbols if symbol.name in values}
        if any(node.free_symbols & free for node in self.expr.atoms(*DEAR) if node.args[0] is not sympy.E):
            left = {symbol.name for symbol in self.expr.free_symbols} - {*self.names, *values}
            expr = Loss.parse(self.text, self.names, {**self.constants, **values}, left, self.data).expr
        else:
            with deep():
                expr = self.expr.xreplace({s: constant(s.name, values[s.name]).expr for s in free})
        return Loss(self.text, expr, self.variables, {**self.constants, **values}, self.declared, self.data)

    @property
    def n(self) -> int:
        return len(self.variables)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables' names, in order; those of long families are made as they are asked for."""
        if isinstance(self.variables, Variables):
            return cast("tuple[str, ...]", self.variables.names)
        return tuple(symbol.name for symbol in self.variables)

    @cached_property
    def expr(self) -> Expr:
        """f as one expression of the variables, its sums written out.

        Numbers of data stand in it exactly as they are printed. Raises DerivativeError for sums of more terms than
        anybody could use so.
        """
        if not isinstance(self.read, Sums):
            return self.read
        if self.data is None and self.read.columns:
            raise DerivativeError("this loss is not written out: its columns have no numbers",
                                  "Loss.parse(text, data=…) brings them; loss.general is for any data",
                                  shell="--data FILE brings them")  # fmt: skip
        try:
            names = self.names if self.declared else None
            return written_out(self.text, names, self.constants, self.letters, self.data)
        except ExpressionError as error:
            raise DerivativeError(f"this sum is not written out: {error.message}",
                                  "loss.grad(x), loss.hessp(x, v) and loss.sparse_hess(x) give its numbers",
                                  shell="run and animate do without that; else give fewer terms") from None  # fmt: skip

    @cached_property
    def typed(self) -> Expr:
        """f with what its text asks for besides: x**2/x as typed is x with a term that is 0 for x ≠ 0 only."""
        from symopt.expression.typed import Typed

        names = self.names if self.declared else None
        return written_out(self.text, names, self.constants, self.letters, self.data, Typed)

    # for people

    @cached_property
    def gradient(self) -> tuple[Expr, ...]:
        """∂f/∂xᵢ, symbolically."""
        with deep():
            return Entries(slopes(self.expr, self.variables))

    @cached_property
    def hessian(self) -> tuple[tuple[Expr, ...], ...]:
        """∂²f/∂xᵢ∂xⱼ, symbolically: rows of a symmetric matrix."""
        with deep():
            lower = [slopes(g, self.variables[: i + 1]) for i, g in enumerate(self.gradient)]
        return Entries(tuple(lower[max(i, j)][min(i, j)] for j in range(self.n)) for i in range(self.n))

    @cached_property
    def written_sizes(self) -> tuple[int, int]:
        """How many operations the gradient and the Hessian have when every entry is written out."""
        if self.dense or self.unwritten:
            return self.n * DENSE, DENSE * DENSE
        program, value, gradient, hessian = self._derived
        sizes: dict[int, int] = {}
        for place in sorted(program.reachable([value, *gradient.values(), *hessian.values()])):
            sizes[place] = min(1 + sum(sizes[part] for part in program.nodes[place].parts), 10**18)
        return sum(sizes[g] for g in gradient.values()), sum(sizes[h] for h in hessian.values())

    @cached_property
    def operations(self) -> int:
        """How many operations f takes."""
        if (sums := self.sums) is not None:
            return sums.operations
        program, value = self._program
        return len(program.reachable([value]))

    @cached_property
    def nesting(self) -> int:
        """How deep functions stand inside functions."""
        if (sums := self.sums) is not None:
            return sums.nesting
        program, value = self._program
        return program.nesting(value)

    @cached_property
    def general(self) -> Shown | None:
        """f, ∇f and ∇²f of a loss whose sums stay sums, by general entries x[k] with Σ; None for any other.

        Terms that were typed one by one are read one by one too, and so are indices of too long a pattern.
        """
        if not isinstance(self.read, Sums) or self.read.typed:
            return None
        with deep():
            rows = self.data.rows if self.data else COUNT if self.read.columns else 0
            shown = self.wide if self.n * (self.n + 1) > 2 * MOST else self
            assert isinstance(shown.read, Sums)
            derived = Derivatives(shown.read, rows, [*self.constants, *self.letters])
            if len(derived.families) > FAMILIES:
                return None
        bounds = {name: int(value) for name in self.constants if (value := constant(name, self.constants[name]).expr)
                  .is_Integer and value >= KEPT and re.search(rf"(?<!\w){name}(?!\w)", self.text)}  # fmt: skip
        return Shown(derived, shown.arguments, bounds)

    @cached_property
    def wide(self) -> Loss:
        """The same loss with its sums over columns x0, x1 … as sums, for formulas with a general index; or itself."""
        if not isinstance(self.read, Sums) or not self.read.columns or self.read.wide:
            return self
        names = tuple(self.names) if self.declared else None
        data = self.data or Unseen(self.read.columns)
        try:
            made, symbols = parse(self.text, names, self.constants, self.letters, data, wide=True)
        except (ExpressionError, DataError):
            return self
        if not (isinstance(made, Sums) and made.wide):
            return self
        return replace(self, read=made, variables=cast("tuple[Symbol, ...]", symbols))

    def for_any_data(self) -> Loss:
        """The same loss over any data, of as many rows as it has; itself where data says what is an index."""
        if self.data is None or not isinstance(self.read, Sums):
            return self
        names = tuple(self.names) if self.declared else None
        try:
            made, symbols = parse(self.text, names, self.constants, self.letters, Unseen(self.read.columns))
        except (ExpressionError, DataError):
            return self
        return replace(self, read=made, variables=cast("tuple[Symbol, ...]", symbols), data=None)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the variables, families of many shortened: x0, x1, …, x99."""
        if not isinstance(self.variables, Variables):
            return self.names
        found: list[str] = []
        for name, indices in self.variables.names.parts:
            if indices is None:
                found.append(name)
            else:
                some = [f"{name}{i}" for i in (*indices[:2], indices[-1])]
                found += [*some[:2], "…", some[2]] if len(indices) > 3 else [f"{name}{i}" for i in indices]
        return tuple(found)

    @property
    def readable(self) -> bool:
        """Whether the symbolic derivatives are short enough to be written out for a person."""
        return self.unread == ""

    @cached_property
    def unread(self) -> str:
        """Why the symbolic derivatives are not written out for a person; empty if they are."""
        if self.unwritten:
            return "a sum of too many terms"
        if self.nesting > DEEPEST:
            return f"functions {self.nesting} deep inside functions"
        if (terms := max((len(node.args) for node in self.expr.atoms(sympy.Add, sympy.Mul)), default=0)) > TERMS:
            return f"{terms:,} terms in one sum or product"
        if not readable(self.expr):
            return "f alone is too long or too deep"
        gradient, hessian = self.written_sizes
        if self.dense or (entries := len(self._derived[2]) + len(self._derived[3])) > ENTRIES:
            return "a dense Hessian" if self.dense else f"{entries:,} entries"
        if gradient + hessian > READABLE:
            return f"{gradient:,} operations in the gradient, {hessian:,} in the Hessian"
        return ""

    def __getstate__(self) -> dict[str, Any]:
        """What a copy and a pickle take along: not the compiled programs, which are made again when asked for."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __repr__(self) -> str:
        return f"Loss({self.text!r}, {', '.join(self.names[:10])}{', …' * (self.n > 10)})"

    def _repr_latex_(self) -> str | None:
        """f in LaTeX; None where it is too long or too deep to be read, and Jupyter shows the text as typed."""
        if self.general is not None:
            lines = list(self.general.lines(latex, TEX))
            return rf"$\displaystyle {lines[0][0]} = {lines[0][1]}$"
        right = latex(self.expr)
        left = rf"f({', '.join(map(sympy.latex, self.variables))})"
        return None if right is None else rf"$\displaystyle {left} = {right}$"

    @property
    def written(self) -> str:
        """f as sympy writes it; as typed where that is too long or too deep."""
        if self.general is not None:
            return next(iter(self.general.lines(text, PLAIN)))[1]
        return text(self.expr) or " ".join(self.text.split())

    @property
    def sums(self) -> SumNumbers | PartitionedNumbers | None:
        """The numbers of a loss whose sums stay sums; None for any other."""
        return self._numbers if isinstance(self.read, Sums) else None  # type: ignore[return-value]

    @cached_property
    def residuals(self) -> Residuals | None:
        """r and J = ∂r/∂x of a loss written as a sum of squares, f = c + ‖r‖²; None for any other.

        None too where the rows of data are elsewhere.
        """
        from symopt.expression.squares import squares
        from symopt.program.sums import Residuals

        if self.letters:
            raise DerivativeError(f"{', '.join(self.letters)} has no value", "loss.at gives letters values")
        if isinstance(self.data, Far):
            return None
        with deep():
            found = squares(self.read, self.variables)
        return Residuals.of(found, self._names, self.data)

    @cached_property
    def unwritten(self) -> bool:
        """Whether the loss has sums of too many terms to be written out without being asked to."""
        if (
            self.data is not None
            and (sums := self.sums) is not None
            and (isinstance(self.data, Far) or sums.operations > WRITTEN)
        ):
            return True
        try:
            return self.expr is None
        except DerivativeError:
            return True

    @cached_property
    def sampling(self) -> Rows | Items:
        """What mini-batches are drawn from: rows of data, or the terms of sums and the other summands.

        `count` of them, and `batch(which)` is the loss over some, by their numbers. A loss that is no sum is one.
        Raises MethodError where f is not linear in its sums.
        """
        from symopt.program.sums import items_of

        if self.letters:
            raise DerivativeError(f"{', '.join(self.letters)} has no value", "loss.at gives letters values")
        with deep():
            return items_of(self.read, self._names, self.data, self.sums, self.text)

    @property
    def _names(self) -> Names:
        return self.variables.names if isinstance(self.variables, Variables) else Names(self.names, {}, self.names)

    @cached_property
    def _program(self) -> tuple[Program, int]:
        program = Program(self.variables)
        with deep():
            return program, program.lower(self.expr)

    @cached_property
    def _slopes(self) -> tuple[Program, dict[int, int]]:
        program, value = self._program
        return program, program.gradient(value)

    @cached_property
    def _derived(self) -> tuple[Program, int, dict[int, int], dict[tuple[int, int], int]]:
        """The program with its value, its gradient {i: node} and the lower half of its Hessian {(i, j): node}."""
        program, value = self._program
        _, gradient = self._slopes
        hessian = {(i, j): node for i, g in gradient.items() for j, node in program.gradient(g, upto=i).items()}
        return program, value, gradient, hessian

    @cached_property
    def in_digits(self) -> InDigits | NoDigits:
        """f, ∇f and ∇²f over numbers of any precision; of sums of too many terms they raise Beyond when asked."""
        if self.unwritten:
            return NoDigits()
        from symopt.balls.digits import InDigits  # mpmath: a walk that needs no more digits does without it

        program, gradient = self._slopes
        second = None if self.dense else lambda: self._derived[3]
        return InDigits(program, self._program[1], gradient, second, self.n)

    @cached_property
    def sketch(self) -> Loss:
        """The same loss over some of its rows, evenly taken, which stand for all: for rules that look at many places.

        Itself where it has few rows, or reads single entries of a column.
        """
        return self.thinned(SKETCHED)

    def thinned(self, most: int) -> Loss:
        """The same loss over at most so many of its rows, evenly taken; itself where it reads single entries."""
        if self.data is None or self.data.rows <= most or not isinstance(self.read, Sums):
            return self
        slots = [(total, slot) for total in self.read.totals for slot in total.slots if slot.column]
        if any(slot.at != ROW or not total.rows for total, slot in slots):
            return self
        import numpy as np

        return replace(self, data=self.data.take(np.linspace(0, self.data.rows - 1, most).astype(int)))

    @cached_property
    def kinks(self) -> tuple[str, ...]:
        """The functions in the loss whose derivatives jump somewhere, e.g. ("Abs",)."""
        if (sums := self.sums) is not None:
            return sums.kinks
        program, _ = self._slopes
        return tuple(sorted(program.kinks))

    @cached_property
    def dense(self) -> bool:
        """Whether the Hessian has too many entries to be worth a formula each."""
        if self.unwritten:
            return True
        program, gradient = self._slopes
        reach = program.reach(gradient.values())
        entries = sum(reach[g].bit_count() for g in gradient.values())
        return entries > 2 * DENSE or (self.n > 8 and 2 * entries > self.n**2 and self.n * len(reach) > 20 * DENSE)

    @cached_property
    def _numbers(self) -> Evaluation | SumNumbers | PartitionedNumbers:
        if isinstance(self.read, Sums):
            from symopt.program.sums import PartitionedNumbers, SumNumbers

            assert isinstance(self.variables, Variables)
            if self.data is None and any(total.over_rows for total in self.read.totals):
                raise DerivativeError(
                    "the columns of this loss have no numbers", "Loss.parse(text, data=…) brings them"
                )
            if self.letters:
                raise DerivativeError(f"{', '.join(self.letters)} has no value", "loss.at gives letters values")
            if isinstance(self.data, Far):
                return PartitionedNumbers(self.read, self.variables.names, self.data)
            return SumNumbers(self.read, self.variables.names, self.data)
        from symopt.program.evaluate import Evaluation  # numpy: a derivation to read does without it

        program, gradient = self._slopes
        return Evaluation(self.n, program, self._program[1], gradient, None if self.dense else lambda: self._derived[3])

    def __call__(self, x: Any) -> Any:
        """f(x): (…, n) → (…). Raises DerivativeError for a wrong last axis."""
        return self._numbers.value(x)

    def grad(self, x: Any) -> np.ndarray:
        """∇f(x): (…, n) → (…, n). Raises DerivativeError for a wrong last axis."""
        return self._numbers.grad(x)

    def value_and_grad(self, x: Any) -> tuple[Any, np.ndarray]:
        """(f(x), ∇f(x)), the same numbers as apart; of a sum in one pass over its terms."""
        return self._numbers.value_and_grad(x)

    def hess(self, x: Any) -> np.ndarray:
        """∇²f(x): (…, n) → (…, n, n), symmetric. Raises DerivativeError for a wrong last axis."""
        return self._numbers.hess(x)

    def sparse_hess(self, x: Any) -> Any:
        """∇²f at one point as a sparse array of scipy's: (n,) → (n, n), banded (`dia_array`) where f is a chain.

        Raises DerivativeError where f is a function of sums of many variables: then ∇²f is dense, and `hess_parts` has
        it in parts.
        """
        sparse, factors, middle = self.hess_parts(x)
        if not factors.shape[1]:
            return sparse
        if self.n > FULL:
            raise DerivativeError(f"this Hessian of {self.n:,} variables is dense: the loss is a function of sums",
                                  "loss.hess_parts(x) gives S, U, C with ∇²f = S + U·C·Uᵀ")  # fmt: skip
        return (sparse + type(sparse)(factors @ middle @ factors.T)).tocsr()

    def hess_parts(self, x: Any) -> tuple[Any, np.ndarray, np.ndarray]:
        """(S, U, C) with ∇²f = S + U·C·Uᵀ at one point: S sparse (n, n), U (n, r), C (r, r) symmetric."""
        return self._numbers.parts(self._one(x))

    def hessp(self, x: Any, v: Any) -> np.ndarray:
        """∇²f(x)·v at one point, without the matrix: (n,), (n,) → (n,)."""
        return self._numbers.hessp(self._one(x), self._one(v))

    def _one(self, x: Any) -> np.ndarray:
        """x as one point, (n,). Raises DerivativeError."""
        from symopt.program.evaluate import as_points

        if (points := as_points(x, self.n)).ndim > 1:
            raise DerivativeError(f"points of shape {points.shape}: one point is wanted, of shape ({self.n},)",
                                  "call it for each of them")  # fmt: skip
        return points

    def rounding(self, x: Any) -> Any:
        """How far rounding may move the number f(x), to first order: (…, n) → (…).

        eps·Σ |∂f/∂v|·|v| over all operations v of f: far more than eps·|f| where large terms cancel.
        """
        return self._numbers.rounding(x)


DEAR = (  # with a large number sympy takes long
    sympy.Pow, sympy.log, *(form for form, known in FORMS.items() if "long" in known.traits.split())
)  # fmt: skip
SKETCHED = 500  # rows
WRITTEN = 2_000  # operations over data up to which these are written out: sympy takes a third of a millisecond each
TERMS = 200
ENTRIES = 500
READABLE = 8_000  # operations in the derivatives: beyond it nobody reads them, and sympy takes seconds to derive them
DEEPEST = 15  # beyond it nobody reads a derivative, and sympy takes seconds to write it
FULL = 200  # variables up to which a dense Hessian is given as a sparse one
DENSE = 2_000  # entries in one half of a Hessian from which on it is computed by whole rows
