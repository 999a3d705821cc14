from batou.component import Component
from batou.lib.file import File


class Files(Component):

    def configure(self):
        self += File("directory", ensure="directory")
        self += File("deep/er/directory", ensure="directory", leading=True)
        self += File("very/deep/file", content="deep\n", leading=True)
        self += File("link", ensure="symlink", link_to="very/deep/file")
        self += File("dangling", ensure="symlink", link_to="/nonexistent/target")
        self += File("directory/inside", content="inside\n")
