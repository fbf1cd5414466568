"""`python -m services.intake`: settings, wiring, run."""

import uvloop

from services.intake.app import build, prepare
from services.intake.settings import Settings
from shared.runtime import Runtime


async def main() -> None:
    """Run the service until it is told to stop."""
    settings = Settings()
    async with Runtime.open("intake", settings) as runtime:
        await prepare(runtime, settings)
        await runtime.serve(build(runtime, settings))


if __name__ == "__main__":
    uvloop.run(main())
