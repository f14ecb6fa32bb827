"""The action server's actions: they translate between Rasa's tracker and the packages of `bot`."""

from actions.without_sanic import import_sdk

# Before any module of this package imports it.
import_sdk()
