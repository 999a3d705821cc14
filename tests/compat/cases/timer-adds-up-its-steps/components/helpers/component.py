from batou.component import Component
from batou.lib.file import File
from batou.utils import Timer, format_duration


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        results.append([format_duration(seconds) for seconds in (None, 0, 0.001, 1.239, 59.99, 60, 61.9, 3600, 3661.7)])
        timer = Timer()
        results.append((timer.tag, dict(timer.durations), timer.above_threshold(a=1, total=0), timer.humanize(), timer.humanize("total", "a")))
        timer.durations["a"] += 1.5
        timer.durations["b"] += 70.2
        results.append((timer.above_threshold(a=1, b=70.2, c=3, total=71), timer.above_threshold(a=2), timer.humanize("a", "b", "c", "total")))
        timer = Timer("named")
        for step in ("x", "y", "x"):
            with timer.step(step):
                pass
        results.append((timer.tag, list(timer.durations)))
        results.append(outcome(lambda: timer.step("total").__enter__()))
        results.append(type(self.timer) is Timer)
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
