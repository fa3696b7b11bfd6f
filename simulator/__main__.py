"""`python -m simulator` is the command `simulate`."""

from simulator.cli import main

if __name__ == "__main__":
    main()
