from batou.lib.logrotate import Logrotate
