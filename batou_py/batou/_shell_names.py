"""How names of variables look in shell scripts. Offered by `batou.utils`, which loads it when it is used."""

import re

VARNAME_PATTERN = re.compile("^[a-zA-Z_][a-zA-Z_0-9]*$")
