from batou.component import Component, HookComponent


class Job(HookComponent):

    namevar = "name"
    key = "example:Job"


class Provider(Component):

    def configure(self):
        self += Job("first")
        self += Job("second")
