from batou.lib.nagios import NagiosServer
