"""The network's two scores -> log-odds that mean what they say, and what ranks passages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

FARTHEST = 20.0
"""Log-odds are kept within this."""


@dataclass(frozen=True)
class Calibration:
    """What each score is worth, learnt on documents that the network never saw.

    ``answers`` weighs the score of the head that says whether a passage answers, ``ahead`` how far
    the likeliest words are ahead of "no words": together with ``bias`` the log-odds that it does
    (Platt 1999). ``first_answers`` and ``first_ahead`` weigh the same to tell which passage of
    several answers best, of questions with no short answer as well (Bradley and Terry 1952, Luce
    1959).
    """

    answers: float = 1.0
    ahead: float = 0.0
    bias: float = 0.0
    first_answers: float = 1.0
    first_ahead: float = 0.0

    def odds(self, answers: float, ahead: float) -> float:
        """The log-odds that a passage answers."""
        return _kept(self.answers * answers + self.ahead * ahead + self.bias)

    def strength(self, answers: float, ahead: float) -> float:
        """What is compared between the passages of a question: a difference is log-odds."""
        return _kept(self.first_answers * answers + self.first_ahead * ahead)

    def told(self) -> str:
        """As JSON; :meth:`read` reads it."""
        return json.dumps({name: round(value, 4) for name, value in asdict(self).items()})

    @classmethod
    def read(cls, told: str) -> Calibration:
        """What :meth:`told` gave."""
        return cls(**json.loads(told))


def _kept(odds: float) -> float:
    return min(max(odds, -FARTHEST), FARTHEST)
