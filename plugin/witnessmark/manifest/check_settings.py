"""Judges setting definitions: each is whole, and its default is a value it could have."""

from __future__ import annotations

from collections.abc import Iterator

from witnessmark.declared import Path_
from witnessmark.manifest.everywhere import Found
from witnessmark.manifest.model import Manifest
from witnessmark.manifest.settings import SettingDefinition, SettingType


def judge_settings(manifest: Manifest) -> Iterator[Found]:
    """Yield what is wrong with each definition."""
    seen: set[str] = set()
    for index, setting in enumerate(manifest.settings):
        path: Path_ = ("settings", index)
        if setting.key in seen:
            yield Found("setting_twice", (*path, "key"), f"{setting.key} is defined twice.")
        seen.add(setting.key)
        yield from list(_shape(setting, path)) or _default(setting, path)


def _shape(setting: SettingDefinition, path: Path_) -> Iterator[Found]:
    if (setting.type is SettingType.CHOICE) != bool(setting.choices):
        message = f"{setting.key} is of type {setting.type} and has {len(setting.choices)} choices."
        yield Found("choices_out_of_place", path, message)
    low, high = setting.minimum, setting.maximum
    bounded = low is not None or high is not None
    if bounded and setting.type is not SettingType.INTEGER:
        message = f"{setting.key} is of type {setting.type} and has a range."
        yield Found("range_out_of_place", path, message)
    elif low is not None and high is not None and low > high:
        yield Found("range_out_of_place", path, f"{setting.key} has an empty range.")
    if setting.secret and setting.type is not SettingType.TEXT:
        message = f"{setting.key} is secret and of type {setting.type}."
        yield Found("secret_not_text", (*path, "type"), message)


def _default(setting: SettingDefinition, path: Path_) -> Iterator[Found]:
    default: Path_ = (*path, "default")
    if setting.secret and setting.default is not None:
        message = f"{setting.key} is secret and has a default."
        yield Found("secret_with_default", default, message)
    elif setting.default is None and not setting.secret:
        yield Found("setting_default_missing", path, f"{setting.key} has no default.")
    elif not setting.secret and (wrong := setting.wrong(setting.default)):
        message = f"The default of {setting.key} does not fit: {wrong}."
        yield Found("setting_default_wrong", default, message)
