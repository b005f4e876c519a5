"""Answers written by a language model, each sentence shown only when the record bears it out."""
