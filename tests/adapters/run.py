#!/usr/bin/env python3
"""Adapters, judged by applications that run behind them: the tests `adapters.NAME`, one for each file of cases/.

usage: run.py NAME… [--app APP]      --app: only the cases of applications whose name has APP in it
"""

import argparse
import importlib.util
import os

import bed


def cases_of(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(bed.HERE, "cases", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.CASES


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME")
    parser.add_argument("--app", default="")
    args = parser.parse_args()
    bed.carry_out([case for name in args.names for case in cases_of(name) if args.app in case.app])


main()
