pytest_plugins = ["batou.fixtures"]
