"""What a browser calls itself, in two words that its owner recognises."""

from __future__ import annotations

LONGEST = 1000
"""Characters looked at; the words stand within the first few hundred."""

BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("vivaldi", "Vivaldi"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
"""In this order: later ones stand in the names of earlier ones too."""

SYSTEMS = (
    ("windows", "Windows"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("mac os", "macOS"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def name_device(user_agent: str) -> str:
    """Such as ``Firefox · Linux``; empty where neither is recognised."""
    told = user_agent[:LONGEST].lower()
    words = (_first(told, BROWSERS), _first(told, SYSTEMS))
    return " · ".join(word for word in words if word)


def _first(told: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((word for sign, word in known if sign in told), "")
