"""The exact learning coefficient of a code, its certificate, and how it changes with the number of steps."""

from noisytm import SynthesisProblem, learning_coefficient, library, words

machine = library.machine("detectA")
inputs = words("AB", max_length=2)

print("steps   pseudo-utm   mean-field   used tuples   dimension")
for steps in (3, 4, 6, 10):
    problem = SynthesisProblem.of_machine(machine, inputs=inputs, steps=steps)
    results = [learning_coefficient(problem, machine, semantics=s) for s in ("pseudo-utm", "mean-field")]
    first, second = (f"{result.value}" for result in results)
    bounds = results[0].bounds
    print(f"{steps:5}   {first:>10}   {second:>10}   {bounds.used_tuples!s:>11}   {bounds.dimension!s:>9}")

# The value comes with a proof: costs v of the errors from above, weighted fatal syndromes from below.
problem = SynthesisProblem.of_machine(machine, inputs=inputs, steps=4)
result = learning_coefficient(problem, machine)
result.certificate.verify()
print(f"\nafter 4 steps: learning coefficient {result.value}, multiplicity {result.multiplicity}")
names = result.certificate.coordinates
for row in result.certificate.dual[:6]:
    errors = " and ".join(f"{names[j]}" + (f" ×{count}" if count > 1 else "") for j, count in row.syndrome)
    print(f"  weight {row.weight!s:>4}: {errors}")
