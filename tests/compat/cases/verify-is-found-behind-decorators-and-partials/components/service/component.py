import functools

from batou.component import Component


def note(*words):
    with open("../notes", "a") as notes:
        notes.write(" ".join(map(str, words)) + "\n")


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kw):
        note("decorated", sorted(kw))
        return function(*args, **kw)

    return wrapper


class Plain(Component):

    @decorated
    def verify(self):
        note("plain")


class Predicting(Component):

    @decorated
    def verify(self, predicting=None):
        note("predicting", predicting)


class Keyword(Component):

    def verify(self, *, predicting):
        note("keyword", predicting)


class Any(Component):

    def verify(self, **kw):
        note("any", kw)


class Positional(Component):

    def verify(self, *args):
        note("positional", args)


class Static(Component):

    @staticmethod
    def verify(predicting):
        note("static", predicting)


class Class(Component):

    @classmethod
    def verify(cls, predicting):
        note("class", predicting)


class Partial(Component):

    verify = functools.partialmethod(lambda self, text, predicting: note(text, predicting), "partial")


class Assigned(Component):

    def configure(self):
        self.verify = lambda predicting: note("assigned", predicting)


class Service(Component):

    def configure(self):
        for part in (Plain, Predicting, Keyword, Any, Positional, Static, Class, Partial, Assigned):
            self += part()
