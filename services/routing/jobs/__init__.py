"""What time starts: packs and the network come to hand, what is no longer kept is forgotten."""

from services.routing.jobs.archivist import Archivist
from services.routing.jobs.librarian import Librarian
from services.routing.jobs.shipped import RELEASE, SHIPPED, groups_read, model_names, shipped_models, shipped_thesaurus
from services.routing.jobs.surveyor import Surveyor

__all__ = [
    "RELEASE",
    "SHIPPED",
    "Archivist",
    "Librarian",
    "Surveyor",
    "groups_read",
    "model_names",
    "shipped_models",
    "shipped_thesaurus",
]
