"""The tables of staff members, of their sign-ins and of what they did."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.base import Base
from bot.db.sealed import SealedText


class ShortcutKeys(str, Enum):
    """How a staff member works with the console's shortcut keys: each by itself, with Alt, or not at all."""

    PLAIN = "plain"
    WITH_ALT = "with_alt"
    OFF = "off"


class StaffMember(Base):
    """An employee who answers patients.

    Attributes:
        password_hash: Empty until an invitation was used: nothing matches it.
        password_given_at: When Frontdesk made the password; None once its owner has chosen one.
        totp_secret: What codes of an authenticator app are made from; None while they are off.
        totp_step: The step of time of the last code that was used: none is good twice.
        shut_out_at: Since when they may no longer sign in.
        shortcut_keys: How they want the console's shortcut keys.
        provider_subject: A hash of what the clinic's provider calls whoever has signed in by it; None before.
    """

    __tablename__ = "staff_members"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_given_at: Mapped[dt.datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(SealedText)
    totp_step: Mapped[int | None]
    shut_out_at: Mapped[dt.datetime | None]
    shortcut_keys: Mapped[str] = mapped_column(
        String(10), default=ShortcutKeys.PLAIN.value, server_default=ShortcutKeys.PLAIN.value
    )
    created_at: Mapped[dt.datetime]
    provider_subject: Mapped[str | None] = mapped_column(String(64), unique=True)


class StaffLink(Base):
    """A link that sets a password once; only a hash of its token is kept."""

    __tablename__ = "staff_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    expires_at: Mapped[dt.datetime]


class SignIn(Base):
    """A staff member's open sign-in on one browser; only a hash of its token is kept.

    Attributes:
        seen_at: When its owner last opened a page or sent a form with it, to the minute.
        browser: Which browser on which system, in a few words; empty if it did not say.
        by_provider: Whether the clinic's provider said who it is.
        has_provider_factor: Whether a second factor was shown there that the clinic counts as one.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    browser: Mapped[str] = mapped_column(String(60), server_default="")
    by_provider: Mapped[bool] = mapped_column(server_default=false())
    has_provider_factor: Mapped[bool] = mapped_column(server_default=false())


class SignInTries(Base):
    """The failed tries to sign in with an address, known or not, from one place or from everywhere.

    Only hashes are kept of what was typed and of the place.
    """

    __tablename__ = "sign_in_tries"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), index=True)
    failed: Mapped[int]
    last_at: Mapped[dt.datetime]
    locked_until: Mapped[dt.datetime | None]


class KnownBrowser(Base):
    """A browser on which somebody has signed in; only a hash of what it keeps is kept here."""

    __tablename__ = "known_browsers"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), primary_key=True, index=True)
    last_at: Mapped[dt.datetime]


class RecoveryCode(Base):
    """A code that stands in for the app's once; only its hash is kept, until it is used."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)


class Passkey(Base):
    """A key that somebody's phone, computer or stick has made for signing in beside their password; its public half.

    Attributes:
        credential_id: What the device calls it, in base64url.
        public_key: What its signatures are checked with, as COSE writes it, in base64url.
        sign_count: How often it has signed, as it says; always 0 for keys that several devices share.
        name: What its owner calls it.
    """

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]


class PasskeyChallenge(Base):
    """What a device is asked to sign; gone with the first answer, or soon.

    Attributes:
        challenge_hash: Of what it signs.
        browser_hash: Of a secret of the browser that asked: nobody answers from elsewhere.
        is_for_new_key: Whether it is to make a key; else somebody signs in with one.
    """

    __tablename__ = "passkey_challenges"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"), index=True)
    is_for_new_key: Mapped[bool]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class ProviderSignIn(Base):
    """A sign-in that is under way at the clinic's provider; gone once somebody comes back with it.

    Attributes:
        state_hash: Of what the provider gives back, so that nobody comes back with what we did not begin.
        browser_hash: Of a cookie: it is finished where it was begun.
        nonce: Stands in the provider's token, which is then for this sign-in.
        verifier: Proves that we began it to whoever exchanges the code (PKCE).
        page: Where it leads.
        staff_member_id: Whom the provider has named, where their code is still to come; None before.
    """

    __tablename__ = "provider_sign_ins"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(SealedText)
    page: Mapped[str] = mapped_column(Text)
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """Something that somebody did; the database itself refuses to change or delete a row."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject_subject_id", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"), index=True)
    staff_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(160))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Integration(Base):
    """A program that works on tickets in a staff member's name; only a hash of its token is kept.

    Attributes:
        webhook_url: What is called when something happens to a ticket; empty for nothing.
        webhook_secret: What these calls are signed with.
        revoked_at: Since when its token opens nothing.
    """

    __tablename__ = "integrations"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    staff_member_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    webhook_url: Mapped[str] = mapped_column(String(500))
    webhook_secret: Mapped[str] = mapped_column(SealedText)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
