import json
from datetime import datetime
from pathlib import Path

from cc_executor.prompts.cc_execute_utils import execute_task_via_websocket

STEPS = [
    {"num": 1, "desc": "Lay out a small service", "timeout": 90},
    {"num": 2, "desc": "Test the small service", "timeout": 90},
    {"num": 3, "desc": "Add to the small service", "timeout": 120},
]
done = []
for step in STEPS:
    result = execute_task_via_websocket(task=step["desc"], timeout=step["timeout"], tools=["Read", "Write", "Edit"])
    folder = Path("tmp/responses")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"task_{step['num']}_{datetime.now():%Y%m%d_%H%M%S}.json", "w") as file:
        json.dump(result, file, indent=2)
    proof = result.get("hook_verification", {}).get("verification_passed", False)
    done.append((result.get("success", False), result.get("attempts", 1), proof))
    if not result.get("success", False):
        break
print(done)
