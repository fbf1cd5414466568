"""The map of followup: which topic and which route goes to which handler."""

from fastapi import FastAPI

from services.followup.api import actions, calendars, delegations, forecast, limits, preview, proposals, sessions
from services.followup.api import cases as reading
from services.followup.handlers.merging import Merger
from services.followup.handlers.passenger import OnPassenger
from services.followup.handlers.reference import on_network, on_pack
from services.followup.handlers.routed import OnRouted
from services.followup.jobs import AtStart, CatchUp, Notices, Timers
from services.followup.repository.accounts import Passwords
from services.followup.repository.reference import Rulebooks
from services.followup.settings import Settings
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.passenger import PassengerEvent
from shared.contracts.reference import NetworkPublished, PackPublished
from shared.messaging.consumer import Handles
from shared.messaging.topics import Topic
from shared.runtime import Runtime, every
from shared.security.tokens import Verifier
from shared.web.app import build_app, consuming_check
from shared.web.staff import staff_door

WORK = (Topic.COMPLAINTS_NORMAL, Topic.COMPLAINTS_ABNORMAL, Topic.ENQUIRIES, Topic.PASSENGER_EVENTS)
REFRESH_SECONDS = 0.5
CATCH_UP_SECONDS = 0.5
NOTICES_SECONDS = 2.0


def build(runtime: Runtime, settings: Settings) -> FastAPI:
    """The app, with what it consumes and what time starts."""
    rulebooks = Rulebooks(runtime.pool)
    passengers, merger = OnPassenger(rulebooks, runtime.tracing), Merger(rulebooks)
    _consume(runtime, rulebooks, passengers, merger)
    passwords = Passwords()
    _jobs(runtime, settings, rulebooks, passwords)
    catch_up = CatchUp(runtime.pool, (passengers.catch_up, merger.catch_up), runtime.tracing, runtime.relay.wake)
    runtime.job("catch-up", every(CATCH_UP_SECONDS, catch_up.round))
    return _doors(runtime, settings, rulebooks, passwords)


def _consume(runtime: Runtime, rulebooks: Rulebooks, passengers: OnPassenger, merger: Merger) -> None:
    work = Handles({ComplaintRouted: OnRouted(rulebooks, merger, runtime.tracing), PassengerEvent: passengers})
    runtime.consume(WORK, work, when=rulebooks.complete)
    kept = Handles({PackPublished: on_pack, NetworkPublished: on_network})
    runtime.consume((Topic.REFERENCE,), kept, suffix="-reference", quiet=True)


def _jobs(runtime: Runtime, settings: Settings, rulebooks: Rulebooks, passwords: Passwords) -> None:
    pool, tracing, wake = runtime.pool, runtime.tracing, runtime.relay.wake
    start = AtStart(pool, passwords, settings.seed_staff, wake)
    timers = Timers(pool, rulebooks, tracing, wake, pace=settings.timer_pace_seconds, size=settings.timer_batch)
    runtime.job("calendars", start.calendars)
    runtime.job("accounts", start.accounts)
    runtime.job("rulebooks", every(REFRESH_SECONDS, rulebooks.refresh))
    runtime.job("timers", timers.run)
    notices = Notices(pool, rulebooks, wake, size=settings.timer_batch)
    runtime.job("calendar-notices", every(NOTICES_SECONDS, notices.round))


def _doors(runtime: Runtime, settings: Settings, rulebooks: Rulebooks, passwords: Passwords) -> FastAPI:
    keys = sessions.Keys(settings.signing_key.get_secret_value(), settings.staff_jwks)
    staff = staff_door(Verifier(keys.jwks))
    desk = actions.Desk(runtime.pool, rulebooks, runtime.tracing, runtime.relay.wake)
    signing_in = sessions.Sessions(runtime.pool, passwords, keys, seconds=settings.token_seconds)

    async def reference() -> str | None:
        return rulebooks.missing()

    return build_app(
        runtime,
        "psc followup",
        [
            sessions.router(signing_in, keys),
            reading.router(reading.Reading(runtime.pool, rulebooks), rulebooks, staff),
            actions.router(desk, staff),
            proposals.router(runtime.pool, staff),
            delegations.router(runtime.pool, staff),
            limits.router(runtime.pool, staff),
            preview.router(rulebooks, staff),
            forecast.router(runtime.pool, rulebooks, staff),
            calendars.router(runtime.pool, staff, runtime.relay.wake),
        ],
        ready={"reference": reference, "consuming": consuming_check(runtime)},
    )
