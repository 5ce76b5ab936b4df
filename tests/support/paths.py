"""Where the files of the checkout lie."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
SAMPLE = DATA / "sample" / "creators.csv"
