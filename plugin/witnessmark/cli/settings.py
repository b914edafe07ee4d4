"""`witnessmark settings`: the clinic's values for what the manifest defines."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import App

from witnessmark.application.configuring import set_value
from witnessmark.cli.desk import Desk, at_desk
from witnessmark.cli.exits import Exit
from witnessmark.cli.talk import EVERYWHERE, Everywhere

app = App(name="settings", help_format="plaintext")


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: what holds, and whether the clinic or the manifest said so."""

    key: str
    value: str
    said_by: str
    title: str


@dataclass(frozen=True, slots=True)
class SettingsResult:
    """Every setting."""

    settings: tuple[SettingLine, ...]


@app.command(name="list")
def list_settings(*, everywhere: Everywhere = EVERYWHERE) -> int:
    """Show every setting, what holds, and who said so."""
    return at_desk(everywhere, _show)


@app.command(name="set")
def set_setting(key: str, value: str, *, everywhere: Everywhere = EVERYWHERE) -> int:
    """Give a setting a value; a secret is given as env:NAME, file:PATH or keyring:SERVICE/NAME.

    Parameters
    ----------
    key
        The setting, as `witnessmark settings list` names it.
    value
        Its value.

    """

    def work(desk: Desk) -> int:
        with desk.context.store.change(desk.clinic.id) as store:
            set_value(store, desk.context.manifest, key=key, value=value, act=desk.act())
        return _show(desk)

    return at_desk(everywhere, work)


def _show(desk: Desk) -> int:
    with desk.context.store.look(desk.clinic.id) as store:
        stored = store.values.all()
    values = desk.context.manifest.values(stored)
    lines = tuple(
        SettingLine(
            one.key,
            _in_words(values.value(one.key)),
            "clinic" if one.key in stored else "manifest",
            one.title,
        )
        for one in desk.context.manifest.settings
    )
    rows = [(line.key, line.value, line.said_by, line.title) for line in lines]
    desk.talk.table("Settings", ["setting", "value", "said by", "what it does"], rows)
    desk.talk.result(SettingsResult(lines))
    return int(Exit.OK)


def _in_words(value: str | int | bool | None) -> str:  # noqa: FBT001 - whatever a setting holds
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
