// Package field computes the area from which a facility is reached in time.
//
// # The definition
//
// The time T(x) from a place x is the least, over all stretches of road, of walking straight from x to a position on the stretch (at
// the off-road speed w, at most the cap, crossing no wall) and travelling on along the roads to the facility; or of walking straight to
// a facility that allows it. The area of a limit t is {x : T(x) ≤ t}. So a longer limit contains a shorter one, a road or facility more
// never takes a place away, and nothing farther than the cap from a usable road is ever covered.
//
// On a straight piece of road the best position to meet it follows from Snell's law, and T is a closed formula, not a sample: the
// grid, the vertices of the borders and single places ([Field.At], [Field.Class]) all ask the same function. Distances are those of
// the equirectangular plane at the latitude of the piece of road; on a walk of 200 m they are within 1 cm of the sphere.
//
// # What the grid adds
//
// [Field.Contours] is exact at the nodes of the grid and at its own vertices. Between them a border may be off by less than a cell, and
// what is narrower than a cell may be missed. [Field.Areas] gives bounds of the true size that hold whatever the grid. Where neither
// the cap nor a wall decides, T changes by at most 1/w per metre, so that interpolating it between nodes errs by at most
// [Field.TimeErrorMs] = step/(√2·w).
//
// Results depend on nothing but the input and the frame: not on the order of edges, the number of workers, or the updates before.
package field
