"""What all tables of `optim` share."""

from __future__ import annotations

import pandera.pandas as pa


class TableModel(pa.DataFrameModel):
    """Strict columns, converted to their types."""

    class Config:
        """No other columns than those declared."""

        strict = True
        coerce = True
