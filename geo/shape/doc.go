// Package shape holds set operations on areas: union, intersection, difference, clipping, repair, containment, a point inside,
// simplification.
//
// Areas are [github.com/paulmach/orb.MultiPolygon] with x east and y north, in any unit; results are valid in the OGC sense, closed,
// and wind by the right-hand rule of RFC 7946 (outer rings anticlockwise, holes clockwise). The planar operations are those of
// github.com/peterstace/simplefeatures; its errors and panics become errors here, and no input is changed.
package shape
