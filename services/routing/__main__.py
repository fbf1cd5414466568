"""`python -m services.routing`: settings, wiring, run."""

import uvloop

from services.routing.app import build
from services.routing.settings import Settings
from shared.runtime import Runtime


async def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    async with Runtime.open("routing", settings) as runtime:
        await runtime.serve(build(runtime, settings))


if __name__ == "__main__":
    uvloop.run(main())
