"""Every code a manifest's problems can have, with what mends it. The reference is made of it."""

from __future__ import annotations

FILE_MENDS = {
    "action_unheld": "Give the action to a role.",
    "authority_contradicts": "Choose `ask` or `theirs`, or give authority to witnessmark.",
    "capability_unmentioned": "Add it: whether it is required, and what happens without it.",
    "chain_empty": "Write at least `[local]`.",
    "chain_ends_elsewhere": "Write `local` at the end, and only there.",
    "choices_out_of_place": "Give choices to a setting of type `choice`, and to no other.",
    "kind_undeclared": "Declare it; `enabled: false` switches it off.",
    "not_canonical": "Write an absolute https URL without trailing slash, query or fragment.",
    "not_semver": "Write a semantic version such as 1.4.0.",
    "operator_not_a_person": "Give the action to people's roles only.",
    "range_out_of_place": "Give `minimum` and `maximum`, in that order, to integers only.",
    "retention_out_of_range": "Choose from 6 to 50 years.",
    "said_twice": "Keep one.",
    "schedule_out_of_range": "Choose from 5s to 7d.",
    "scope_of_one_client": "Ask for `system/` or `user/`; the plugin opens no client's chart.",
    "scope_unreadable": "Write it as SMART v2 does: `system/Type.cruds`, letters in that order.",
    "scope_wildcard": "Name each resource type: the least scopes that will do.",
    "secret_not_text": "Make it `type: text`.",
    "secret_with_default": "Remove the default; the clinic gives a reference.",
    "secret_written_out": "Remove it, and treat the secret as leaked.",
    "setting_default_missing": "Give it a default.",
    "setting_default_wrong": "Correct the default.",
    "setting_twice": "Rename one.",
}

JOINT_MENDS = {
    "capability_unoffered": "Say `required: false`, or install an adapter that can do it.",
    "host_not_installed": "Install its adapter, or remove the host.",
    "pack_unnamed": "Name it, so that a clinic can use it.",
    "pack_unshipped": "Correct the name, or remove it.",
    "profile_unknown": "Choose a profile that the adapter has.",
    "projection_unoffered": "Remove it from the chain.",
    "scope_undeclared": "Add the scope, or stop asking for the capability.",
    "scope_unused": "Remove what nothing uses.",
}

MENDS = FILE_MENDS | JOINT_MENDS
