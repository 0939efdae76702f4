"""What this client costs: an import beside a bare Python, and streaming beside the TypeScript client.

Both of a pair take turns, so that load meets both. `npm run benchmark:python` starts it.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from cc_executor import CcExecutor, Event

FOLLOW = Path(__file__).resolve().parents[3] / "benchmarks/follow.ts"
COMMAND = "seq 1 200000"
IMPORTS = 21
STREAMS = 7


def milliseconds(times: list[float]) -> str:
    """Returns median and range of some seconds."""
    low, middle, high = (1000 * one for one in (min(times), statistics.median(times), max(times)))
    return f"{middle:.0f} ms [{low:.0f} to {high:.0f}]"


def in_turns(ways: Mapping[str, Callable[[], float]], runs: int) -> dict[str, list[float]]:
    """Returns the seconds of each run of each way, after one that does not count."""
    for way in ways.values():
        way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            times[name].append(way())
    return times


def python(program: str) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        return time.perf_counter() - began

    return run


def imports() -> None:
    ways = {
        "pass": python("pass"),
        "from cc_executor import CcExecutor": python("from cc_executor import CcExecutor"),
        "from cc_executor.client.cc_execute import cc_execute": python(
            "from cc_executor.client.cc_execute import cc_execute"
        ),
    }
    times = in_turns(ways, IMPORTS)
    bare = statistics.median(times["pass"])
    print(f"\nImports, each in a new Python ({IMPORTS} runs, medians and ranges; aim: under 150 ms beside `pass`)")
    for name, some in times.items():
        beside = statistics.median(some) - bare
        print(f"  {name}: {milliseconds(some)}, {beside * 1000:.0f} ms beside, ratio {(beside + bare) / bare:.1f}")


def streaming() -> None:
    with CcExecutor.local() as client:

        def here() -> float:
            began = time.perf_counter()
            text = hashlib.sha256()
            for event in client.execute({"command": COMMAND}):
                if isinstance(event, Event) and event.text is not None:
                    text.update(event.text.encode())
            assert text.hexdigest() == digest
            return time.perf_counter() - began

        words = ["node", str(FOLLOW), client.url]
        words += [] if client.server is None or client.server.api_key is None else [client.server.api_key]
        pipe = subprocess.PIPE
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            asked, answers = child.stdin, child.stdout
            digest = hashlib.sha256("".join(f"{number}\n" for number in range(1, 200_001)).encode()).hexdigest()

            def there() -> float:
                asked.write(f"{COMMAND}\n")
                asked.flush()
                answer = json.loads(answers.readline())
                assert answer["sha256"] == digest
                return float(answer["seconds"])

            times = in_turns({"this client": here, "the TypeScript client": there}, STREAMS)
            asked.close()
    print(f"\n{COMMAND}, from execute() to the last event ({STREAMS} runs, medians and ranges)")
    for name, some in times.items():
        print(f"  {name}: {milliseconds(some)}")
    ratio = statistics.median(times["this client"]) / statistics.median(times["the TypeScript client"])
    print(f"  ratio (aim: at most 3): {ratio:.1f}")


if __name__ == "__main__":
    imports()
    streaming()
