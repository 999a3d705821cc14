"""Measured durations. Offered by `batou.utils`, which loads it when it is used."""

import time
from _collections import defaultdict

import batou


class _Step:
    __slots__ = ("_timer", "_note", "_start")

    def __init__(self, timer, note):
        self._timer = timer
        self._note = note

    def __enter__(self):
        self._start = time.monotonic()

    def __exit__(self, kind, error, traceback):
        seconds = time.monotonic() - self._start
        timer = self._timer
        timer.durations[self._note] += seconds
        if batou.output.enable_debug:
            batou.output.annotate(f"Timer {timer.tag}: {self._note} took {seconds:.2f} seconds", debug=True)


class Timer:
    """Measures the steps of something."""

    TimerContext = _Step

    def __init__(self, tag=None):
        self.durations = defaultdict(float)
        self.tag = tag

    def step(self, note):
        """Context manager: adds the time spent inside to the step ``note``."""
        if note == "total":
            raise ValueError("Cannot use 'total' as a step name")
        return _Step(self, note)

    def above_threshold(self, **thresholds):
        """Says whether steps (or "total", their sum) took longer than the given seconds. Returns ``(bool, [steps])``."""
        durations = self._with_total()
        above = [name for name, limit in thresholds.items() if name in durations and durations[name] > limit]
        return bool(above), above

    def humanize(self, *steps):
        """Returns the durations of steps for people."""
        durations = self._with_total()
        return ", ".join(f"{step}={format_duration(durations.get(step))}" for step in steps)

    def _with_total(self):
        return {**self.durations, "total": sum(self.durations.values())}


def format_duration(duration):
    """Returns seconds (or None, if there was nothing to measure) for people."""
    if duration is None:
        return "∅"
    if duration < 60:
        return f"{duration:.2f}s"
    minutes, seconds = divmod(int(duration), 60)
    return f"{minutes}m{seconds}s"


Timer.__module__ = format_duration.__module__ = "batou.utils"
