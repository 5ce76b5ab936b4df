"""`python -m hinterland.ui PORT [FILE]`: run the app, opened on a list if one is named."""

import subprocess
import sys
from pathlib import Path

from hinterland.ui.server import launch

port, *opened = sys.argv[1:]
environment = launch.environment(Path(opened[0]) if opened else None)
sys.exit(subprocess.call(launch.command(int(port)), env=environment))  # noqa: S603 - our own program
