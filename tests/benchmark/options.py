"""The options of bin/bench."""

import argparse
from pathlib import Path


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measures the help desk side by side with OCA's help desk alone, "
        "on the same tickets and in one run: both servers answer in turn. Only the "
        "ratios can be compared between computers.",
    )
    parser.add_argument(
        "--small",
        action="store_true",
        help="a school of 5,000 tickets and fewer rounds, for every day",
    )
    parser.add_argument("--tickets", type=int, help="instead of 100,000")
    parser.add_argument("--rounds", type=int, help="measured rounds of each case")
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        metavar="NAME,...",
        help="measure only these cases",
    )
    parser.add_argument(
        "--no-growth",
        action="store_true",
        help="leave out the second school of a tenth of the size",
    )
    parser.add_argument(
        "--profile",
        metavar="NAME",
        help="measure nothing, but print the slowest functions and queries of this "
        "case on our server",
    )
    parser.add_argument(
        "--browser",
        action="store_true",
        help="measure instead how pages and boards load in Chromium",
    )
    parser.add_argument(
        "--soak",
        type=float,
        metavar="MINUTES",
        help="measure nothing side by side, but let a whole school use our help desk "
        "for so long, with 40 reports a minute, and prove that nothing was lost; the "
        "exit status is 1 otherwise",
    )
    parser.add_argument(
        "--kill",
        action="store_true",
        help="with --soak: kill a worker, the worker of the scheduled actions and "
        "PostgreSQL (an own one) on the way, stop the mail server for 20 s and, as "
        "root, let the disk of PostgreSQL be full",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write ratios and growth to FILE"
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the tables to FILE"
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="build the databases again"
    )
    options = parser.parse_args(arguments)
    if options.small:
        options.tickets = options.tickets or 5_000
        options.rounds = options.rounds or 15
    options.tickets = options.tickets or 100_000
    options.rounds = options.rounds or 40
    if options.tickets < 1_000:
        parser.error("--tickets must be at least 1000")
    if options.kill and not options.soak:
        parser.error("--kill needs --soak")
    if options.soak is not None and options.soak < 1:
        parser.error("--soak needs at least one minute")
    if options.rounds < 3:
        parser.error("--rounds must be at least 3")
    return options


if __name__ == "__main__":
    parse()
