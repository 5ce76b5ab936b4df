"""How `hinterland app` starts the app: on this machine only, with the settings the app relies on."""

import os
import sys
from pathlib import Path

FILE = "HINTERLAND_FILE"
MOST_MB = 200
SETTINGS = {
    "server.address": "127.0.0.1",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.maxUploadSize": str(MOST_MB),
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "browser.gatherUsageStats": "false",
}


def command(port: int) -> list[str]:
    """Give the command that runs the app on `port`."""
    flags = [f"--{name}={value}" for name, value in SETTINGS.items()]
    entry = Path(__file__).with_name("entry.py")
    return [sys.executable, "-m", "streamlit", "run", str(entry), f"--server.port={port}", *flags]


def environment(file: Path | None) -> dict[str, str]:
    """Give the environment of the app: this one, and the list to open first."""
    return dict(os.environ) | ({FILE: str(file.resolve())} if file else {})
