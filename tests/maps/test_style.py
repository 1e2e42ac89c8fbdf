"""Numbers, scales and escaping."""

import json

import numpy as np
import pandas as pd
import pytest

from maps import style
from maps.texts import texts


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0, None, "0"),
        (1234.6, None, "1,235"),
        (12.34, None, "12.3"),
        (1.234, None, "1.23"),
        (0.1234, None, "0.123"),
        (-0.0001, 1, "0.0"),
        (float("nan"), None, style.DASH),
        (None, None, style.DASH),
        (-45.61, None, "-45.6"),
    ],
)
def test_number(value, digits, shown):
    assert style.number(value, digits) == shown


def test_large_amounts_in_the_units_of_each_language():
    assert style.big(90_000, "m_cny", "en", texts("en")) == "90.0 bn CNY"
    assert style.big(90_000, "m_cny", "zh", texts("zh")) == "900 亿元"
    assert style.big(3.6e6, "mwh", "en", texts("en")) == "3.60 TWh"
    assert style.big(3.6e6, "mwh", "zh", texts("zh")) == "36.0 亿千瓦时"
    assert style.big(2e6, "tco2", "zh", texts("zh")) == "200 万吨 CO2"


def test_quantile_classes_hold_equal_numbers_and_every_value():
    values = pd.Series(np.arange(100.0))
    limits = style.breaks(values)
    counts = values.map(lambda v: style.class_of(v, limits)).value_counts()
    assert sorted(counts) == [20] * 5
    assert style.breaks(pd.Series([3.0, 3.0, np.nan])) == []
    assert style.breaks(pd.Series([np.nan])) == []


def test_circles_have_areas_in_proportion():
    assert style.site_radius(100, 400) == pytest.approx(style.SITE_RADIUS_MAX / 2)
    assert style.site_radius(0, 0) == 0
    assert style.nice_sizes(730) == [500, 100, 25]
    assert style.nice_sizes(0) == []
    assert style.nice_sizes(99.99999999999999) == [100, 20, 5], "a rounding error of a solver"


def test_script_json_holds_no_tag_and_no_template_sign_and_reads_back():
    value = {"a": {"b": '</script>{{ 1 }}{% x %}{# y #}\u2028"\\'}, "c": [{"d": {"e": {}}}]}
    text = style.script_json(value)
    assert not any(sign in text for sign in ("<", ">", "{{", "{%", "{#", "\u2028"))
    assert json.loads(text) == value


def test_html_text_holds_no_tag_and_no_template_sign():
    assert style.html_text("<b>{{ x }}\"'&") == "&lt;b&gt;&#123;&#123; x &#125;&#125;&quot;&#x27;&amp;"


def test_unit_comes_from_the_name():
    words = texts("en")
    assert style.unit_of("energy_price_posted_cny_per_mwh", words) == "CNY/MWh"
    assert style.unit_of("demand_charge_posted_cny_per_mw_month", words) == "CNY/MW and month"
    assert style.unit_of("elevation_m", words) == "m"
    assert style.unit_of("pue_mean", words) == ""
