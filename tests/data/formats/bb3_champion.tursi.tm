# five ones after 21 steps
#! start A   #! end H
#! fill 0
A 0 1 R B    # the cells that are empty
A 1 1 > H
B	0	1	-1	B
B 1 0 r C
C 0 1 L C
C 1 1 < A
