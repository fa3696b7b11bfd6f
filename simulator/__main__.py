"""`python -m simulator` is the command `simulate`."""

from __future__ import annotations

import sys

from simulator.runtime.garbage import leave_all
from simulator.runtime.interrupts import Stop


def main() -> None:
    """Run the command line and exit with its code; Ctrl-C has its message from here on, while modules load too."""
    stop = Stop()
    stop.install()
    try:
        from simulator.cli import run_cli
    except KeyboardInterrupt:
        print(stop.told(), file=sys.stderr)
        sys.exit(stop.exit_code)
    code = run_cli(stop)
    stop.uninstall()
    leave_all()
    sys.exit(code)


if __name__ == "__main__":
    main()
