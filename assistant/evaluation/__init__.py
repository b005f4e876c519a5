"""How well questions are answered: question sets, what is compared, measures, reports.

A question set is a file that people write (:mod:`assistant.evaluation.questions`). Each system
ranks passages for each question (:mod:`~assistant.evaluation.systems`), the engine answers it, both
are judged (:mod:`~assistant.evaluation.judging`) and measured
(:mod:`~assistant.evaluation.measures`). ``docs/evaluation.md`` defines every figure.
"""
