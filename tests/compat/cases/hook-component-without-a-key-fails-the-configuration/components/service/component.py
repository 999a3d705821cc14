from batou.component import Component, HookComponent


class Job(HookComponent):
    pass


class Service(Component):

    def configure(self):
        self += Job()
