"""The network's two scores -> log-odds that mean what they say."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

FARTHEST = 20.0
"""Log-odds are kept within this."""


@dataclass(frozen=True)
class Calibration:
    """What each score is worth (Platt 1999), learnt on documents that the network never saw.

    ``answers`` weighs the score of the head that says whether a passage answers, ``ahead`` how far
    the likeliest words are ahead of "no words".
    """

    answers: float = 1.0
    ahead: float = 0.0
    bias: float = 0.0

    def odds(self, answers: float, ahead: float) -> float:
        """The log-odds that a passage answers."""
        found = self.answers * answers + self.ahead * ahead + self.bias
        return min(max(found, -FARTHEST), FARTHEST)

    def told(self) -> str:
        """As JSON; :meth:`read` reads it."""
        return json.dumps({name: round(value, 4) for name, value in asdict(self).items()})

    @classmethod
    def read(cls, told: str) -> Calibration:
        """What :meth:`told` gave."""
        return cls(**json.loads(told))
