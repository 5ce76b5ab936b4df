"""The app: what `hinterland app` runs, from a checkout or from an installed package."""

import streamlit as st

from hinterland.app import MAIN, MIDDLEWARE, ROUTES, lifespan

app = st.App(MAIN, routes=ROUTES, middleware=MIDDLEWARE, lifespan=lifespan)
