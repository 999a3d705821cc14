import sys

import wordlist


def main():
    print(f"greeter VERSION says {wordlist.GREETINGS[0]} to {sys.argv[1]}")
