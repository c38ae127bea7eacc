"""The sheet that pictures are drawn on: sizes, text, colours, ranges, and what passes between a picture and a movie."""
