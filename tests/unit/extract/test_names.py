"""Names: headlines and people."""

import pytest

from services.extract import names


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Bridge reopens | The Courier", "Bridge reopens"),
        ("Bridge reopens - The Courier", "Bridge reopens"),
        ("The Courier: Bridge reopens", "The Courier: Bridge reopens"),
        ("The Courier | Bridge reopens", "Bridge reopens"),
        ("Bridge reopens - and closes again", "Bridge reopens - and closes again"),
        ("The Courier", "The Courier"),
        ("Fish &amp; chips", "Fish & chips"),
    ],
)
def test_only_the_site_s_own_name_is_cut_off(raw: str, wanted: str) -> None:
    """A part of a headline goes when it is what the site calls itself, and stays otherwise."""
    assert names.title(raw, sites=["The Courier", None]) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (["By Mara Ellingsen"], ["Mara Ellingsen"]),
        (["Mara Ellingsen and Jon Vik"], ["Mara Ellingsen", "Jon Vik"]),
        (["Von Jutta Habermeyer, Anton Löscher und Eva Brandt"], ["Jutta Habermeyer", "Anton Löscher", "Eva Brandt"]),
        (["Mara Ellingsen", "MARA ELLINGSEN"], ["Mara Ellingsen"]),
        (["https://social.example/mara", "@mara", "www.mara.example"], []),
        (["Mara Ellingsen (mara@courier.example)"], ["Mara Ellingsen"]),
        (["Mara Ellingsen, political correspondent"], ["Mara Ellingsen"]),
        (["admin", "", "12"], []),
        (["Press TV"], ["Press TV"]),
    ],
)
def test_people_are_told_from_what_stands_around_them(raw: list[str], wanted: list[str]) -> None:
    """Lead-ins, lists, addresses, roles and placeholders are no names."""
    assert names.people(raw) == wanted


def test_organisations_are_kept_whole() -> None:
    """The `and` in a firm's name does not make it two."""
    assert names.organisations(["Smith and Sons News"]) == ["Smith and Sons News"]
