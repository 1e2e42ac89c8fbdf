"""Sites that would do as well: what one more campus would cost at each site left empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd
import pyomo.environ as pyo

from optim.found import Found
from optim.inputs import MW_PER_GW, Inputs
from optim.net_prices import NetPrices, net_prices
from optim.plant_energy import USUAL_GW, Array, arguments, plant_models, usual_point
from optim.plant_hot import PlantEnergy

_HUB_KIND, _CAPS = "large_in_hub_only", ("pue_cap", "wue_cap")
_COLUMNS = ["site_id", "province", "reduced_cost_m_cny", "extra_share", "within_gap"]
Usual = Callable[[tuple[str, str, int]], tuple[float, Array]]


def equivalent_table(inputs: Inputs, build: pd.DataFrame, found: Found, gap_share: float) -> pd.DataFrame:
    """Return `Equivalents` rows, least extra cost first.

    One campus of usual size, open from the first year to the last, is priced as a new column of the
    relaxation, at the cheapest technology: extra = its own cost + its energy + what it takes of the limits
    and rules that sites share, at their duals - what it saves by taking load over its arcs at the duals of
    demand, dearest first. Energy is linear about the plant's usual load (its first cut in the decomposed
    form; priced here in the whole form); green shares it keeps by itself, and water and carbon are priced
    without quotas and budgets. By duality no plan of the relaxation gains more from it, but for these.

    Parameters
    ----------
    inputs : Inputs
        Sites, demand, rules.
    build : DataFrame
        `optim.tables.Build`: which sites are taken, and the usual size.
    found : Found
        Model and duals of the linear relaxation.
    gap_share : float
        Extra over the cost of the campus up to which a site counts as good as the chosen ones.
    """
    m = found.model.pyomo
    standing = build[(build["opened"] == 1) & (build["year"] == inputs.years[-1])]
    size_gw = pyo.value(m.compute.site_rate_gw)
    if len(standing):
        size_gw = min(float(standing["it_mw"].median()) / MW_PER_GW, size_gw)
    campus = _Campus(inputs, m, net_prices(m, found.relaxed), _usual(inputs, found), size_gw)
    empty = [s for s in inputs.sites if s not in set(standing["site_id"])]
    rows = []
    for site in empty if size_gw > 0 else []:
        sides = [campus.price(site, c) for c in campus.technologies(site)]
        if sides:
            extra, own = min(sides)
            share = max(0.0, extra) / own
            rows.append((site, inputs.site["province"][site], max(0.0, extra), share, share <= gap_share))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.sort_values("extra_share", kind="stable").reset_index(drop=True)


def _usual(inputs: Inputs, found: Found) -> Usual:
    """Return a function: plant and year -> cost and gradient of its energy at the usual point."""
    m = found.model.pyomo
    penalty = pyo.value(m.workload.penalty)
    priced = dict(found.usual)

    def energy(key: tuple[str, str, int]) -> tuple[float, Array]:
        if key not in priced:
            plant = PlantEnergy(plant_models(inputs, [key], penalty)[key])
            priced[key] = plant.at(usual_point(inputs, m, key))
        return priced[key]

    return energy


@dataclass(frozen=True)
class _Campus:
    """A campus of usual size at the prices of the relaxation."""

    inputs: Inputs
    m: pyo.ConcreteModel
    prices: NetPrices
    usual: Usual
    size_gw: float

    def technologies(self, site: str) -> list[str]:
        """Return the technologies that no hard rule closes at a site, none if no campus may stand there."""
        m, smallest = self.m, self.m.compute.campus_min_gw.value
        closed: set[str] = set()
        for rule in (r for r in self.inputs.rules if r.hard):
            sites = {s for group in rule.places.values() for s in group}
            if rule.kind == "build_pause" and site in sites:
                return []
            if rule.kind not in (_HUB_KIND, *_CAPS) or site not in sites:
                continue
            block = m.component(rule.kind)
            if pyo.value(block.allowed_gw[rule.rule_id]) >= smallest or rule.local_load_exempt:
                continue
            if rule.kind == _HUB_KIND:
                return []
            closed |= set(block.OVER[rule.rule_id, site]) if (rule.rule_id, site) in block.PAIRS else set()
        return [c for c in m.NEW_OF[site] if c not in closed]

    def price(self, site: str, technology: str) -> tuple[float, float]:
        """Return what the campus costs more than it saves, and its own cost [M CNY, discounted]."""
        size = self._size(site, technology)
        extra = own = 0.0
        for y in self.inputs.years:
            net, cost = self._fixed(site, technology, y, size)
            extra += net + self._loads(site, technology, y, size)
            own += cost
        return extra, own

    def _size(self, site: str, technology: str) -> float:
        """Return the size, less where the site holds less [GW]."""
        m = self.m
        peak = m.grid.pue_peak[site, technology]
        gained = sum(m.grid.gain_gw[site, k] for k in m.grid.RAISES_OF[site, self.inputs.years[-1]])
        most = [self.size_gw, m.compute.it_max_gw[site], (m.grid.base_gw[site] + gained) / peak]
        if site in m.grid.site_headroom_gw:
            most.append(m.grid.site_headroom_gw[site] / peak)
        return float(min(most))

    def _fixed(self, s: str, c: str, y: int, size: float) -> tuple[float, float]:
        """Return net price and own cost of halls and connection, with energy that load does not change."""
        m, prices = self.m, self.prices
        peak = m.grid.pue_peak[s, c] * size
        shell = max(size, m.compute.campus_min_gw.value)
        amounts = [
            (m.compute.opened[s, y], 1.0),
            (m.compute.modules[s, c, y], shell / m.compute.module_gw.value),
            (m.compute.it_new_gw[s, y], size),
            (m.halls.it_gw[s, c, y], size),
            (m.grid.connection_gw[s, y], peak),
            (m.halls.meter_gw[s, c, y], peak),
        ]
        amounts += [(m.grid.raised[s, k, y], 1.0) for k in self._raises(s, y, peak)]
        net, cost = (sum(price(v) * amount for v, amount in amounts) for price in (prices.of, prices.own))
        value, gradient = self.usual((s, c, y))
        by_name = list(zip(arguments(m, (s, c), y), gradient, strict=True))
        scale, discount = size / USUAL_GW, self.inputs.discount[y]
        energy = sum(amount * g for v, amount in amounts for w, g in by_name if w is v)
        rest = value - float(gradient @ usual_point(self.inputs, m, (s, c, y)))
        return net + discount * (energy + rest * scale), cost + discount * value * scale

    def _raises(self, site: str, year: int, connection_gw: float) -> Iterator[int]:
        """Yield the voltage steps that a connection needs."""
        grid, held = self.m.grid, self.m.grid.base_gw[site]
        for step in grid.RAISES_OF[site, year]:
            if held < connection_gw - 1e-9:
                held += grid.gain_gw[site, step]
                yield step

    def _loads(self, s: str, c: str, y: int, size: float) -> float:
        """Return the net price of the load that the campus takes, dearest first; below 0: it saves."""
        demand = self.m.workload.demand_gw
        left, saved = size, 0.0
        for price, gives, (d, w) in sorted(self._offers(s, c, y)):
            if price >= 0 or left <= 0:
                break
            taken = min(left, demand[d, w, y] / gives)
            saved += price * taken
            left -= taken
        return saved

    def _offers(self, s: str, c: str, y: int) -> Iterator[tuple[float, float, tuple[str, str]]]:
        """Yield price per GW of IT power, load that it serves, and node, for each node in reach."""
        m, prices, barred = self.m, self.prices, self._barred(s)
        share, discount = self.inputs.load_share, self.inputs.discount[y]
        of_run = dict(zip(map(id, arguments(m, (s, c), y)), self.usual((s, c, y))[1].tolist(), strict=True))
        for f in m.GROUPS_OF[s, c]:
            if (s, f) not in m.workload.SITE_GROUPS:
                continue
            run = m.halls.run_gw[s, c, f, y]
            power = share * (discount * of_run[id(run)] + prices.taken(run))
            power += prices.of(m.accelerators.power_gw[s, f, y])
            for gives, card in self._types(s, f, y):
                for d, w in m.workload.SERVED[s, f]:
                    if (d, w) not in barred:
                        yield gives * prices.of(m.workload.serve_gw[s, d, w, y]) + power + card, gives, (d, w)

    def _types(self, s: str, f: str, y: int) -> list[tuple[float, float]]:
        """Return what a GW of each accelerator type serves and costs; with the mix, one type for nothing."""
        cards = self.m.accelerators
        if cards.component("it_type_gw") is None:
            return [(1.0, 0.0)]
        return [
            (cards.output[a, y], self.prices.of(cards.it_type_gw[s, a, y])) for a in cards.TYPES_OF[s, f, y]
        ]

    def _barred(self, site: str) -> set[tuple[str, str]]:
        """Return the nodes that a hard rule keeps the site from serving."""
        block = self.m.component(_HUB_KIND)
        rules = [r for r in self.inputs.rules if r.kind == _HUB_KIND and r.hard and r.local_load_exempt]
        hard = [r.rule_id for r in rules if (r.rule_id, site) in block.PAIRS]
        return {node for r in hard for node in block.AWAY[r, site]}
