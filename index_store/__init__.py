"""Passages in Chroma, their words and vectors beside them, and ranked search over both.

In pipeline order: :mod:`~index_store.bundled_model`, :mod:`~index_store.embedding`,
:mod:`~index_store.words`, :mod:`~index_store.lexical`, :mod:`~index_store.store`,
:mod:`~index_store.index`, :mod:`~index_store.indexer`, :mod:`~index_store.retriever`.
Nothing is imported here: importing torch and Chroma waits until they are used.
"""

import os

# Read by OpenMP when torch is loaded. Its threads spin while they wait for each other by default; with
# another busy process beside them (a language model's server) two sentences then take a second and
# more to embed, instead of some hundredths.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
