"""Trains the reader (``index_store/reader``) and measures it; see ``README.md`` beside this."""
