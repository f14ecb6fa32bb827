"""Lets Rasa be imported without TensorFlow, and without the libraries of channels and stores that nobody uses here.

Rasa 3.6 imports all its own components, channels and stores whenever any of it starts. What is listed in `STOOD_IN`
is answered by an empty class of that name instead: enough to be imported, derived from and compared with, and an error
as soon as it is made or called. Whatever is not on the list raises an error that says who wanted it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, MutableSequence, Sequence
from types import FrameType, ModuleType
from typing import Any

STOOD_IN: Mapping[str, Sequence[str]] = {
    # Rasa's own modules that are built on TensorFlow, as the rest of Rasa imports them. Standing in for them, rather
    # than for TensorFlow itself, leaves scikit-learn unloaded too while patients are served.
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.utils.tensorflow.callback": ("RasaModelCheckpoint", "RasaTrainingLogger"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.utils.tensorflow.model_data": ("RasaModelData", "ragged_array_to_ndarray"),
    "rasa.utils.tensorflow.model_data_utils": (),
    # Channels: patients come through the edge.
    "aiogram": ("Bot",),
    "aiogram.types": (
        "InlineKeyboardButton",
        "InlineKeyboardMarkup",
        "KeyboardButton",
        "Message",
        "ReplyKeyboardMarkup",
        "Update",
    ),
    "aiogram.utils.exceptions": ("TelegramAPIError",),
    "cachecontrol": (),
    "fbmessenger": ("MessengerClient",),
    "fbmessenger.attachments": ("Image",),
    "fbmessenger.elements": ("Text",),
    "fbmessenger.quick_replies": ("QuickReplies", "QuickReply"),
    "fbmessenger.sender_actions": ("SenderAction",),
    "google.auth.transport.requests": (),
    "google.oauth2": ("id_token",),
    "mattermostwrapper": ("MMApi",),
    "rocketchat_API.rocketchat": ("RocketChat",),
    "slack_sdk.web.async_client": ("AsyncWebClient",),
    "twilio.base.exceptions": ("TwilioRestException",),
    "twilio.rest": ("Client",),
    "twilio.twiml.voice_response": ("Gather", "VoiceResponse"),
    "webexteamssdk": ("WebexTeamsAPI", "Webhook"),
    # Brokers and stores: the tracker store is ours, and no event leaves for a broker.
    "rasa.core.brokers.pika": ("PikaEventBroker",),
    "aio_pika.exceptions": ("AMQPConnectionError", "CONNECTION_EXCEPTIONS"),
    "aiormq": (),
    "aiormq.exceptions": ("ChannelNotFoundEntity",),
    "boto3": (),
    "boto3.dynamodb.conditions": ("Key",),
    "botocore.exceptions": ("BotoCoreError",),
    "pymongo": (),
    "pymongo.collection": ("Collection",),
    "pymongo.errors": ("ConnectionFailure", "OperationFailure"),
    # The interactive console, and made-up names for models.
    "colorclass": ("Color",),
    "randomname": (),
}
# What serving never comes to, and Rasa's own commands (`rasa test`, `rasa shell`) or training do: pictures of
# measurements, the interactive console, and signing in by tokens, which endpoints.yml does not ask for.
STOOD_IN_TO_SERVE: Mapping[str, Sequence[str]] = {
    "rasa.utils.plotting": (),
    # A lock between machines, of the library that Rasa prints its progress with.
    "portalocker.redis": ("RedisLock",),
    # Only features of messages are made of it, and no policy or component here has any.
    "scipy": (),
    "scipy.sparse": ("coo_matrix", "spmatrix"),
    "questionary": ("Question",),
    "prompt_toolkit": (),
    "prompt_toolkit.styles": ("Style",),
    "sanic_jwt": ("Initialize", "exceptions"),
    "jwt": ("InvalidKeyError", "PyJWTError"),
    "jwt.algorithms": ("RSAAlgorithm",),
    "jwt.exceptions": (),
    # Of the library of a channel that nobody uses here: how several servers share their connections.
    "socketio.redis_manager": ("RedisManager",),
    "socketio.async_redis_manager": ("AsyncRedisManager",),
    # The commands of spaCy, of which it imports one to be called as `spacy.info`, and with it all others.
    "spacy.cli": (),
    "spacy.cli.info": ("info",),
}
LEFT_OUT_TO_SERVE = ("rich",)
"""What its askers go without where it is missing: colors in tracebacks."""
# The one whose content counts: Rasa takes the components that it knows by a short name from it.
_COMPONENTS = "rasa.engine.recipes.default_components"
# Those of Rasa's own components that work here, by what config.yml calls them.
_OWN_COMPONENTS: Mapping[str, str] = {
    "FallbackClassifier": "rasa.nlu.classifiers.fallback_classifier",
    "MemoizationPolicy": "rasa.core.policies.memoization",
    "AugmentedMemoizationPolicy": "rasa.core.policies.memoization",
    "RulePolicy": "rasa.core.policies.rule_policy",
}


_stood_in: dict[str, Sequence[str]] = dict(STOOD_IN)


class StandInError(ImportError):
    """Raised when something asks for what Frontdesk's Rasa goes without; the message says who and what."""


def install() -> None:
    """Stand in for what is listed from now on; twice does no harm.

    Call it before Rasa is imported: what is there already stays.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def install_to_serve() -> None:
    """Stand in, besides, for what only Rasa's own commands use."""
    install()
    _stood_in.update(STOOD_IN_TO_SERVE)
    # Python's own way of saying that there is no such module.
    sys.modules.update(dict.fromkeys(LEFT_OUT_TO_SERVE))  # type: ignore[arg-type]


def is_installed() -> bool:
    """Say whether Rasa is, or would be, imported with the stand-in."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of the list, and those above them, before Python looks for real ones."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == _COMPONENTS:
            return importlib.machinery.ModuleSpec(fullname, self)
        if fullname in _stood_in or (_is_above_one(fullname) and not _exists(fullname, path)):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        parent = fullname.rpartition(".")[0]
        if isinstance(sys.modules.get(parent), _StandIn):
            raise StandInError(_refusal(fullname, _asker()))
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Components(spec.name) if spec.name == _COMPONENTS else _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if isinstance(module, _StandIn):
            for name in _stood_in.get(module.__name__, ()):
                setattr(module, name, _empty(name, module.__name__))


class _StandIn(ModuleType):
    """A module with nothing in it but what is on the list."""

    __path__: MutableSequence[str] = []  # noqa: RUF012 - Python asks for a list, and nobody adds to it.

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # Python and its libraries ask every module for such names and can do without.
            raise AttributeError(name)
        raise StandInError(_refusal(f"{self.__name__}.{name}", _asker()))


class _Components(ModuleType):
    """Rasa's own components that work here, imported when the recipe reads them."""

    def __getattr__(self, name: str) -> Any:
        if name != "DEFAULT_COMPONENTS":
            raise AttributeError(name)
        # Each registers itself with the recipe while it is imported.
        return [getattr(importlib.import_module(module), name) for name, module in _OWN_COMPONENTS.items()]


class _Empty(type):
    """The class of stand-in classes: they may be derived from and compared with, not made."""

    def __call__(cls, *_args: Any, **_kwargs: Any) -> Any:
        raise StandInError(_refusal(f"{cls.__module__}.{cls.__name__}", _asker()))


def _empty(name: str, module: str) -> type | tuple[()]:
    """Make what stands in for a name: a class, or, as an except clause wants them, an exception or no exceptions."""
    if name.isupper():
        return ()
    if name.endswith(("Error", "Exception", "Failure", "NotFoundEntity")):
        return type(name, (Exception,), {"__module__": module})
    return _Empty(name, (), {"__module__": module})


def _is_above_one(fullname: str) -> bool:
    return any(name.startswith(f"{fullname}.") for name in _stood_in)


def _exists(fullname: str, path: Sequence[str] | None) -> bool:
    """Say whether there is a real one: other libraries share `google` and `rasa` with what is stood in for."""
    return importlib.machinery.PathFinder.find_spec(fullname, path) is not None


def _asker() -> str:
    """Name the module whose line asked: the first frame that is neither Python's import machinery nor this module."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the caller's name.
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name != __name__ and not name.startswith("importlib"):
            return name
        frame = frame.f_back
    return "?"


def _refusal(wanted: str, asker: str) -> str:
    return (
        f"{asker} wants {wanted}, which Frontdesk's Rasa goes without. If it is only imported, list it in "
        "bot/nlu/changes/stand_in.py; if it is used, add the library to requirements/rasa.in."
    )
