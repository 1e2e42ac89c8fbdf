"""How rebuilt tables are compared with the shipped ones."""

import pandas as pd

from siting.survey_folder import differences


def test_a_column_that_is_not_rebuilt_differs_where_it_had_a_value() -> None:
    shipped = pd.DataFrame({"site_id": ["a", "b"], "km": [1.0, 2.0], "lost": [3.0, None], "text": ["x", ""]})
    fresh = shipped[["site_id", "km"]].assign(km=[1.0, 2.5])
    found = differences(fresh, shipped).set_index("column")
    assert found["rows"].to_dict() == {"km": 1, "lost": 1, "text": 2}
    assert found.loc["km", ["largest", "example"]].to_list() == [0.5, "b"]
    assert found.loc[["lost", "text"], "example"].to_list() == ["", ""]
    assert differences(shipped, shipped).empty
