"""Annuity, levelisation and discounting, each in one place."""

from __future__ import annotations


def annuity_factor(discount_share: float, life_years: float) -> float:
    """Return the yearly payment for one unit of capital [1/year].

    Parameters
    ----------
    discount_share : float
        Real discount rate per year; 0 spreads the capital evenly.
    life_years : float
        Years over which the capital is paid back.

    Returns
    -------
    float
        ``r (1 + r)^n / ((1 + r)^n - 1)``.

    Raises
    ------
    ValueError
        If the life is not positive or the rate is not above -1.

    Examples
    --------
    >>> round(annuity_factor(0.05, 60), 6)
    0.052828
    """
    if life_years <= 0 or discount_share <= -1:
        raise ValueError(
            f"annuity needs life > 0 and rate > -1, got life {life_years}, rate {discount_share}"
        )
    if discount_share == 0:
        return 1.0 / life_years
    growth = (1.0 + discount_share) ** life_years
    return discount_share * growth / (growth - 1.0)


def levelisation_factor(discount_share: float, life_years: float, escalation_share: float) -> float:
    """Return the constant price that is worth as much as one rising by `escalation_share` a year.

    Parameters
    ----------
    discount_share : float
        Real discount rate per year.
    life_years : float
        Years of payment; the first payment is already escalated once.
    escalation_share : float
        Growth of the price per year.

    Returns
    -------
    float
        ``k (1 - k^n) a / (1 - k)`` with ``k = (1 + e) / (1 + r)`` and `a` the annuity factor.

    Examples
    --------
    >>> round(levelisation_factor(0.05, 60, 0.04639), 6)
    2.858708
    """
    ratio = (1.0 + escalation_share) / (1.0 + discount_share)
    annuity = annuity_factor(discount_share, life_years)
    if abs(ratio - 1.0) < 1e-12:
        return life_years * annuity
    return ratio * (1.0 - ratio**life_years) * annuity / (1.0 - ratio)


def discount_factor(discount_share: float, year: int, price_year: int) -> float:
    """Return the weight of a payment at the end of `year` in money of `price_year`.

    Examples
    --------
    >>> discount_factor(0.25, 2027, 2025)
    0.64
    """
    return (1.0 + discount_share) ** (price_year - year)
