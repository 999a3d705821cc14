from batou.component import Component
from batou.lib.file import File


class Commands(Component):

    word = "expanded"

    def configure(self):
        results = [
            self.cmd("echo plain"),
            self.cmd("echo {{component.word}} on {{host.name}}"),
            self.cmd("echo '{{'", expand=False),
            self.cmd("echo problem >&2; exit 3", ignore_returncode=True),
            self.cmd("echo $COMPAT_VARIABLE $OWN", env={"OWN": "own"}),
            self.cmd("cat"),
            self.cmd("printf 'gr\\303\\274n \\377'"),
            self.cmd(["echo", "one", "two words"], expand=False),
        ]
        with self.chdir("/"):
            results.append(self.cmd("pwd"))
        try:
            self.cmd("echo out; echo error >&2; exit 4")
        except RuntimeError as error:
            results.append((type(error).__name__, error.returncode, error.stdout, error.stderr))
        process = self.cmd("echo process; exit 5", communicate=False)
        results.append(process.communicate())
        results.append(process.returncode)
        self += File("results", content="\n".join(map(repr, results)) + "\n", is_template=False)
