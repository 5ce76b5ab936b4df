"""Page: take the result along, in every format, with what is needed to repeat it."""

from functools import partial

import streamlit as st

from hinterland.assumptions import Settings
from hinterland.exporters import manifest, render
from hinterland.ui import state

FILES = {
    "map.html": ("Map, opens without a network", "text/html"),
    "ranking.csv": ("Ranking (CSV)", "text/csv"),
    "ranking.xlsx": ("Ranking (Excel)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ranking.parquet": ("Ranking with boundaries (GeoParquet)", "application/octet-stream"),
    "ranking.geojson": ("Ranking with boundaries (GeoJSON)", "application/geo+json"),
}


def command_line(settings: Settings) -> str:
    """Write the command that repeats this run."""
    changed = settings.model_dump(exclude_defaults=True, exclude_none=True)
    options = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in changed.items())
    return f"hinterland rank YOUR_LIST {options} --out ranking.csv --out map.html".replace("  ", " ")


def script(settings: Settings) -> str:
    """Write the Python that repeats this run."""
    changed = ", ".join(f"{name}={value!r}" for name, value in settings.model_dump(exclude_defaults=True).items())
    return (
        "from hinterland import Settings, analyze\n\n"
        f'analysis = analyze("YOUR_LIST", settings=Settings({changed}))\n'
        'analysis.export("ranking.csv", "map.html")'
    )


analysis = state.analysis()
if analysis is None:
    st.title("Nothing to report yet")
    st.write("Bring a list on the Data page, or open the demo there.")
    st.page_link("views/data.py", label="Go to Data")
    st.stop()
st.title("Take it along")
st.write("Every file is made when you click. None of them holds a creator's name.")
report = analysis.report()
for name, (label, kind) in FILES.items():
    suffix = "." + name.rpartition(".")[2]
    st.download_button(label, partial(render, report, suffix), name, kind, key=name)
st.download_button(
    "Run manifest: inputs, settings, versions, counts (TOML)",
    partial(manifest, analysis.findings, analysis.files),
    "ranking.csv.run.toml",
    "application/toml",
)
st.subheader("The same run elsewhere")
st.code(command_line(analysis.findings.settings), language="bash")
st.code(script(analysis.findings.settings), language="python")
