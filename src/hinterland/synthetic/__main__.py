"""`python -m hinterland.synthetic data/sample`: make the sample list and its truth anew."""

import sys
from pathlib import Path

from hinterland.reference import load_markets
from hinterland.synthetic.sample import make_sample

sample, folder = make_sample(load_markets("metro", min_population=15_000)), Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
sample.creators.to_csv(folder / "creators.csv", index=False, lineterminator="\n")
sample.truth.round(4).to_csv(folder / "truth.csv", lineterminator="\n")
sample.planted.to_csv(folder / "planted_accounts.csv", index=False, lineterminator="\n")
