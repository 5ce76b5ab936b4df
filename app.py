"""The app: `streamlit run app.py`."""

import streamlit as st

from hinterland.ui import MAIN, ROUTES

app = st.App(MAIN, routes=ROUTES)
