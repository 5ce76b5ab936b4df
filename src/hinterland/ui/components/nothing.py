"""What a page says that has no analysis to show yet."""

from typing import NoReturn

import streamlit as st

from hinterland.ui.words.text import say


def stop_without_list(title: str) -> NoReturn:
    """Say that a list is missing, show the way to the Data page, and end the page."""
    st.title(title)
    st.write(say("Bring a list on the Data page, or open the demo there."))
    st.page_link("views/data.py", label=say("Go to Data"))
    st.stop()
