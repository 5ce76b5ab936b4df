"""What one run asks for, the words it can be asked in, and the frozen set of checked values it is."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hinterland.config.platforms import canonical_platform
from hinterland.errors import SettingsError
from hinterland.language import Text, later

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


# what one value can be given for, for the whole list
# the name that stands for every sheet of a workbook that is a list
ALL_SHEETS = "all"
CONSTANTS = ("country", "region", "city", "location", "platform", "niche", "currency")
# settings that name files
FILE_SETTINGS = ("boundaries", "forget", "brand", "population", "arrivals_since")
# what is asked only once a list is counted
JUDGEMENT_FIELDS = frozenset(
    (
        *(
            "level",
            "benchmark",
            "home",
            "covers",
            "countries",
            "min_population",
            "max_population",
            "sort",
            "seed",
            "draws",
        ),
        *("spill_over", "covariates", "share_safe", "weights", "arrivals_since"),
    )
)


FAULTS = {
    "greater_than": later("{where}: must be above {gt}, not {value}"),
    "greater_than_equal": later("{where}: must be at least {ge}, not {value}"),
    "less_than": later("{where}: must be below {lt}, not {value}"),
    "less_than_equal": later("{where}: must be at most {le}, not {value}"),
    "literal_error": later("{where}: {value!r} is not one of {expected}"),
    "finite_number": later("{where}: must be a finite number, not {value}"),
    "extra_forbidden": later("{where}: there is no setting of that name"),
}
NUMBER_FAULTS = ("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing")


def _describe_fault(fault: Mapping[str, Any]) -> Text:
    """Say what is wrong with one value, as pydantic found it."""
    where, context = ".".join(map(str, fault["loc"])), fault.get("ctx", {})
    mistake = context.get("error")
    if isinstance(mistake, SettingsError):
        return Text("{where}: {fault}", where=where, fault=mistake.text) if where else mistake.text
    if fault["type"] in NUMBER_FAULTS:
        return Text("{where}: must be a number, not {value!r}", where=where, value=fault["input"])
    template = FAULTS.get(fault["type"])
    if template is None:
        return Text("{where}: {fault}", where=where, fault=fault["msg"])
    return Text(template, where=where, value=str(fault["input"]), **context)


class FrozenConfig(BaseModel):
    """A frozen set of named values; a value that cannot be raises one SettingsError with every fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic checks each
        """Check every value."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            faults = [_describe_fault(fault) for fault in error.errors()]
            raise SettingsError("{faults:;}", faults=faults) from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the values from a TOML file."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError("cannot read {file}: {fault}", file=path, fault=error) from None


class Settings(FrozenConfig):
    """What one run asks for; every field is an option of the command line."""

    level: Level | None = None
    benchmark: Benchmark = "national"
    home: tuple[str, ...] = ()
    covers: str = "auto"
    tier: str | None = None
    platform: str | None = None
    niche: str | None = None
    countries: tuple[str, ...] = ()
    min_population: int = Field(default=15_000, ge=0)
    max_population: int | None = Field(default=None, ge=0)
    sort: Sort = "opportunity"
    tiers: TierPreset = "industry"
    seed: int = Field(default=0, ge=0)
    draws: int = Field(default=1_000, ge=100, le=20_000)
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = Field(default=None, ge=0)
    sheet: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    only_columns: bool = False
    constants: tuple[tuple[str, str], ...] = ()
    forget: str | None = None
    distinct: bool = False
    spill_over: SpillOver = "none"
    covariates: tuple[Covariate, ...] = ()
    brand: str | None = None
    share_safe: bool = False
    weights: tuple[tuple[str, float], ...] = ()
    boundaries: str | None = None
    population: str | None = None
    layer: str | None = None
    arrivals_since: str | None = None

    def counting(self) -> Self:
        """Give what of these settings says how a list is read and counted, all else as usual."""
        return self.model_copy(update={name: type(self).model_fields[name].default for name in JUDGEMENT_FIELDS})

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
            raise SettingsError("max_population is below min_population")
        return self
