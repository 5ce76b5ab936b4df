"""The app of the tests with a browser, one server a file."""

import pytest

from served import serving


@pytest.fixture(scope="module")
def served():
    with serving() as (address, _):
        yield address
