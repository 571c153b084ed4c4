# SPDX-License-Identifier: BSD-2-Clause
"""Tests that only `make test-long` has."""

import os

LONG = os.environ.get('DETOUR_LONG') == '1'


def long_form(test):
    """A test or a class of tests; in the short form there is none."""
    return test if LONG else None
