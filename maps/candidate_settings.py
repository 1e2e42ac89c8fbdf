"""What a candidate map carries, and how large its page may be."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CandidateSettings(BaseModel):
    """Settings of the candidate map."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_max_mb: float = Field(
        8.0, gt=0, le=100, description="largest page [million bytes]; columns that do not fit are left out"
    )
    first_columns: tuple[str, ...] = Field(
        (), description="columns that are carried before the others, if the page cannot hold all"
    )
