"""The shape of `pack.signals`: named groups of phrases, and how much each group says for a category."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.vocabulary import Category

Excuse = Literal["negated", "quoted", "supposed", "reported"]
"""negated: "not", "no" right before it · quoted: inside quotation marks · supposed: after "if", "in case" ·
reported: after "he said", "they called me": somebody else's words."""


class Group(BaseModel):
    """Phrases that say the same. A hit does not count under any of the excuses `unless`, nor beside the words named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    unless: tuple[Excuse, ...] = ()
    not_after: tuple[str, ...] = Field(default=(), description="words which, standing right before, void a hit")
    not_before: tuple[str, ...] = Field(default=(), description="words which, standing right after, void a hit")
    throughout: bool = Field(default=False, description="read to the end of a text, however often it stands there")
    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Signals(BaseModel):
    """What routing reads in a text. `categories`: category → group → weight; ties go to the earlier category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: dict[str, Group]
    categories: dict[Category, dict[str, int]]
    model: str | None = Field(default=None, description="the model that votes beside the rules; none: rules alone")

    @model_validator(mode="after")
    def _known_groups(self) -> Self:
        for category, weights in self.categories.items():
            unknown = sorted(set(weights) - set(self.groups))
            if unknown:
                raise ValueError(f"categories.{category.value} names unknown groups: {', '.join(unknown)}")
        return self
