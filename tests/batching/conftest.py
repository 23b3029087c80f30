"""The project of a made-up county."""

import pytest

from tests.batching.county import write_project


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path / "project")
