"""Amounts, dates and times as customers and mail programs write them, in German and in English."""

import random
from datetime import date, datetime

MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
WEEKDAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def number(value: float, language: str, decimals: int) -> str:
    """A number with the language's separators."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def money(value: float, language: str, rng: random.Random) -> str:
    """Euros: ``1.250,00 €`` and its variants."""
    if language == "de":
        plain = number(value, "de", 0 if value == int(value) and rng.random() < 0.3 else 2)
        return rng.choice((f"{plain} €", f"{plain} €", f"{plain} Euro", f"{plain} EUR"))
    plain = number(value, "en", 0 if value == int(value) and rng.random() < 0.3 else 2)
    return rng.choice((f"€{plain}", f"€{plain}", f"EUR {plain}", f"{plain} euros"))


def day(value: date, language: str, rng: random.Random) -> str:
    """A date: ``14.02.2026`` and its variants."""
    month = MONTHS[language][value.month - 1]
    if language == "de":
        numeric = f"{value:%d.%m.%Y}"
        return rng.choice((numeric, numeric, f"{value.day}.{value.month}.{value:%y}", f"{value.day}. {month}"))
    return rng.choice(
        (f"{value.day} {month} {value.year}", f"{value.day} {month}", f"{month} {value.day}", f"{value:%d/%m/%Y}")
    )


def clock(hour: int, minute: int, language: str) -> str:
    """A time of day: ``9:42 Uhr`` or ``9:42 am``."""
    if language == "de":
        return f"{hour}:{minute:02d} Uhr"
    return f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"


def sent_at(moment: datetime, language: str, header: str) -> str:
    """When a quoted mail was sent, as the program writes it that wrote this header template."""
    weekday, month = WEEKDAYS[language][moment.weekday()], MONTHS[language][moment.month - 1]
    attribution = "{sent_at} Uhr" in header or "schrieb" in header or "wrote" in header
    if language == "de":
        if "{sent_at} Uhr" in header:
            return f"{moment:%d.%m.%Y um %H:%M}"
        if attribution:
            return f"{weekday[:2]}., {moment.day}. {month[:3]}. {moment.year} um {moment:%H:%M} Uhr"
        return f"{weekday}, {moment.day}. {month} {moment.year} {moment:%H:%M}"
    if attribution:
        return f"{weekday[:3]}, {moment.day} {month[:3]} {moment.year} at {moment:%H:%M}"
    return f"{weekday}, {moment.day} {month} {moment.year} {moment:%H:%M}"


def stamp(moment: datetime, language: str) -> str:
    """A form's time stamp."""
    return f"{moment:%d.%m.%Y %H:%M}" if language == "de" else f"{moment:%Y-%m-%d %H:%M}"
