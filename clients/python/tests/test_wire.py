"""The models are those of the documents that a server serves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cc_executor import LocalServer

SCRIPT = Path(__file__).parent.parent / "scripts/generate_wire.py"


def test_the_models_fit_the_served_documents(cc_executor_server: LocalServer) -> None:
    gateway = cc_executor_server.ws_url.replace("ws:", "http:", 1)
    addresses = [f"{cc_executor_server.url}/openapi.json", f"{gateway}/asyncapi.json"]
    check = [] if "CC_EXECUTOR_UPDATE_WIRE" in os.environ else ["--check"]
    ended = subprocess.run([sys.executable, SCRIPT, *addresses, *check], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
