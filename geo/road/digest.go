package road

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Digest identifies everything in the network that can change a time, whatever the order of ways, nodes and restrictions: SHA-256 in
// hex. Names do not count. Cost: some hundred nanoseconds per node.
func (n *Network) Digest() string {
	digest := digester{sum: sha256.New()}
	for _, i := range sortedIndexes(len(n.Ways), func(x, y int) int {
		a, b := &n.Ways[x], &n.Ways[y]
		return cmp.Or(cmp.Compare(a.ID, b.ID), slices.Compare(a.NodeIDs, b.NodeIDs))
	}) {
		way := &n.Ways[i]
		digest.number(way.ID)
		digest.text(way.Tags.canonical())
		digest.number(int64(len(way.NodeIDs)))
		for k, id := range way.NodeIDs {
			digest.number(id)
			digest.number(int64(math.Round(way.Line[k][0] * 1e7)))
			digest.number(int64(math.Round(way.Line[k][1] * 1e7)))
		}
	}
	for _, i := range sortedIndexes(len(n.Nodes), func(x, y int) int { return cmp.Compare(n.Nodes[x].ID, n.Nodes[y].ID) }) {
		digest.number(n.Nodes[i].ID)
		digest.text(n.Nodes[i].Tags.canonical())
	}
	for _, i := range sortedIndexes(len(n.Restrictions), func(x, y int) int { return n.Restrictions[x].compare(n.Restrictions[y]) }) {
		digest.restriction(n.Restrictions[i])
	}
	return digest.hex()
}

func (r Restriction) compare(o Restriction) int {
	return cmp.Or(cmp.Compare(r.ID, o.ID), cmp.Compare(r.From, o.From), cmp.Compare(r.To, o.To), cmp.Compare(r.ViaNode, o.ViaNode),
		slices.Compare(r.ViaWays, o.ViaWays), cmp.Compare(r.Kind, o.Kind))
}

func sortedIndexes(n int, compare func(x, y int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, compare)
	return order
}

type digester struct {
	sum    hash.Hash
	buffer []byte
}

func (d *digester) number(n int64) {
	d.buffer = binary.LittleEndian.AppendUint64(d.buffer, uint64(n))
	if len(d.buffer) > 1<<16 {
		d.flush()
	}
}

func (d *digester) text(s string) {
	d.number(int64(len(s)))
	d.buffer = append(d.buffer, s...)
}

func (d *digester) restriction(r Restriction) {
	for _, n := range []int64{r.ID, r.From, r.ViaNode, r.To, int64(len(r.ViaWays)), int64(len(r.Except))} {
		d.number(n)
	}
	for _, way := range r.ViaWays {
		d.number(way)
	}
	for _, s := range append([]string{r.Kind, r.Vehicle}, r.Except...) {
		d.text(s)
	}
}

func (d *digester) flush() {
	_, _ = d.sum.Write(d.buffer) // a hash never fails
	d.buffer = d.buffer[:0]
}

func (d *digester) hex() string {
	d.flush()
	return hex.EncodeToString(d.sum.Sum(nil))
}

// Bounds is the box around all roads; a network without any has an empty box.
func (n *Network) Bounds() orb.Bound {
	bounds := emptyBound()
	first := true
	for i := range n.Ways {
		if len(n.Ways[i].Line) == 0 || classOf(n.Ways[i].Tags) == "" {
			continue
		}
		if first {
			bounds, first = n.Ways[i].Line.Bound(), false
		} else {
			bounds = bounds.Union(n.Ways[i].Line.Bound())
		}
	}
	return bounds
}
