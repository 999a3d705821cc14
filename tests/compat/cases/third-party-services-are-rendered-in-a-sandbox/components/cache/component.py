from batou.component import Component
from batou.lib.file import File
from batou_ext.http import HTTPBasicAuth
from batou_ext.memcached import Memcached


class Cache(Component):
    def configure(self):
        self += File("/etc/local/memcached", ensure="directory", leading=True)
        self += Memcached(port=11212, custom_config={"maxMemory": 64, "zebra": ["ä"]})
        self += HTTPBasicAuth(env_name="area", username="joe", password="pw", basic_auth_string="joe:x")
