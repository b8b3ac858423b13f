package locate

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// ReadPMed reads an OR-Library p-median file (Beasley 1985): nodes, edges and p, then one line per edge with its two nodes
// and length; of an edge that is given twice the last one counts. Every node is a demand point of one person and a
// candidate; costs are shortest paths. Cost: cubic in the number of nodes, which is limited to 5,000.
func ReadPMed(r io.Reader) (m *Matrix, p int, err error) {
	sc := bufio.NewScanner(r)
	sc.Split(bufio.ScanWords)
	word := 0
	next := func(what string, low, high int) int {
		if err != nil {
			return low
		}
		word++
		if !sc.Scan() {
			err = fmt.Errorf("reading p-median file: ends before word %d (%s)", word, what)
			if sc.Err() != nil {
				err = fmt.Errorf("reading p-median file: %w", sc.Err())
			}
			return low
		}
		v, bad := strconv.Atoi(sc.Text())
		if bad != nil || v < low || v > high {
			err = fmt.Errorf("reading p-median file: word %d is %q, want %s from %d to %d", word, sc.Text(), what, low, high)
			return low
		}
		return v
	}
	nodes, edges := next("number of nodes", 1, 5000), next("number of edges", 0, 25_000_000)
	p = next("p", 0, 5000)
	if err != nil {
		return nil, 0, err
	}
	d := newDistances(nodes)
	for range edges {
		a, b := next("node", 1, nodes)-1, next("node", 1, nodes)-1
		length := next("length", 0, (noPath-1)/nodes) // so that no path is too long for 32 bits
		if err != nil {
			return nil, 0, err
		}
		d.set(a, b, uint32(length))
	}
	d.close()
	m, err = d.matrix()
	return m, p, err
}

// distances is a square table of path lengths.
type distances struct {
	n    int
	cell []uint32
}

const noPath = 1<<32 - 1

func newDistances(n int) *distances {
	d := &distances{n: n, cell: make([]uint32, n*n)}
	for k := range d.cell {
		d.cell[k] = noPath
	}
	for i := range n {
		d.cell[i*n+i] = 0
	}
	return d
}

func (d *distances) set(a, b int, length uint32) {
	if a != b {
		d.cell[a*d.n+b], d.cell[b*d.n+a] = length, length
	}
}

// close replaces lengths by shortest paths (Floyd 1962).
func (d *distances) close() {
	n := d.n
	for k := range n {
		via := d.cell[k*n : k*n+n]
		for i := range n {
			first := d.cell[i*n+k]
			if first == noPath {
				continue
			}
			row := d.cell[i*n : i*n+n]
			for j, second := range via {
				if sum := uint64(first) + uint64(second); sum < uint64(row[j]) {
					row[j] = uint32(sum)
				}
			}
		}
	}
}

func (d *distances) matrix() (*Matrix, error) {
	b := NewBuilder(d.n)
	for i := range d.n {
		var js []int32
		var costs []int64
		for j, c := range d.cell[i*d.n : i*d.n+d.n] {
			if c != noPath {
				js, costs = append(js, int32(j)), append(costs, int64(c))
			}
		}
		if err := b.Add(js, costs); err != nil {
			return nil, err
		}
	}
	return b.Matrix(), nil
}
