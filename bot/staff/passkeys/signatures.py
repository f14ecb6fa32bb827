"""What browsers are asked for passkeys with, and the check of what devices have signed (WebAuthn, by py_webauthn)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.errors import PermissionDeniedError
from bot.staff.passkeys.relying_party import RelyingParty

WAITS_MS = 120_000
"""So long a browser waits for the device."""
NOT_GOOD = "That passkey could not be checked. Try again."
_BROKEN = (WebAuthnException, UnsupportedAlgorithm, ValueError, TypeError, KeyError, IndexError, OverflowError)
"""What is raised for what was made up: it came from outside, and its parts are read by several libraries."""


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key that a device has made."""

    credential_id: str
    public_key: str
    sign_count: int


def ask_for_new(
    party: RelyingParty, challenge: str, *, staff_member_id: int, email: str, name: str, known: Sequence[str]
) -> str:
    """Give what a browser is asked for a new key with, as JSON.

    Args:
        party: Whom it is for.
        challenge: What the device signs.
        staff_member_id: Whose it is; the device keeps it.
        email: What the device calls the account.
        name: The person's name.
        known: The keys that they have: a device makes no second one.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=f"staff {staff_member_id}".encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenge.encode(),
        timeout=WAITS_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            # The password says who it is: no key needs to be kept on a stick for that.
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json(options)


def ask_to_sign(party: RelyingParty, challenge: str, known: Sequence[str]) -> str:
    """Give what a browser is asked for a signature with, as JSON.

    Args:
        party: Whom the keys are for.
        challenge: What the device signs.
        known: The keys, one of which is to sign.
    """
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge.encode(),
        timeout=WAITS_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def checked_new(party: RelyingParty, challenge: str, answer: str) -> NewKey:
    """Check what a device has made.

    Raises:
        PermissionDeniedError: It is not for this address, this challenge, or its owner has not shown who they are.
    """
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _BROKEN as error:
        raise PermissionDeniedError(NOT_GOOD) from error
    return NewKey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
    )


def named_in(answer: str) -> str:
    """Give what an answer calls its key; empty if it is no answer."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str) and name.isascii() else ""


def checked_count(party: RelyingParty, challenge: str, answer: str, *, public_key: str, sign_count: int) -> int:
    """Check what a device has signed; give how often it says it has.

    Raises:
        PermissionDeniedError: Another key has signed it, or something else; or the device has been copied: it says it
            has signed no more often than the last time.
    """
    try:
        signed = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _BROKEN as error:
        raise PermissionDeniedError(NOT_GOOD) from error
    return signed.new_sign_count


def _described(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known]
