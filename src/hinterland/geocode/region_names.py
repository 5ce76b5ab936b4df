"""What first-level regions are called: by name in many languages, by short forms, by code."""

import pandas as pd

from hinterland.geocode.codes import CODED_REGIONS, REGION_ALIASES
from hinterland.geocode.normalize import fold_names


def region_keys(regions: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """List the regions every folded name can mean."""
    names = regions["region"]
    alternates = (
        regions["alternate_names"].dropna().str.split(";").explode() if "alternate_names" in regions else names[:0]
    )
    aliases = [line.split(": ") for line in REGION_ALIASES.strip().splitlines()]
    all_names = pd.concat([names, alternates])
    keys = dict.fromkeys(zip(fold_names(all_names.tolist()), all_names.index.tolist(), strict=True))
    keys |= {(key, region): None for region, forms in aliases if region in regions.index for key in forms.split("|")}
    gathered: dict[str, tuple[str, ...]] = {}
    for key, region in keys:
        gathered[key] = (*gathered.get(key, ()), region)
    gathered.pop("", None)
    return gathered


def region_codes(regions: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """List the regions every code can mean, in countries where people write codes (ISO 3166-2)."""
    coded = regions[regions["country_code"].isin(CODED_REGIONS) & regions["iso_code"].notna()]
    codes = coded["iso_code"].str.split("-").str[-1]
    return {str(code): tuple(ids) for code, ids in codes.index.to_series().groupby(codes.to_numpy()).agg(list).items()}
