"""The reader: whether a passage answers a question, with which words, and how surely."""
