from batou.lib.cron import PurgeCronTab
