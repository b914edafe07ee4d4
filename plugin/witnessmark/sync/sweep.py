"""Sweeps: the whole staff list and every copy of ours, page by page, resumed where one broke off.

A sweep asserts nothing by itself: what it does not meet is looked at by the deliveries after it.
Of what could not be read, nothing counts as missing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from witnessmark.application.readings import Whole, inventory, whole_of_staff, whole_staff
from witnessmark.application.sweeping import end_sweep, is_due, sweep_now
from witnessmark.domain.capabilities import ObjectKind
from witnessmark.sync.reading import Reader


async def sweep_when_due(reader: Reader, *, kinds: Collection[ObjectKind], is_asked: bool) -> bool:
    """Sweep if it was asked for or the manifest's time has come; return whether it was done.

    `kinds` are those that are sent there.
    """
    context, name = reader.context, reader.connection.id
    sweep = await reader.look(lambda work: sweep_now(work, name))
    every = timedelta(seconds=context.manifest.schedules.sweep)
    if not is_asked and not is_due(sweep, every=every, now=context.clock.now()):
        return False
    await _read(reader, whole_staff(name))
    is_whole = await reader.read(inventory(name, sweep), sweep.cursor)
    looked_for = kinds if is_whole else ()
    for whole in await reader.change(
        lambda work, act: whole_of_staff(work, name, manifest=context.manifest, act=act)
    ):
        await _read(reader, whole)
    await reader.change(
        lambda work, act: end_sweep(work, name, sweep=sweep, kinds=looked_for, act=act)
    )
    return True


async def _read(reader: Reader, whole: Whole) -> None:
    if await reader.read(whole.pull):
        await reader.change(whole.end)
