"""One running demo for everybody who only looks at it and brings an address of her own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.demo import Demo


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = Demo(tmp_path_factory.mktemp("demo") / "instance")
    made.start()
    yield made
    made.stop()
