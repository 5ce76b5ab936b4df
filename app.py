"""The app: `streamlit run app.py`."""

import streamlit as st

from hinterland.app import MAIN, MIDDLEWARE, ROUTES, lifespan

app = st.App(MAIN, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)
