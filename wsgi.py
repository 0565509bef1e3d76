"""The door for web servers and for the flask command: `app`."""

from __future__ import annotations

import sys

from config import BadSetting, Config
from mailer.app import create_app

try:
    app = create_app(Config.from_env())
except BadSetting as problem:
    sys.stderr.write(f"zeitnah: {problem}\n")
    raise SystemExit(2) from problem
