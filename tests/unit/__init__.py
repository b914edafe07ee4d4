"""Tests of one piece at a time: no network, no clock, no other room."""
