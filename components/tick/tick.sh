#!/bin/sh
# {{batou_generated_header}}
# The new time replaces the old one at once, so that nobody reads half of it.
while true; do
    date '+%Y-%m-%d %H:%M:%S' > time.txt.new && mv time.txt.new time.txt
    sleep {{component.interval}}
done
