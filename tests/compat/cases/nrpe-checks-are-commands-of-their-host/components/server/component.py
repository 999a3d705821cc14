from batou.lib.nagios import NRPEHost
