from batou._output import Output, TestBackend
from batou.component import Component
from batou.lib.file import File


def outcome(function, *arguments, **keywords):
    """What a call gives, or the name of its exception."""
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return type(error).__name__


class Helpers(Component):
    def configure(self):
        results = []
        for call, arguments in (("line", ("x",)), ("annotate", ("x",)), ("section", ("x",)), ("sep", ("=", "x")), ("tabular", ("k", "v")),
                                ("step", ("c", "m")), ("error", ("x",)), ("warn", ("x",))):
            output = Output(TestBackend())
            output.buffer("line", "waiting", icon="I")
            output.buffer("annotate", "too")
            output.line("hidden", debug=True)
            results.append(output.backend.output)
            getattr(output, call)(*arguments)
            results.append(output.backend.output)
        output = Output(TestBackend())
        output.buffer("line", "dropped")
        output.clear_buffer()
        output.flush_buffer()
        output.buffer("step", "c", "m")
        output.flush_buffer()
        output.flush_buffer()
        results.append(output.backend.output)
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
