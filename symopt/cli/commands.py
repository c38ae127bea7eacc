"""The commands in one table, in the order of the help: each has a module of its name in this folder."""

COMMANDS = {
    "derive": "Derive a loss: f, its gradient and its Hessian.",
    "run": "Walk methods on a loss and print every step.",
    "animate": "Walk methods on a loss and draw the descent.",
    "check": "Check derivatives written by hand: proved, equal where defined, different, undecided.",
    "analyze": "Explain a loss of one to three variables: critical points, safe steps, rates, each with its proof.",
    "sweep": "Walk from every pixel of a grid of starts, rates or letters, and map how each walk ends.",
    "explore": "Write one HTML page to play with a loss: drag the start, slide the learning rate.",
    "methods": "List the methods, or explain one: formula, parameters, reference, for and against.",
    "losses": "List the gallery of losses, or explain one: formula, window, start, minima, reference.",
    "words": "Explain the words of verdicts and tables: all of them, or one.",
}
