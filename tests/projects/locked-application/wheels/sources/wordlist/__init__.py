GREETINGS = ["hello", "good morning"]  # VERSION
