"""The app: `streamlit run app.py`."""

import streamlit as st

from hinterland.app import MAIN, ROUTES, lifespan

app = st.App(MAIN, routes=ROUTES, lifespan=lifespan)
