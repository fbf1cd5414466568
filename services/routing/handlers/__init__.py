"""What routing does with each event: decides on complaints, remembers how cases stand, keeps the network."""

from services.routing.handlers.complaints import Complaints
from services.routing.handlers.facts import on_fact, on_network

__all__ = ["Complaints", "on_fact", "on_network"]
