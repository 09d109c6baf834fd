; five ones after 21 steps

; the finite set of states
#Q = {A,B,C,halt_accept}

; the finite set of input symbols
#S = {1}

; the complete set of tape symbols
#G = {_,1}

; the start state
#q0 = A

; the blank symbol
#B = _

; the set of final states
#F = {halt_accept}

; the number of tapes
#N = 1

; the transition functions
A _ 1 r B
A * * r halt_accept
B _ 1 l B
B 1 _ r C  ; the only step that clears a cell
C _ 1 l C
C 1 1 l A
