"""``python -m gendertui`` is ``gendertui``."""

from gendertui.cli import main

if __name__ == "__main__":
    main()
