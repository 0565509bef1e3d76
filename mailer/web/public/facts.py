"""What the public templates are given: facts in the reader's language, ready to be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from mailer.web.languages import LanguageChoice
from mailer.web.pictures import Picture
from mailer.web.public.funder_telling import FunderLine
from mailer.web.public.remains import Remain
from mailer.web.public.ways_in import WayIn


@dataclass(frozen=True)
class When:
    """A date, as large as a headline or as small as a line."""

    machine: str
    """For programs: ``2023-01-26T17:00:00+01:00``, or ``2023-08`` for a month."""
    day: str
    """``26.``; empty when only the month is known."""
    month: str
    """``Januar 2023``; with a note that the date will follow when only the month is known."""
    words: str
    """``Donnerstag, 26. Januar 2023``, or what ``month`` says."""
    weekday: str
    """``Donnerstag``; empty for a month."""
    hours: str
    """``17:00–18:30 Uhr (MEZ)``; empty for a month."""


@dataclass(frozen=True)
class EventLine:
    """One dialogue in the list."""

    url: str
    title: str
    when: When
    where: str
    note: str
    """Provisional, cancelled; usually empty."""
    is_cancelled: bool
    is_past: bool
    is_next: bool
    speakers: str
    """Names in one line; empty while nobody is announced."""
    excerpt: str
    """The beginning of the account, for a dialogue that has one."""
    remains: tuple[Remain, ...]
    """What came out of it: recording, presentations, number of conditions."""


@dataclass(frozen=True)
class NextEvent:
    """The dialogue that comes next, told large."""

    line: EventLine
    distance: str
    """``in 3 Tagen``, ``morgen``, ``heute``."""
    calendar_url: str
    """Empty while it has no date."""
    way_in: WayIn | None
    """Absent where nobody can register."""
    teaser: str
    """The beginning of the announcement."""


@dataclass(frozen=True)
class SignUpForm:
    """The form, empty or as it came back."""

    action: str
    wording: str
    """The version of the text agreed to, such as ``2026-11/de``."""
    consent: str
    """That text."""
    privacy_url: str
    ends: str
    """When the mails will end by themselves; empty while nobody knows."""
    languages: tuple[LanguageChoice, ...]
    embedded: bool = False
    """Whether it stands in a frame on somebody else's page."""
    email: str = ""
    name: str = ""
    agreed: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    """One sentence per field that must be mended, in the order of the form."""


@dataclass(frozen=True)
class SeriesPage:
    title: str
    about: Markup
    summary: str
    """``8 Dialoge, Januar bis September 2023``."""
    description: str
    """Plain text for search engines."""
    next_event: NextEvent | None
    upcoming: tuple[EventLine, ...]
    """Those still to come, in the organisers' order."""
    past: tuple[EventLine, ...]
    """The archive: the newest first."""
    feed_url: str
    webcal_url: str
    form: SignUpForm | None
    """Absent when the series is over."""
    contact: str
    """Who answers questions: an email address."""
    funding: Markup
    funders: tuple[FunderLine, ...]
    imprint: Markup
    privacy: Markup


@dataclass(frozen=True)
class Download:
    """A document of our own."""

    url: str
    note: str
    """``PDF, 2,4 MB``."""


@dataclass(frozen=True)
class SpeakerCard:
    name: str
    role: str
    post: str
    """Position and organisation in one line."""
    topic: str
    statement: str
    quote: str
    absent: bool
    picture: Picture | None


@dataclass(frozen=True)
class MaterialLine:
    kind: str
    title: str
    credit: str
    url: str
    """Empty when it is not published anywhere."""
    download: Download | None


@dataclass(frozen=True)
class CalendarWay:
    """One link. Where it leads to somebody else, the name says to whom."""

    label: str
    url: str
    leaves: bool
    """Whether it leads to another house."""


@dataclass(frozen=True)
class Recording:
    """What one can watch. Without a script ``url`` is a link like any other."""

    title: str
    credit: str
    url: str
    host: str
    """Who learns that somebody watches, ``vimeo.com``."""
    player: str
    """What a click puts into the page; empty where we know no player for it."""


@dataclass(frozen=True)
class ConditionsAtLevel:
    level: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Neighbour:
    """The dialogue before or after this one."""

    url: str
    title: str


@dataclass(frozen=True)
class EventPage:
    line: EventLine
    number: str
    """``Dialog 3 von 8``."""
    description: str
    calendar_ways: tuple[CalendarWay, ...]
    """Empty without a fixed date."""
    map_url: str
    """Empty where there is no place to travel to."""
    arrival: Markup
    """How one gets there; empty where nobody travels any more."""
    join_url: str
    way_in: WayIn | None
    """Absent where nobody can register."""
    form: SignUpForm | None
    """Absent when the series is over."""
    announcement: Markup
    plain_language: Markup
    """The same in easy words; empty where nobody wrote them in the page's language."""
    speakers: tuple[SpeakerCard, ...]
    account: Markup
    recordings: tuple[Recording, ...]
    addenda: tuple[Recording, ...]
    materials: tuple[MaterialLine, ...]
    """All else, and what is announced but not published anywhere yet."""
    guiding_question: str
    conditions: tuple[ConditionsAtLevel, ...]
    before: Neighbour | None
    after: Neighbour | None
    funding: Markup
    funders: tuple[FunderLine, ...]
    imprint: Markup
    privacy_url: str


@dataclass(frozen=True)
class Card:
    """What the picture says that stands beside a link elsewhere."""

    series: str
    question: str
    date: str
    """``Donnerstag, 30. März 2023``."""
    place: str
    """Hours and place in one line."""
    colour: str = ""
    """The series' own; empty where it has none."""
    logo: str = ""
    """Where the series' own is found, which changes with it; empty where it has none."""


@dataclass(frozen=True)
class SeriesLine:
    """One series where there are several."""

    url: str
    title: str
    summary: str
    next_words: str


@dataclass(frozen=True)
class NextDate:
    """The dialogue that comes next, in a few words."""

    title: str
    url: str
    when: When
    where: str
    calendar_url: str


@dataclass(frozen=True)
class ManagePage:
    """What somebody on the list may do about it. The address is not on it: this link travels in every mail."""

    action: str
    leave_url: str
    state: str
    """One sentence on how things stand."""
    can_change: bool
    """Whether mails come, so that language and pauses mean something."""
    paused_until: str
    """In words; empty when mails are not paused."""
    first_day: str
    """The earliest day a pause may end, ISO 8601."""
    last_day: str
    """The latest; empty while nobody knows when the series ends."""
    until: str
    """What was typed, when it has to be mended."""
    languages: tuple[LanguageChoice, ...]
    ends: str
    done: str = ""
    """What was just done, in one sentence."""
    error: str = ""
    """What is wrong with the date."""


@dataclass(frozen=True)
class Entry:
    """A stored value and what it is called."""

    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """Stored values that belong together."""

    heading: str
    entries: tuple[Entry, ...]
