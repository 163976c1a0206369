"""The error tree: drawn as it is, and fit to cross a process boundary."""

import pickle

import pytest

from services.kit import errors
from services.kit.errors import DatelineError, DependencyDown, FetchRefused, Undecodable


def kinds(kind: type[DatelineError] = DatelineError) -> list[type[DatelineError]]:
    """Return all classes of the tree that the module holds."""
    below = [one for child in kind.__subclasses__() for one in kinds(child)]
    return [kind, *[one for one in below if one.__module__ == errors.__name__]]


def test_the_drawing_shows_every_class() -> None:
    """The picture in the module's docstring names each error."""
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in kinds())


@pytest.mark.parametrize("kind", kinds())
def test_an_error_survives_pickling(kind: type[DatelineError]) -> None:
    """Code, message and retryability come through a pipe between processes."""
    error = kind("some.code", "why", retryable=True)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, again.message, again.retryable) == (kind, "some.code", "why", True)


def test_only_what_may_be_our_fault_is_suspicious() -> None:
    """A refused address is the world's doing, an undecodable record may be ours."""
    assert Undecodable("record.empty").suspicious
    assert not FetchRefused("fetch.address_refused").suspicious
    assert DependencyDown("database.unavailable").retryable
