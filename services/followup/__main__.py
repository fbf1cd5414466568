"""`python -m services.followup`: settings → app → run."""

import uvloop

from services.followup.app import build
from services.followup.settings import Settings
from shared.runtime import Runtime


async def main() -> None:
    """Run until SIGTERM or SIGINT."""
    settings = Settings()
    async with Runtime.open("followup", settings) as runtime:
        app = build(runtime, settings)
        await runtime.serve(app)


if __name__ == "__main__":
    uvloop.run(main())
