from batou.lib.cron import CronTab
