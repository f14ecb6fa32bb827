"""The action server's actions: they translate between Rasa's tracker and the packages of `bot`."""

from actions.without_sanic import import_sdk
from bot.process.without_colors import import_structlog

# Before any module of this package imports them.
import_structlog()
import_sdk()
