package locate

import (
	"cmp"
	"slices"
)

// median is the p-median problem in its bare form, all costs already multiplied by people:
//
//	min Σ_{i∈S} price_i + Σ_j min(rest_j, min_{i∈S} cost_ij)   over S ⊇ locked, |S| ≤ pick
//
// rest is what a point costs when no chosen site is cheaper: the nearest fixed site, or the price of being left out.
// Only pairs cheaper than rest are stored, by demand in ascending cost and by candidate.
type median struct {
	demands, columns int
	pick             int
	role             []int8
	rest             []int64
	price            []int64 // column → cost of opening it; negative: a premium

	rowStart []int32
	rowCol   []int32
	rowCost  []int64

	colStart []int32
	colRow   []int32
	colCost  []int64
}

func (m *median) row(j int) ([]int32, []int64) {
	a, b := m.rowStart[j], m.rowStart[j+1]
	return m.rowCol[a:b], m.rowCost[a:b]
}

func (m *median) column(i int) ([]int32, []int64) {
	a, b := m.colStart[i], m.colStart[i+1]
	return m.colRow[a:b], m.colCost[a:b]
}

// newMedian builds the problem from the costs of an allocation.
func newMedian(p *Problem, a allocation) *median {
	mx, cost := p.Matrix, a.cost
	m := &median{demands: mx.Demands(), columns: mx.Candidates(), pick: p.Sites, role: make([]int8, mx.Candidates())}
	m.rest, m.price = make([]int64, m.demands), make([]int64, m.columns)
	for j := range m.rest {
		m.rest[j] = a.left(j) * p.weight(j)
	}
	for i, shut := range p.shut() {
		if shut {
			m.role[i] = roleOut
		}
	}
	for _, i := range p.Locked {
		m.role[i] = roleIn
	}
	for _, i := range p.Fixed {
		m.role[i] = roleOut
		js, cs := mx.column(int(i))
		for n, j := range js {
			if c := cost(int(j), int64(cs[n])); c >= 0 {
				m.rest[j] = min(m.rest[j], c*p.weight(int(j)))
			}
		}
	}
	m.fill(p, cost)
	return m
}

func (m *median) fill(p *Problem, cost func(j int, c int64) int64) {
	m.rowStart = make([]int32, m.demands+1)
	m.colStart = make([]int32, m.columns+1)
	for i := range m.columns {
		js, cs := p.Matrix.column(i)
		for n, j := range js {
			c := cost(int(j), int64(cs[n]))
			if m.role[i] == roleOut || c < 0 || c*p.weight(int(j)) >= m.rest[j] {
				continue
			}
			m.colRow = append(m.colRow, j)
			m.colCost = append(m.colCost, c*p.weight(int(j)))
			m.rowStart[j+1]++
		}
		m.colStart[i+1] = int32(len(m.colRow))
	}
	for j := range m.demands {
		m.rowStart[j+1] += m.rowStart[j]
	}
	type option struct {
		cost   int64
		column int32
	}
	options := make([]option, len(m.colRow))
	next := slices.Clone(m.rowStart)
	for i := range m.columns {
		js, cs := m.column(i)
		for n, j := range js {
			options[next[j]] = option{cs[n], int32(i)}
			next[j]++
		}
	}
	m.rowCol, m.rowCost = make([]int32, len(options)), make([]int64, len(options))
	for j := range m.demands {
		own := options[m.rowStart[j]:m.rowStart[j+1]]
		slices.SortFunc(own, func(a, b option) int {
			if a.cost != b.cost {
				return cmp.Compare(a.cost, b.cost)
			}
			return cmp.Compare(a.column, b.column)
		})
		for n, o := range own {
			m.rowCol[int(m.rowStart[j])+n], m.rowCost[int(m.rowStart[j])+n] = o.column, o.cost
		}
	}
}

// compact drops the pairs of columns that are out.
func (m *median) compact(role []int8) *median {
	c := *m
	c.role = slices.Clone(role)
	c.rowStart, c.rowCol, c.rowCost = make([]int32, m.demands+1), nil, nil
	for j := range m.demands {
		cols, costs := m.row(j)
		for n, i := range cols {
			if role[i] != roleOut {
				c.rowCol, c.rowCost = append(c.rowCol, i), append(c.rowCost, costs[n])
			}
		}
		c.rowStart[j+1] = int32(len(c.rowCol))
	}
	return &c
}
