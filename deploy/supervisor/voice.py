"""What a run says on the console: few lines, Chinese and English."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from deploy.settings import RunSettings


class Voice:
    """Speaks, and never fails for want of a listener: a closed terminal must not stop the system."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")
        self._console = Console(highlight=False, soft_wrap=True)

    def title(self) -> None:
        """The first line."""
        self._print("[bold]psc[/]  地铁乘客服务中心 · passenger-service centre")

    def doing(self, text: str) -> None:
        """A step that takes a while has begun."""
        self._print(f"  [dim]…[/] {text}")

    def done(self, name: str, text: str, seconds: float) -> None:
        """A step is finished."""
        self._print(f"  [green]✓[/] {name:<11}{text}  [dim]{seconds:.1f} s[/]")

    def notice(self, text: str) -> None:
        """Something happened that an operator wants to know."""
        self._print(f"  [yellow]![/] {text}")

    def ready(self, settings: RunSettings, seconds: float) -> None:
        """Where to look, how to log in, what to try."""
        urls, folder = settings.ports.urls, _shown(settings.data_dir)
        rows = (
            ("看板", "dashboard", f"{urls['reporting']}/dashboard"),
            ("试算", "trial", f"{urls['routing']}/trial"),
            ("受理", "intake", f"{urls['intake']}/docs"),
            ("分派", "routing", f"{urls['routing']}/docs"),
            ("跟进", "follow-up", f"{urls['followup']}/docs"),
            ("登录", "log in", f"L1 L2 L3 L4 L5 admin, 密码 passwords: {folder}/run.json"),
            ("令牌", "token", ".venv/bin/psc token L3"),
            ("日志", "logs", f"{folder}/logs"),
        )
        self._print(f"\n[bold green]已就绪[/] · [bold]ready[/]  [dim]{seconds:.1f} s[/]")
        for zh, en, text in rows:
            self._print(f"  {zh}  {en:<11}{text}")
        self._print("\n试一试 · try:", style="bold")
        self._print(first_request(urls["intake"]), markup=False)
        self._print("\nCtrl-C 停止,数据保留 · Ctrl-C stops, the data stays\n", style="dim")

    @contextlib.contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """A bar on a terminal, a line per quarter elsewhere; it is told how many of how many are done."""
        if self._console.is_terminal:
            with Progress(console=self._console, transient=True) as bar:
                task = bar.add_task(title)
                yield lambda done, all_: bar.update(task, completed=done, total=all_)
        else:
            yield lambda done, all_: self._quarter(title, done, all_)
        self._print(f"  [green]✓[/] {title}")

    def _quarter(self, title: str, done: int, all_: int) -> None:
        if done * 4 // all_ > (done - 1) * 4 // all_:
            self.doing(f"{title}: {done}/{all_}")

    def stopping(self) -> None:
        """The end has begun."""
        self._print("\n正在停止 · stopping")

    def stopped(self, seconds: float) -> None:
        """The last line."""
        self._print(f"已停止 · stopped  [dim]{seconds:.1f} s[/]")

    def _print(self, what: object, **how: object) -> None:
        with contextlib.suppress(OSError):
            self._console.print(what, **how)  # type: ignore[arg-type]


def first_request(intake: str) -> str:
    """A complaint to file with curl."""
    return (
        f"curl -s {intake}/v1/complaints \\\n"
        '  -H "Authorization: Bearer $(.venv/bin/psc token terminal)" \\\n'
        '  -H "Idempotency-Key: $(date +%s%N)" -H "Content-Type: application/json" \\\n'
        """  -d '{"channel": "terminal", "text": "二号线人民广场站闸机多扣了我两块钱", "station": "人民广场"}'"""
    )


def _shown(folder: Path) -> Path:
    """Relative to where we are, when that is shorter."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
