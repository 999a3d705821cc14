import batou.lib.debian


class Rot(batou.lib.debian.Logrotate):
    pass


Rot._add_platform("debian", batou.lib.debian.LogrotateCronjob)
