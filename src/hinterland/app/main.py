"""Navigation, the language, and one place where a user's mistake becomes one sentence."""

import json
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hinterland.app import greet, server, url_state
from hinterland.app.labels import keep, language, literal, number, remember, say
from hinterland.errors import HinterlandError
from hinterland.language import LANGUAGES
from hinterland.registry import load_extensions


def ask_language() -> None:
    """Ask quietly which language to speak; the answer stands in the address."""
    change, box = st.columns([5, 1], vertical_alignment="bottom")
    if url_state.can_undo():
        change.button(say("↶ Undo the last change"), type="tertiary", on_click=url_state.undo)
    st.session_state["language"] = language()
    box.selectbox(
        say("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        on_change=lambda: remember(st.session_state["language"]),
    )


if context := get_script_run_ctx():
    greet(context.session_id)
st.set_page_config(page_title="Hinterland", page_icon="🧭", layout="wide")
st.html(Path(__file__).with_name("style.css"))
keep()
# the style has Streamlit's upload box, which speaks English alone, say this instead
upload = {"choose": say("Choose a file"), "limit": say("up to {size} MB each", size=number(server.MOST_MB))}
rules = "".join(f"--upload-{name}: {json.dumps(text, ensure_ascii=False)};" for name, text in upload.items())
st.html(f"<style>:root {{ {rules} }}</style>")
server.ask_in()
if context:
    server.admit(context.session_id)
page = st.navigation(
    [
        st.Page("views/data.py", title=say("Data"), url_path="data", default=True),
        st.Page("views/explore.py", title=say("Explore"), url_path="explore"),
        st.Page("views/compare.py", title=say("Compare"), url_path="compare"),
        st.Page("views/plan.py", title=say("Plan"), url_path="plan"),
        st.Page("views/report.py", title=say("Report"), url_path="report"),
        st.Page("views/help.py", title=say("Help"), url_path="help"),
    ],
    position="top",
)
body = st.container()
with st.container():
    st.divider()
    ask_language()
    st.html(Path(__file__).with_name("menu.html"), unsafe_allow_javascript=True)
try:
    with body:
        load_extensions()
        page.run()
except HinterlandError as mistake:
    with body:
        failed = say("That did not work with this list.")
        st.error(f"**{failed}** {literal(say(mistake.text))}")
        if page.url_path:
            st.page_link("views/data.py", label=say("Back to Data, to change the list or the settings"))
