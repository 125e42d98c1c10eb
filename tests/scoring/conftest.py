from __future__ import annotations

from typing import Any

import pytest

from gendertui.text.spacy_rules import export_rules


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    return export_rules()
