"""What time starts, and what is done once at the start."""

from services.followup.jobs.at_start import AtStart, shipped_calendars
from services.followup.jobs.catch_up import CatchUp
from services.followup.jobs.notices import Notices
from services.followup.jobs.timers import Timers

__all__ = ["AtStart", "CatchUp", "Notices", "Timers", "shipped_calendars"]
