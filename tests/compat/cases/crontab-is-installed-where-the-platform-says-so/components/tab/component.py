import os

os.environ["PATH"] = "@SANDBOX@/project/components/tab/bin:" + os.environ["PATH"]

from batou.lib.cron import CronTab
