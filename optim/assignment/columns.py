"""The linear relaxation of an assignment over all arcs, though the model holds few of them."""

from __future__ import annotations

import numpy as np

from optim.assignment.master import Master
from optim.assignment.problem import Array, Mask
from optim.assignment.relaxed import Relaxed, relax

PULL = 0.5  # how far prices are held back towards the best so far, which keeps them from swinging
ROUNDS = 500
CLOSE = 1e-6  # model over bound at which pricing ends


def price_out(
    master: Master, opened: Mask | None = None, close_share: float = CLOSE
) -> tuple[Relaxed, Array]:
    """Return the best bound, and the values of the model's columns when no arc is missing any more.

    Each round solves the restricted model, adds the rows share <= opened that its solution breaks, and
    prices all arcs: the model's duals give V (`optim.assignment.relaxed`), and the arcs in the knapsacks of
    the sites that pay at V enter; with their row where the site's capacity does not bind, since then
    nothing else ties them to it. A round that brings neither arc nor row ends it: then no arc has a reduced
    cost below 0, and the restricted model's value is that of the relaxation over all arcs with all rows x
    <= y. The bound returned is the Lagrangian one, valid after any round.

    Parameters
    ----------
    master : Master
        The restricted model; it grows.
    opened : array of bool (sites,), optional
        Sites held open, the others closed.
    close_share : float
        Distance of the model from the bound, relative to it, at which to stop before that.
    """
    _hold(master, opened)
    best: Relaxed | None = None
    for _ in range(ROUNDS):
        value, duals = master.solve(), master.prices()
        values = master.values()
        broken = master.violated(values) if opened is None else np.zeros(0, dtype=np.int64)
        found = relax(master.nodes, duals if best is None else PULL * best.price + (1 - PULL) * duals, opened)
        fresh = master.missing(found.site, found.node)
        if best is not None and not len(fresh):
            found = relax(master.nodes, duals, opened)
            fresh = master.missing(found.site, found.node)
        best = found if best is None or found.bound > best.bound else best
        if not len(broken) and (not len(fresh) or value - best.bound <= close_share * abs(value)):
            break
        master.link(broken)
        before = len(master.key)
        master.enter(fresh)
        fresh_site = master.site[before:]
        master.link(before + np.flatnonzero(found.rent[fresh_site] == 0))
    assert best is not None
    return best, values


def _hold(master: Master, opened: Mask | None) -> None:
    """Hold sites open and closed, or let go of them."""
    lower = np.zeros(len(master.nodes.capacity)) if opened is None else opened.astype(float)
    upper = np.ones(len(master.nodes.capacity)) if opened is None else lower
    columns = np.arange(len(lower), dtype=np.int32)
    master.highs.changeColsBounds(len(lower), columns, lower, upper)
