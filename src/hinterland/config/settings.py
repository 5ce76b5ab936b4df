"""What one run asks for, each setting declared once, and the words it can be asked in."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, field_validator, model_validator

from hinterland.config.base import FrozenConfig, Names, Setting, describe_setting, setting, split_names
from hinterland.config.platforms import canonical_platform
from hinterland.errors import SettingsError
from hinterland.language import Control

Level = Literal["city", "metro", "region", "country", "auto"]
Benchmark = Literal["national", "global"]
Sort = Literal["opportunity", "confidence"]
TierPreset = Literal["industry", "article", "hypeauditor"]
Covariate = Literal["income", "urban_share", "age", "language_reach"]
SpillOver = Literal["none", "huff", "e2sfca"]
LEVELS = ("city", "metro", "region", "country")
BENCHMARKS = ("national", "global")
UNDER_SERVED, NO_CLEAR_DIFFERENCE, OVER_SATURATED = "under-served", "no clear difference", "over-saturated"
BEYOND_CURVE, UNDECIDED, NOT_COVERED = "beyond the curve", "insufficient data", "not covered"
RANKED = (UNDER_SERVED, NO_CLEAR_DIFFERENCE, OVER_SATURATED)
UNRANKED = (BEYOND_CURVE, UNDECIDED, NOT_COVERED)
NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|"}
# these mark the ends of fields and rows themselves
NO_DELIMITERS = frozenset('"\r\n\0')
CLASSES = (*RANKED, *UNRANKED)
DOMESTIC, INTERNATIONAL = "domestic", "international"
SMALL_TOWN, SMALLER, LARGER = "small town", "smaller", "larger"


# the name that stands for every sheet of a workbook that is a list
ALL_SHEETS = "all"
# fields that one value can be set for, for the whole list
CONSTANTS = ("country", "region", "city", "location", "platform", "niche", "currency")
# settings that name files
FILE_SETTINGS = ("boundaries", "forget", "brand", "population", "arrivals_since")


class ReadOptions(FrozenConfig):
    """Reading the files."""

    encoding: str | None = setting("Encoding", "Encoding of text files, if detection is wrong.")
    delimiter: str | None = setting(
        "Columns are separated by", "Character that separates the columns of text files, such as ; or the word tab."
    )
    header_row: int | None = setting(
        "Row of the column names",
        "Row that names the columns, from 1 (0: none); blank rows do not count.",
        option="--header",
        metavar="ROW",
        ge=0,
    )
    sheet: str | None = setting("Sheet", "Sheet of a workbook, or all.", metavar="NAME")
    columns: tuple[tuple[str, str], ...] = setting(
        "Columns",
        "The column to use for a field, if it was not recognised.",
        option="--column",
        metavar="FIELD=COLUMN",
        example="followers=Abonnés",
        default=(),
    )
    only_columns: bool = setting(
        "No other columns", "Use only the columns that the mapping file names.", option="", default=False
    )
    constants: tuple[tuple[str, str], ...] = setting(
        "The same for the whole list",
        f"One value for the whole list: {', '.join(CONSTANTS)}.",
        option="--set",
        metavar="FIELD=VALUE",
        example="country=NG",
        default=(),
    )
    boundaries: str | None = setting(
        "Own boundaries",
        "Own polygons as markets: GeoPackage, Shapefile, GeoJSON, TopoJSON, FlatGeobuf, GeoParquet, KML, CSV with WKT.",
        metavar="FILE",
    )
    population: str | None = setting(
        "Residents of own boundaries",
        "Residents of own polygons: a column of that file, or a CSV of id,population.",
        metavar="COLUMN|FILE",
    )
    layer: str | None = setting("Layer", "Layer of the file of polygons.", metavar="NAME")


class Segment(FrozenConfig):
    """Which creators count."""

    tier: str | None = setting("Creators of tier", "Creators of this tier only: nano, micro, mid, macro, mega.")
    tiers: TierPreset = setting(
        "Where tiers begin", "Preset of the follower counts at which tiers begin.", default="industry"
    )
    platform: str | None = setting("Creators on platform", "Creators of this platform only.")
    niche: str | None = setting("Creators of niche", "Creators of this niche only.")
    distinct: bool = setting(
        "Nobody is listed twice", "No creator is listed twice: do not merge rows of one handle.", default=False
    )
    forget: str | None = setting(
        "People to forget", "File of handles, one per line: these people are removed first.", metavar="FILE"
    )
    brand: str | None = setting(
        "Creators the brand works with",
        "Creators the brand works with: a file of handles, one per line, or a yes/no column; shown in the detail "
        "table.",
        metavar="FILE|COLUMN",
    )


class Model(FrozenConfig):
    """What markets are compared with."""

    covers: str = setting(
        "The list covers",
        "Where the list looked for creators: auto, worldwide, listed (only the places it names), or countries.",
        metavar="MODE|US,GB,...",
        default="auto",
    )
    benchmark: Benchmark = setting(
        "Compared with",
        "Compare each market with others in its country (national) or in the world (global).",
        default="national",
    )
    covariates: Annotated[tuple[Covariate, ...], BeforeValidator(split_names)] = setting(
        "Traits of countries", "Traits that say what is typical of a country.", default=()
    )
    spill_over: SpillOver = setting(
        "Audiences around a creator", "Let audiences reach the markets around a creator.", default="none"
    )
    seed: int = setting("Seed", "Seed of the draws: the same seed gives the same result.", ge=0, default=0)
    draws: int = setting(
        "Draws",
        "How often uncertainty is simulated; more draws give steadier ranges and take longer.",
        ge=100,
        le=20_000,
        default=1_000,
    )


class Ranking(FrozenConfig):
    """Which markets are ranked, and how."""

    level: Level | None = setting(
        "Kind of market", "Kind of market; if not given, metro areas, or countries if the list names nothing smaller."
    )
    home: Names = setting(
        "Where do you sell today?",
        "Countries where the brand sells today, by name or code: markets there are domestic, others international.",
        metavar="US,Canada,...",
        default=(),
    )
    countries: Names = setting(
        "Only these countries",
        "Markets of these countries only, by name or code.",
        option="--only-country",
        metavar="Germany,US,...",
        default=(),
    )
    min_population: int = setting("Smallest market", "Residents of the smallest market ranked.", ge=0, default=15_000)
    max_population: int | None = setting("Largest market", "Residents of the largest market ranked.", ge=0)
    sort: Sort = setting(
        "Order",
        "Largest unmet audience first (opportunity), or most certain shortage first (confidence).",
        default="opportunity",
    )
    weights: tuple[tuple[str, float], ...] = setting(
        "Weights of a score",
        "Also score markets by opportunity, confidence, size, saturation, per_head; shown in the detail table.",
        metavar="FIELD=NUMBER",
        example="opportunity=2",
        default=(),
    )
    share_safe: bool = setting("Hide counts of one or two", "Hide counts of one or two creators.", default=False)
    arrivals_since: str | None = setting(
        "New creators since",
        "Also report where few creators were added since an earlier list of the same source, or since a day such as "
        "2026-03-01 (the list then needs a column with the day each creator was added).",
        metavar="OLD|DATE",
    )


class Settings(Ranking, Model, Segment, ReadOptions):
    """What one run asks for; every setting is a keyword of `analyze` and an option of the command line."""

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show what differs from the usual settings."""
        return [(name, getattr(self, name)) for name in self.model_dump(exclude_defaults=True)]

    @classmethod
    def _aliases(cls) -> Mapping[str, str]:
        """Let a setting be looked for by its option too."""
        options = {entry.option.strip("-").replace("-", "_"): name for name, entry in list_settings().items()}
        return options | dict(super()._aliases())

    @classmethod
    def _control(cls, path: Sequence[str | int]) -> str | Control:
        """Name a setting by its option, its label or its keyword."""
        entry = list_settings()[str(path[0])]
        return Control(entry.option or entry.name, entry.label, argument=entry.name)

    def counting(self) -> Self:
        """Give what of these settings says how a list is read and counted, all else as usual."""
        judgement = {**Model.model_fields, **Ranking.model_fields}
        return self.model_copy(update={name: field.default for name, field in judgement.items()})

    def disclosed(self) -> Self:
        """Give these settings as a result may show them: files by their names, without the folders of a machine."""
        values = {name: value for name in FILE_SETTINGS if (value := getattr(self, name)) is not None}
        # a brand or a population may also be a column, in whose name a slash is a letter
        files = {
            name: PurePath(value).name
            for name, value in values.items()
            if name in ("boundaries", "forget") or PurePath(value).is_absolute() or os.path.isfile(value)  # noqa: PTH113 - pathlib fails at a long text
        }
        return self.model_copy(update=files)

    @field_validator("covers", mode="before")
    @classmethod
    def _countries_as_one_text(cls, covers: object) -> object:
        return covers if isinstance(covers, str) or not isinstance(covers, Sequence) else ",".join(map(str, covers))

    @field_validator("weights", mode="before")
    @classmethod
    def _of_numbers(cls, pairs: object) -> object:
        for name, number in pairs if isinstance(pairs, Sequence) else ():
            try:
                float(number)
            except (TypeError, ValueError):
                raise SettingsError(
                    "{number!r} is not a number: a weight is one, for example {name}=2", number=number, name=name
                ) from None
        return pairs

    @field_validator("columns", "constants", "weights", mode="before")
    @classmethod
    def _as_pairs(cls, pairs: object) -> object:
        return tuple(pairs.items()) if isinstance(pairs, Mapping) else pairs

    @field_validator("tier")
    @classmethod
    def _as_presets_write_it(cls, tier: str | None) -> str | None:
        return None if tier is None else tier.strip().casefold()

    @field_validator("platform")
    @classmethod
    def _by_its_name(cls, platform: str | None) -> str | None:
        return None if platform is None else canonical_platform(platform)

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str | None) -> str | None:
        """Understand names such as `tab`, which no shell lets people type."""
        mark = NAMED_DELIMITERS.get(delimiter.lower(), delimiter) if delimiter is not None else None
        if mark is not None and (len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in NO_DELIMITERS):
            raise SettingsError(
                "{delimiter!r} is not a valid delimiter: use one character, such as ; or |, or the word tab",
                delimiter=delimiter,
            )
        return mark

    @field_validator("constants")
    @classmethod
    def _fields_of_text(cls, constants: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        unknown = [field for field, _ in constants if field not in CONSTANTS]
        if unknown:
            raise SettingsError(
                "{field} cannot be set for a whole list: choose from {names}", field=unknown[0], names=list(CONSTANTS)
            )
        empty = [field for field, value in constants if not value.strip()]
        if empty:
            raise SettingsError("{field} has no value: write it as FIELD=VALUE, for example country=NG", field=empty[0])
        return tuple((field, value.strip()) for field, value in constants)

    @model_validator(mode="after")
    def _population_of_polygons(self) -> Self:
        if self.population is not None and self.boundaries is None:
            raise SettingsError("population goes with boundaries: name the file of polygons too")
        return self

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if self.max_population is not None and self.max_population < self.min_population:
            raise SettingsError("the largest market (max_population) is below the smallest (min_population)")
        return self


@cache
def list_settings() -> Mapping[str, Setting]:
    """List every setting as it was declared, by name, in the order of help."""
    groups: tuple[type[FrozenConfig], ...] = (Ranking, Model, Segment, ReadOptions)
    return {
        name: describe_setting(name, field, group) for group in groups for name, field in group.model_fields.items()
    }


Settings.__doc__ = "\n".join(
    (
        f"{Settings.__doc__}\n\nParameters\n----------",
        *(f"{name}\n    {field.description}" for name, field in list_settings().items()),
    )
)
