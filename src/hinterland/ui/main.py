"""Navigation, and one place where a user's mistake becomes one sentence."""

import streamlit as st

from hinterland.errors import HinterlandError

st.set_page_config(page_title="Hinterland", page_icon="🧭", layout="wide")
page = st.navigation(
    [
        st.Page("views/data.py", title="Data", default=True),
        st.Page("views/explore.py", title="Explore"),
        st.Page("views/report.py", title="Report"),
    ],
    position="top",
)
try:
    page.run()
except HinterlandError as mistake:
    st.error("This list cannot be used as it is.")
    st.text(str(mistake))
