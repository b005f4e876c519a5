"""How fast, and beside what: ``python -m benchmarks`` (``make bench``).

Ours beside the naive llama-index pipeline, in the same run on the same minutes. In the order of
the work: :mod:`~benchmarks.corpora`, :mod:`~benchmarks.ours`, :mod:`~benchmarks.naive`,
:mod:`~benchmarks.probe` (one measurement, one process), :mod:`~benchmarks.suite`,
:mod:`~benchmarks.scale`
(over :mod:`~benchmarks.many_meetings`), :mod:`~benchmarks.table`.
"""
