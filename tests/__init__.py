"""The tests; a package only so that all of them, and the benchmarks, share the helpers of `tests.kit`."""
