"""Runs a command until its standard input ends: until the process that started this is gone, however it went."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

# Seconds that a stack has to end by itself.
DEADLINE = 40


def main() -> int:
    # The command of a terminal's Ctrl-C is for the program that started this; that one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        child.terminate()
        try:
            child.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=watch, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
