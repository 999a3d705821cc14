# The house has its own way to greet.
s/, this is/ from the workshop, this is/
