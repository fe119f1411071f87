"""Run a command in the project's own environment, which is made first where it is missing.

    python3 Testing/run.py nemopet demo
    python3 Testing/run.py pytest

The environment is the folder ``.venv`` beside this checkout, with exactly the versions of
``requirements-test.lock`` (for ``nemopet``: of ``requirements.lock``, which has less). It needs nothing but a
Python of 3.11 or newer with venv and pip. It is made anew when its lock file has changed.
"""
