from batou.c.service import Base


class Derived(Base):

    label = "derived"
