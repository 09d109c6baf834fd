"""Source texts of the compiled kernels; see `noisytm.relaxation.assemble`, which puts them together.

These modules are not imported. Each is ordinary Python whose imports from this folder say what it needs; the
assembler lays them one after the other in a single module, with the algebra (real or min_plus) and the head
(interpreted, or written out for one shape) that is wanted. The step itself stands in `step` alone.
"""
