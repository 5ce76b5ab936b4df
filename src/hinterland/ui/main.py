"""Navigation, and one place where a user's mistake becomes one sentence."""

from pathlib import Path

import streamlit as st

from hinterland.errors import HinterlandError
from hinterland.ui.text import in_app

st.set_page_config(page_title="Hinterland", page_icon="🧭", layout="wide")
st.html(Path(__file__).with_name("style.css"))
page = st.navigation(
    [
        st.Page("views/data.py", title="Data", default=True),
        st.Page("views/explore.py", title="Explore"),
        st.Page("views/report.py", title="Report"),
        st.Page("views/help.py", title="Help"),
    ],
    position="top",
)
try:
    page.run()
except HinterlandError as mistake:
    st.error("That did not work with this list.")
    st.text(in_app(str(mistake)))
    if page.title != "Data":
        st.page_link("views/data.py", label="Back to Data, to change the list or the settings")
