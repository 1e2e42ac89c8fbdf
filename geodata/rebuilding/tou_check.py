"""Compares the built-in hours of time of use with a second list, that of the data folder."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.layers.tariff_hours import HALF_HOURS, PRECEDENCE, tou_halves
from geodata.measured import read_layer_csv

LIST_FILE = "power/tariff-tou-periods-2026/tou_periods_2026_02.csv"
PERIODS = {"尖峰": "sharp", "高峰": "peak", "平段": "flat", "低谷": "valley", "深谷": "deep"}
HOLIDAY = "节假日"
KEYS = ["tariff_zone", "month", "half_hour"]
ZONES = {
    "上海市": "Shanghai",
    "云南省": "Yunnan",
    "冀北地区": "Hebei (north grid)",
    "内蒙古东部": "Inner Mongolia (east)",
    "内蒙古西部蒙西": "Inner Mongolia (west)",
    "北京市": "Beijing",
    "吉林省": "Jilin",
    "四川省": "Sichuan",
    "天津市": "Tianjin",
    "宁夏回族自治区": "Ningxia",
    "安徽省": "Anhui",
    "山东省": "Shandong",
    "山西省": "Shanxi",
    "广东省珠三角五市": "Guangdong",
    "新疆维吾尔自治区": "Xinjiang",
    "江苏省": "Jiangsu",
    "江西省": "Jiangxi",
    "河北省南网": "Hebei (south grid)",
    "河南省": "Henan",
    "浙江省": "Zhejiang",
    "海南省": "Hainan",
    "湖北省": "Hubei",
    "湖南省": "Hunan",
    "甘肃省": "Gansu",
    "福建省": "Fujian",
    "贵州省": "Guizhou",
    "陕西省不含榆林": "Shaanxi",
    "青海省": "Qinghai",
    "黑龙江省": "Heilongjiang",
}


def compare_periods(data: Path) -> pd.DataFrame:
    """Return each half hour to which both lists give a period: tariff_zone, month, half_hour, ours, theirs.

    Hours that the second list leaves out, or gives to two periods that do not nest, are left out here too;
    deep hours of holidays are no part of a normal day. Sharp and deep go before peak and valley, in both.

    Parameters
    ----------
    data : Path
        Data folder with `power/tariff-tou-periods-2026`.
    """
    columns = ["name", "month", "type", "startTime", "endTime", "description"]
    rows = read_layer_csv(data / LIST_FILE, columns)
    zone = rows["name"].map(lambda name: ZONES.get(re.sub(r"\W", "", name)))
    rows = rows.assign(tariff_zone=zone, period=rows["type"].map(PERIODS))
    rows = rows[zone.notna() & ~rows["description"].str.contains(HOLIDAY)]
    start, end = _half_hour(rows["startTime"]), _half_hour(rows["endTime"])
    rows = rows.assign(start=start, end=end.where(end > start, end + HALF_HOURS))
    halves = rows.merge(pd.DataFrame({"step": np.arange(HALF_HOURS)}), how="cross")
    halves = halves.assign(half_hour=(halves["start"] + halves["step"]) % HALF_HOURS)
    halves = halves[halves["start"] + halves["step"] < halves["end"]]
    theirs = halves.groupby(KEYS)["period"].agg(_one).dropna().rename("theirs")
    ours = tou_halves(sorted(ZONES.values())).set_index(KEYS)["period"].rename("ours")
    return pd.concat([ours, theirs], axis=1, join="inner").reset_index()


def _half_hour(clock: pd.Series) -> pd.Series:
    parts = clock.str.split(":", expand=True).astype(int)
    return parts[0] * 2 + parts[1] // 30


def _one(periods: pd.Series) -> str | None:
    """Return the period of a half hour; sharp and deep go before the others, else two are none."""
    found = set(periods)
    special = found & set(PRECEDENCE[2:])
    chosen = special or found
    return next(iter(chosen)) if len(chosen) == 1 else None
