"""A script that `npm run reproduce` started ends when that is gone, also when it was killed: a training that went on
alone would write into the same folder as the one that is resumed."""

from __future__ import annotations

import os
import threading
import time

VARIABLE = "DEEPLESION_PARENT_PROCESS"
EVERY_S = 1.0


def end_with_parent() -> None:
    """Watches the process that the environment names, from a thread of its own; does nothing without one."""
    parent = os.environ.get(VARIABLE)
    if parent is not None:
        threading.Thread(target=watch, args=(int(parent),), daemon=True).start()


def watch(parent: int) -> None:
    while is_alive(parent):
        time.sleep(EVERY_S)
    os._exit(1)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
