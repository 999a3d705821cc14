from batou.component import Component
from batou_ext.archive import SingleUntar


class Demo(Component):
    def configure(self):
        self += SingleUntar(self.map("archive.tar.gz"), target=self.map("app-1.0"), strip=1, cleanup_markers_after_days=3)
