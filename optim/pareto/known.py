"""What earlier solves say of an epsilon point: bypass where the answer is known, early exit where none is.

An answer at sides e is the answer at all tighter sides that it meets; where nothing meets e, nothing meets
tighter ones. Of AUGMECON2's bypass coefficient this is the case of one goal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optim.pareto.problem import Answer, Array


@dataclass
class Known:
    """Sides that were solved, and their answers (None: infeasible). `slack`: how far a side may be passed."""

    slack: Array
    sides: list[Array] = field(default_factory=list)
    answers: list[Answer | None] = field(default_factory=list)

    def learn(self, most: Array, answer: Answer | None) -> None:
        """Keep the proven answer of a solve."""
        self.sides.append(most)
        self.answers.append(answer)

    def find(self, most: Array) -> tuple[bool, Answer | None]:
        """Return whether the answer at sides is known, and the answer."""
        if not self.sides:
            return False, None
        wider = np.flatnonzero((np.asarray(self.sides) >= most - self.slack).all(axis=1))
        for k in wider:
            answer = self.answers[k]
            if answer is None or (answer.values <= most + self.slack).all():
                return True, answer
        return False, None

    def start(self, most: Array) -> object:
        """Return the decision of the known answer that meets sides, best in the first goal, if any does."""
        fits = [a for a in self.answers if a is not None and (a.values <= most).all()]
        return min(fits, key=lambda a: float(a.values[0])).decision if fits else None
