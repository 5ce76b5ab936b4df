"""The app: `streamlit run app.py`."""

import streamlit as st

from hinterland.ui import MAIN, ROUTES, lifespan

app = st.App(MAIN, routes=ROUTES, lifespan=lifespan)
