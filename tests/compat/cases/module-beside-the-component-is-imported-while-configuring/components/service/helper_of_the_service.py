TEXT = "from the module beside\n"
