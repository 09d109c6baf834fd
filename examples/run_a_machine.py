"""Run machines exactly: one from the library, one written here, and one in two parts."""

from noisytm import TuringMachine, library, run

champion = run(library.machine("bb5"))
print(f"bb5: {champion.reason} after {champion.steps:,} steps, {champion.score:,} cells not blank")

# A machine that walks to the end of its word and says whether the number of 1s is even or odd.
parity = TuringMachine(
    symbols=["_", "1"],
    blank="_",
    states=["even", "odd", "done-even", "done-odd"],
    start="even",
    halting=["done-even", "done-odd"],
    tuples=[
        ("_", "even", "_", "done-even", "S"),
        ("_", "odd", "_", "done-odd", "S"),
        ("1", "even", "1", "odd", "R"),
        ("1", "odd", "1", "even", "R"),
    ],
)
for word in ("", "1", "11", "111"):
    print(f"parity of {word or 'the empty word'}: {run(parity, word).state}")

# A run that ends for lack of steps can be taken up again; tuples that are never used show in the counts.
checker = library.machine("parityCheck")
first = run(checker, "ABBA", max_steps=10)
then = run(checker, max_steps=30, start=first.configuration, visited=True)
print(f"parityCheck on ABBA: {first.state} after {first.steps} steps, {then.state} after {then.steps}")
print(f"steps 11 to 30 use {len(then.visited or ())} of {len(checker.tuples)} tuples")
