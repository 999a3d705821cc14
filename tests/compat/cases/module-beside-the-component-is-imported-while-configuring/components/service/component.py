from batou.component import Component
from batou.lib.file import File


class Service(Component):

    def configure(self):
        import helper_of_the_service

        self.text = helper_of_the_service.TEXT
        self += File("text", content=self.text)
