package geo

import (
	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Index finds values by bounding box, on an R-tree. The zero Index is empty and ready. Any number of goroutines may search it while
// nobody changes it.
type Index[T comparable] struct{ tree rtree.RTreeG[T] }

// Insert adds a value under a box; a value may be added several times.
func (x *Index[T]) Insert(box orb.Bound, value T) { x.tree.Insert(box.Min, box.Max, value) }

// Delete takes out one value that was inserted under exactly this box, if there is one.
func (x *Index[T]) Delete(box orb.Bound, value T) { x.tree.Delete(box.Min, box.Max, value) }

// Len is the number of values.
func (x *Index[T]) Len() int { return x.tree.Len() }

// Search calls yield with every value whose box meets the given box, until yield returns false. The order depends on the order of
// insertion only.
func (x *Index[T]) Search(box orb.Bound, yield func(T) bool) {
	x.tree.Search(box.Min, box.Max, func(_, _ [2]float64, value T) bool { return yield(value) })
}
