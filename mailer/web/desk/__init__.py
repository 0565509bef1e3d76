"""The organisers' pages."""

from flask import Blueprint

from mailer.web.desk import overview, signing_in

BLUEPRINTS: tuple[Blueprint, ...] = (signing_in.bp, overview.bp)
