"""A series out of the database, as the value that its file would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from mailer.core.i18n import LOCALES
from mailer.core.text import one_line
from mailer.core.types import Words
from mailer.exchange.entries import EventEntry, MaterialEntry, RuleEntry, SeriesFile, SpeakerEntry
from mailer.exchange.values import tidy
from mailer.outcomes import Condition, list_conditions
from mailer.reminders import ReminderRule, rules_of, rules_of_series
from mailer.series import Event, Material, Question, Series, Speaker


def collect(session: Session, series: Series, *, spoken: Sequence[str] | None = None) -> SeriesFile:
    """What the series' file says now, or would say if it spoke other languages.

    Texts come tidied, and only in the languages the series declares.
    """
    rules = rules_of_series(session, series)
    languages = [locale for named in spoken or series.languages for locale in LOCALES if locale == named]
    return SeriesFile(
        slug=series.slug,
        title=_lines(series.title, languages),
        languages=languages,
        timezone=series.timezone,
        sender_name=one_line(series.sender_name),
        sender_address=series.sender_address,
        reply_to=series.reply_to,
        about=_texts(series.about, languages),
        imprint=_texts(series.imprint, languages),
        privacy=_texts(series.privacy, languages),
        funding=_texts(series.funding, languages),
        form_of_address=series.form_of_address,
        closes_on=series.closes_on,
        closing_days=series.closing_days,
        retention_days=series.retention_days,
        second_release=series.second_release,
        quiet_minutes=series.quiet_minutes,
        draft=series.draft,
        colour=series.colour,
        logo=series.logo,
        funders=series.funders,
        rules=_rules(rule for rule in rules if rule.event_id is None),
        events=tuple(_event(session, event, rules, languages) for event in series.all_events),
    )


def _texts(words: Words, languages: Sequence[str]) -> Words:
    found = {language: tidy(words.get(language, "")) for language in languages}
    return {language: text for language, text in found.items() if text}


def _lines(words: Words, languages: Sequence[str]) -> Words:
    return {language: one_line(text) for language, text in _texts(words, languages).items()}


def _rules(rules: Iterable[ReminderRule]) -> tuple[RuleEntry, ...]:
    ordered = sorted(rules, key=lambda rule: rule.position)
    return tuple(rule_entry(rule) for rule in ordered)


def rule_entry(rule: ReminderRule) -> RuleEntry:
    return RuleEntry(rule.kind, rule.anchor, rule.offset, rule.at, rule.audience, rule.attendance)


def _event(
    session: Session, event: Event, rules: Sequence[ReminderRule], languages: Sequence[str]
) -> EventEntry:
    return EventEntry(
        slug=event.slug,
        title=_lines(event.title, languages),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        month=event.month if event.starts_at is None else None,
        format=event.format,
        place=one_line(event.place),
        arrival=_texts(event.arrival, languages),
        join_url=event.join_url,
        join_url_public=event.join_url_public,
        registration_url=event.registration_url,
        capacity=event.capacity,
        state=event.state,
        announcement=_texts(event.announcement, languages),
        plain_language=_texts(event.plain_language, languages),
        account=_texts(event.account, languages),
        guiding_question=_texts(event.guiding_question, languages),
        documented_at=event.documented_at,
        draft=event.draft,
        speakers=tuple(_speaker(speaker, languages) for speaker in event.speakers),
        materials=tuple(_material(material, languages) for material in event.materials),
        conditions=tuple(
            Condition(condition.level, _texts(condition.text, languages))
            for condition in list_conditions(session, event)
        ),
        questions=tuple(_question(question, languages) for question in event.questions),
        rules=_rules(rules_of(event, rules)) if event.own_rules else None,
    )


def _speaker(speaker: Speaker, languages: Sequence[str]) -> SpeakerEntry:
    return SpeakerEntry(
        name=one_line(speaker.name),
        organisation=one_line(speaker.organisation),
        job=_lines(speaker.job, languages),
        role=_lines(speaker.role, languages),
        topic=_texts(speaker.topic, languages),
        statement=_texts(speaker.statement, languages),
        quote=_texts(speaker.quote, languages),
        picture=speaker.picture,
        picture_text=_lines(speaker.picture_text, languages),
        absent=speaker.absent,
    )


def _material(material: Material, languages: Sequence[str]) -> MaterialEntry:
    return MaterialEntry(
        kind=material.kind,
        title=_lines(material.title, languages),
        credit=one_line(material.credit),
        url=material.url,
        file=material.file,
    )


def _question(question: Question, languages: Sequence[str]) -> Question:
    return replace(
        question,
        text=_lines(question.text, languages),
        options=tuple(_lines(option, languages) for option in question.options),
    )
