from batou.component import Component
from batou.lib.file import File


class Context(Component):

    word = "from the context"


class Files(Component):

    word = "from the parent"

    def configure(self):
        self += Context()
        context = self._
        self += File("plain", content="{{component.word}} {{args}}\n")
        self += File("args", content="{{args.number}} {{args['text']}} {{component.word}}\n",
                     template_args={"number": 5, "text": "five"})
        self += File("context", content="{{component.word}}\n", template_context=context)
        self += File("both", source="template.txt", template_context=context, template_args={"number": 6})
