"""Names of countries in all languages of CLDR and in ISO 3166-1: the table the geocoder reads them from."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pycountry
from babel import localedata

from hinterland.geocode.country_names import COMMON, ENGLISH, OFFICIAL, OTHER, USES
from hinterland.geocode.normalise import fold_names

ALPHA_2 = 2
# a name of so few Latin letters is as likely a word or a first name: in languages of states, of few profiles
SHORT, SHORTEST = 5, 3
ISO = "iso"
SURE_LANGUAGES = frozenset(("en", ISO))
# the languages of most profiles, and further languages of states
COMMON_LANGUAGES = (
    "es", "pt", "fr", "de", "it", "nl", "sv", "fi", "pl", "cs", "hu", "ro", "tr", "el", "ru", "uk", "ar", "fa", "he",
    "hi", "th", "vi", "id", "zh", "zh_Hant", "ja", "ko",
)  # fmt: skip
OFFICIAL_LANGUAGES = (
    "af", "am", "az", "be", "bg", "bn", "bs", "ca", "cy", "da", "et", "eu", "fil", "ga", "gl", "hr", "hy", "is",
    "ka", "kk", "km", "ky", "lo", "lt", "lv", "mk", "mn", "ms", "mt", "my", "nb", "ne", "nn", "no", "si", "sk", "sl",
    "sq", "sr", "sr_Latn", "sw", "ta", "uz", "ur",
)  # fmt: skip
LANGUAGES = {ENGLISH: SURE_LANGUAGES, COMMON: COMMON_LANGUAGES, OFFICIAL: OFFICIAL_LANGUAGES}
SCRIPTS = ("zh_Hant", "sr_Latn", "uz_Cyrl", "az_Cyrl", "bs_Cyrl", "pa_Arab", "uz_Arab")
VARIANTS = ("pt_PT", "zh_Hant_HK")


def tabulate_country_names() -> pd.DataFrame:
    """List every name of every country and territory that Babel and pycountry give.

    A name that several countries bear in some language is English's, else that of most languages; if they are as many
    it is left out, and so are names of few Latin letters in languages that few write.

    Returns
    -------
    pandas.DataFrame
        code, name (folded, unique), use: "english" (or of ISO 3166-1), "common" (in a language of many profiles),
        "official" (in another language of a state), "other".
    """
    listed = pd.DataFrame([*_cldr(), *_iso()], columns=["code", "name", "language"]).drop_duplicates()
    listed["name"] = fold_names(listed["name"])
    used = listed["language"].map({language: use for use, some in LANGUAGES.items() for language in some})
    listed["use"] = pd.Categorical(used.fillna(OTHER), categories=USES, ordered=True)
    length = listed["name"].map(lambda name: len(name) if name.isascii() else SHORT + 1)
    shortest = listed["use"].map({ENGLISH: 0, COMMON: 0, OFFICIAL: SHORTEST, OTHER: SHORT}).astype(int)
    grouped = listed.loc[length > shortest].groupby(["name", "code"])
    table = pd.DataFrame({"use": grouped["use"].min(), "languages": grouped["language"].nunique()}).reset_index()
    table["languages"] = table["languages"].where(table["use"] != ENGLISH, len(listed))
    table = table.sort_values(["name", "languages"], ascending=[True, False], kind="stable")
    is_tied = table.duplicated(["name", "languages"], keep=False)
    unique = table.loc[~is_tied].drop_duplicates("name")
    return unique.sort_values(["code", "name"])[["code", "name", "use"]].reset_index(drop=True)


def write_country_names(path: Path) -> None:
    """Write the table beside the geocoder."""
    tabulate_country_names().to_csv(path, index=False, lineterminator="\n")


def _cldr() -> Iterator[tuple[str, str, str]]:
    plain = [one for one in localedata.locale_identifiers() if "_" not in one]
    for language in sorted({*plain, *SCRIPTS, *VARIANTS}):
        for code, name in localedata.load(language).get("territories", {}).items():
            if len(code) == ALPHA_2 and code.isalpha():
                yield code, name, language


def _iso() -> Iterator[tuple[str, str, str]]:
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                yield country.alpha_2, getattr(country, field), ISO
