"""Zeitnah: people hear of each dialogue of a series in good time, until the series is over."""
