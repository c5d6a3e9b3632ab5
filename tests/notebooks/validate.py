#!/usr/bin/python3
"""Asks Jupyter's own library whether each notebook is one: validate.py FILE..."""
import sys

import nbformat

for path in sys.argv[1:]:
    try:
        nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))
        print(f"ok    {path} is valid")
    except Exception as error:
        print(f"FAIL  {path}: {str(error).splitlines()[0]}")
