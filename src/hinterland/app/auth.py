"""The door of a shared app: open, unless HINTERLAND_SIGN_IN names the mail domains that may enter."""

import os
from collections.abc import Mapping

import streamlit as st

from hinterland.app.labels import say

SIGN_IN, ANYBODY = "HINTERLAND_SIGN_IN", "*"


def ask_in() -> None:
    """Let a visitor pass, or ask them to sign in and show nothing else.

    Who may pass is a list of mail domains, as in "example.com,example.org"; * is everybody the provider knows.
    """
    welcome = os.environ.get(SIGN_IN)
    if welcome is None or is_welcome(st.user.to_dict(), welcome):
        return
    st.title("Hinterland")
    if st.user.get("is_logged_in"):
        st.error(say("This app is not open to your account."))
        st.button(say("Sign out"), on_click=st.logout)
    else:
        st.button(say("Sign in"), on_click=st.login, type="primary")
    st.stop()


def is_welcome(user: Mapping[str, object], welcome: str) -> bool:
    """Say whether a visitor who is signed in has a mail address of one of the domains, verified by the provider."""
    if not user.get("is_logged_in"):
        return False
    domain = str(user.get("email") or "").rpartition("@")[2].casefold()
    domains = {part.strip().casefold() for part in welcome.split(",") if part.strip()}
    return ANYBODY in domains or (domain in domains and user.get("email_verified") is True)
