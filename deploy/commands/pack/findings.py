"""What a dry run found, as calm tables or as JSON; case numbers, labels and rules, never words."""

from collections.abc import Mapping
from itertools import groupby, islice
from typing import Any

from rich.table import Table

from deploy.commands.pack.sample import Sample
from deploy.commands.setup import out
from services.routing.policy.trial import LABELS, Trial
from shared.clock import rfc3339
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Language

MOST_ROWS = 40
COUNTED_THEN = ("thresholds.persistent_days", "thresholds.professional_days")

Fields = Mapping[str, tuple[str, str]]

TEXTS: dict[Language, dict[str, str]] = {
    Language.ZH: {
        "title": "试算 {pack},对照 {base};没有发布,也没有保存任何内容",
        "looked": "看了 {looked} 件投诉({first} 至 {last})",
        "none": "没有可以试算的投诉:主题里只保留 7 天,且须已判定",
        "undecided": "另有 {undecided} 件尚未判定,或没有留下可重算的依据",
        "alike": "按各自当时的版本重算,全部与当时一致",
        "unlike": "注意:{count} 件按当时的版本重算已与当时不同(软件版本有变),如 {some}",
        "changed": "会改变的:{changed} 件",
        "label": "标签",
        "count": "件数",
        "share": "占比",
        "old": "现在",
        "new": "改后",
        "number": "编号",
        "change": "改变",
        "rule": "依据规则",
        "more": "……还有 {more} 行,--json 给出全部",
        "fields": "政策包本身的改动(时限、权限的改动只列在这里,对生效后开始的时钟和操作有效):",
        "same": "与 {base} 相比,除版本与生效时间外没有改动",
        "then": "注意:历史次数是按当时的天数计的,改天数的效果这里只能看到一部分",
    },
    Language.EN: {
        "title": "Trying {pack} beside {base}; nothing is published or stored",
        "looked": "{looked} complaints looked at ({first} to {last})",
        "none": "no complaints to try it on: their topic holds a week, and they must have been decided",
        "undecided": "{undecided} more are not decided yet, or nothing was kept to decide them again with",
        "alike": "decided again under their own versions, all come out as they did",
        "unlike": "note: {count} come out otherwise than they did even under their own version "
        "(the software has changed), such as {some}",
        "changed": "would change: {changed}",
        "label": "label",
        "count": "complaints",
        "share": "share",
        "old": "now",
        "new": "after",
        "number": "number",
        "change": "change",
        "rule": "rule",
        "more": "… and {more} more rows; --json gives all",
        "fields": "What the pack itself says otherwise (other terms and powers show only here: they hold for clocks "
        "that start, and for what is done, after it takes effect):",
        "same": "it says nothing else than {base} but for version and time",
        "then": "note: history was counted over the days of its time; what other days would do shows only in part",
    },
}


def show(pack: Pack, base: Pack | None, sample: Sample, trial: Trial, fields: Fields, language: Language) -> None:
    """Print what was found."""
    say = TEXTS[language]
    out.print(say["title"].format(pack=pack.id, base=base.id if base else "-"), style="bold", markup=False)
    _scope(sample, trial, say)
    out.print()
    if trial.changes:
        out.print(_labels(trial, say), "", _moves(trial, say), "", sep="\n")
        _rows(_changes(trial, say), len(_by_number(trial)), say)
    _fields(fields, base, say)


def as_json(pack: Pack, base: Pack | None, sample: Sample, trial: Trial, fields: Fields) -> dict[str, Any]:
    """The same for programs, whole."""
    return {
        "pack": pack.id,
        "base": base.id if base else None,
        "looked": trial.looked,
        "undecided": sample.undecided,
        "changed": trial.changed,
        "by_label": trial.by_label(),
        "moves": {
            label: [{"old": old, "new": new, "count": count} for (old, new), count in trial.moves(label).items()]
            for label in LABELS
        },
        "changes": [
            {"number": c.number, "label": c.label, "old": c.old, "new": c.new, "rule": c.rule} for c in trial.changes
        ],
        "unlike": trial.unlike,
        "fields": [{"field": path, "old": old, "new": new} for path, (old, new) in fields.items()],
    }


def _scope(sample: Sample, trial: Trial, say: Mapping[str, str]) -> None:
    if not sample.cases:
        out.print(say["none"], markup=False)
    else:
        first, last = (rfc3339(sample.cases[place].complaint.received_at)[:19] + "Z" for place in (0, -1))
        out.print(say["looked"].format(looked=trial.looked, first=first, last=last), markup=False)
    if sample.undecided:
        out.print(say["undecided"].format(undecided=sample.undecided), markup=False)
    if trial.unlike:
        some = ", ".join(trial.unlike[:3])
        out.print(say["unlike"].format(count=len(trial.unlike), some=some), style="yellow", markup=False)
    elif sample.cases:
        out.print(say["alike"], markup=False)
    out.print(say["changed"].format(changed=trial.changed), style="bold", markup=False)


def _labels(trial: Trial, say: Mapping[str, str]) -> Table:
    table = _table(say["label"], say["count"], say["share"])
    for label, count in trial.by_label().items():
        table.add_row(label, str(count), f"{count / trial.looked:.1%}")
    return table


def _moves(trial: Trial, say: Mapping[str, str]) -> Table:
    table = _table(say["label"], say["old"], say["new"], say["count"])
    for label in LABELS:
        for (old, new), count in trial.moves(label).items():
            table.add_row(label, old, new, str(count))
    return table


def _by_number(trial: Trial) -> list[tuple[str, str, str]]:
    """A row for each complaint: its number, what would change, and the rules that would settle it."""
    return [
        (
            number,
            "; ".join(f"{c.label} {c.old} → {c.new}" for c in found),
            ", ".join(dict.fromkeys(c.rule for c in found)),
        )
        for number, group in groupby(trial.changes, key=lambda change: change.number)
        for found in [list(group)]
    ]


def _changes(trial: Trial, say: Mapping[str, str]) -> Table:
    table = _table(say["number"], say["change"], say["rule"])
    for row in islice(_by_number(trial), MOST_ROWS):
        table.add_row(*row)
    return table


def _fields(fields: Fields, base: Pack | None, say: Mapping[str, str]) -> None:
    if base is None:
        return
    if not fields:
        out.print(say["same"].format(base=base.id), markup=False)
        return
    out.print(say["fields"], markup=False)
    table = _table("", say["old"], say["new"])
    for path, (old, new) in islice(fields.items(), MOST_ROWS):
        table.add_row(path, old, new)
    _rows(table, len(fields), say)
    if any(name in fields for name in COUNTED_THEN):
        out.print(say["then"], style="yellow", markup=False)


def _rows(table: Table, all_: int, say: Mapping[str, str]) -> None:
    out.print(table)
    out.print()
    if all_ > MOST_ROWS:
        out.print(say["more"].format(more=all_ - MOST_ROWS), markup=False)


def _table(*titles: str) -> Table:
    table = Table(box=None, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
