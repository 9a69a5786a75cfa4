# SPDX-License-Identifier: Apache-2.0
"""The rules of tests/tidy.py, one function each."""
