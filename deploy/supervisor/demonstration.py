"""The demo stream, with its progress on the console."""

from typing import Any

from deploy.supervisor.voice import Voice


async def play(run: dict[str, Any], demo_key: str, voice: Voice, *, again: bool = False) -> int | None:
    """Play the demo into a system that is empty (or `again`); how many complaints were taken, None when not played.

    `run` is the content of `run.json`.
    """
    # Here, because only a run that plays it should pay for loading it.
    from deploy.demo.stream import Demo

    demo = Demo(run, demo_key)
    if not again and not await demo.wanted():
        return None
    with voice.progress("演示投诉 · demo complaints") as told:
        return await demo.play(told)
