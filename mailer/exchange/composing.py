"""A series as its file: every key in its place, what is empty or the default left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from mailer.core.types import Words
from mailer.exchange.collecting import collect
from mailer.exchange.entries import EventEntry, MaterialEntry, RuleEntry, SeriesFile, SpeakerEntry
from mailer.exchange.yaml_writing import Flow, to_yaml
from mailer.reminders import Audience
from mailer.series import EventState, Question, Series


def export_series(session: Session, series: Series) -> str:
    """The series as the file that would make it. Comments of a file that was imported are not kept."""
    return compose(collect(session, series))


def compose(file: SeriesFile) -> str:
    """The file as YAML 1.2; the same series gives the same text, to the byte."""
    return to_yaml(_Composer(file.languages, file.zone).series(file))


def _filled(entries: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in entries.items() if value not in (None, "", False, {}, [])}


@dataclass(frozen=True)
class _Composer:
    languages: Sequence[str]
    zone: ZoneInfo

    def series(self, file: SeriesFile) -> dict[str, object]:
        optional = {
            "reply_to": file.reply_to,
            "about": self.words(file.about),
            "imprint": self.words(file.imprint),
            "privacy": self.words(file.privacy),
            "funding": self.words(file.funding),
            "colour": file.colour,
            "logo": file.logo,
            "funders": [_filled(funder.as_json()) for funder in file.funders],
        }
        return {
            "slug": file.slug,
            "title": self.words(file.title),
            **({"published": False} if file.draft else {}),
            "languages": Flow(file.languages),
            "timezone": file.timezone,
            "sender": _filled({"name": file.sender_name, "address": file.sender_address}),
            **_filled(optional),
            "form_of_address": file.form_of_address,
            **_filled({"closes_on": file.closes_on}),
            "closing_days": file.closing_days,
            "retention_days": file.retention_days,
            **({"second_release": True} if file.second_release else {}),
            **({} if file.quiet_minutes is None else {"quiet_minutes": file.quiet_minutes}),
            "reminders": [_rule(rule) for rule in file.rules],
            "events": [self.event(event) for event in file.events],
        }

    def event(self, event: EventEntry) -> dict[str, object]:
        likely = EventState.ANNOUNCED if event.starts_at is None else EventState.FIXED
        optional = {
            "place": event.place,
            "arrival": self.words(event.arrival),
            "join_url": event.join_url,
            "registration_url": event.registration_url,
            "capacity": event.capacity,
            "state": None if event.state is likely else event.state.value,
            "announcement": self.words(event.announcement),
            "plain_language": self.words(event.plain_language),
            "account": self.words(event.account),
            "documented_at": self.local(event.documented_at),
            "join_url_public": event.join_url_public,
            "speakers": [self.speaker(speaker) for speaker in event.speakers],
            "materials": [self.material(material) for material in event.materials],
            "guiding_question": self.words(event.guiding_question),
            "conditions": [{"level": c.level.value, "text": self.words(c.text)} for c in event.conditions],
            "questions": [self.question(question) for question in event.questions],
        }
        rules = {} if event.rules is None else {"reminders": [_rule(rule) for rule in event.rules]}
        hidden = {"published": False} if event.draft else {}
        head = {"slug": event.slug, "title": self.words(event.title), **hidden, **self.dates(event)}
        return {**head, "format": event.format.value, **_filled(optional), **rules}

    def dates(self, event: EventEntry) -> dict[str, object]:
        """Start and duration, or the end where it is another day; a month where there is no start."""
        if event.starts_at is None or event.ends_at is None:
            return {"month": event.month}
        length = event.ends_at - event.starts_at
        start = {"starts_at": self.local(event.starts_at)}
        if length % timedelta(minutes=1) or length >= timedelta(days=1):
            return {**start, "ends_at": self.local(event.ends_at)}
        return {**start, "duration": f"PT{length // timedelta(minutes=1)}M"}

    def speaker(self, speaker: SpeakerEntry) -> dict[str, object]:
        return _filled(
            {
                "name": speaker.name,
                "organisation": speaker.organisation,
                "position": self.words(speaker.job),
                "role": self.words(speaker.role),
                "topic": self.words(speaker.topic),
                "statement": self.words(speaker.statement),
                "quote": self.words(speaker.quote),
                "picture": speaker.picture,
                "picture_text": self.words(speaker.picture_text),
                "absent": speaker.absent,
            }
        )

    def material(self, material: MaterialEntry) -> dict[str, object]:
        return _filled(
            {
                "kind": material.kind.value,
                "title": self.words(material.title),
                "credit": material.credit,
                "url": material.url,
                "file": material.file,
            }
        )

    def question(self, question: Question) -> dict[str, object]:
        options = [self.words(option) for option in question.options]
        head = {"name": question.name, "kind": question.kind.value, "text": self.words(question.text)}
        return {**head, **_filled({"needed": question.needed, "options": options})}

    def words(self, words: Words) -> Words | str:
        """A map of languages, so that a missing one is seen; a plain text where the series has but one."""
        if len(self.languages) == 1:
            return words.get(self.languages[0], "")
        return {language: words[language] for language in self.languages if language in words}

    def local(self, moment: datetime | None) -> str | None:
        """The local time; with its offset only where the clock shows that time twice."""
        if moment is None:
            return None
        local = moment.astimezone(self.zone)
        is_doubled = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        precision = "microseconds" if local.microsecond else "seconds" if local.second else "minutes"
        return (local if is_doubled else local.replace(tzinfo=None)).isoformat(" ", precision)


def _rule(rule: RuleEntry) -> Flow:
    optional = {
        "at": rule.at,
        "audience": None if rule.audience is Audience.SUBSCRIBERS else rule.audience.value,
        "attendance": rule.attendance,
    }
    return Flow({"kind": rule.kind.value, rule.anchor.value: rule.offset, **_filled(optional)})
