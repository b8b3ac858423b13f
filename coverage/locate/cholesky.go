package locate

import "math"

// cholesky is a symmetric positive definite matrix, of which only the lower triangle is held, row after row, and after
// factor its factor L with M = L·Lᵀ.
type cholesky struct {
	n int
	m []float64 // row·n + column
}

func newCholesky(n int) *cholesky { return &cholesky{n, make([]float64, n*n)} }

func (a *cholesky) row(i int) []float64 { return a.m[i*a.n : (i+1)*a.n] }

// factor replaces the matrix by its factor; a pivot that rounding has made too small is raised. Cost: n³/6
// multiplications, four rows at a time so that each row of the factor is read from memory once for four.
func (a *cholesky) factor() {
	most := 0.0
	for i := range a.n {
		most = max(most, a.row(i)[i])
	}
	least := max(most*1e-14, math.SmallestNonzeroFloat64)
	for i := 0; i < a.n; i += 4 {
		high := min(i+4, a.n)
		if high-i == 4 {
			a.eliminateFour(i)
		}
		for k := i; k < high; k++ {
			from := i
			if high-i < 4 {
				from = 0
			}
			a.finishRow(k, from, least)
		}
	}
}

// eliminateFour computes the entries of rows i…i+3 left of column i.
func (a *cholesky) eliminateFour(i int) {
	r0, r1, r2, r3 := a.row(i), a.row(i+1), a.row(i+2), a.row(i+3)
	for j := range i {
		l := a.row(j)[: j+1 : j+1]
		p0, p1, p2, p3 := r0[:len(l)], r1[:len(l)], r2[:len(l)], r3[:len(l)]
		var s0, s1, s2, s3 float64
		for k, v := range l[:j] {
			s0 += v * p0[k]
			s1 += v * p1[k]
			s2 += v * p2[k]
			s3 += v * p3[k]
		}
		d := 1 / l[j]
		p0[j] = (p0[j] - s0) * d
		p1[j] = (p1[j] - s1) * d
		p2[j] = (p2[j] - s2) * d
		p3[j] = (p3[j] - s3) * d
	}
}

// finishRow computes the entries of row k from a column on, diagonal included.
func (a *cholesky) finishRow(k, from int, least float64) {
	r := a.row(k)
	for j := from; j < k; j++ {
		r[j] = (r[j] - dot(r[:j], a.row(j)[:j])) / a.row(j)[j]
	}
	r[k] = math.Sqrt(max(r[k]-dot(r[:k], r[:k]), least))
}

// solve replaces b by the solution of M·x = b.
func (a *cholesky) solve(b []float64) {
	for i := range a.n {
		r := a.row(i)
		b[i] = (b[i] - dot(r[:i], b[:i])) / r[i]
	}
	for i := a.n - 1; i >= 0; i-- {
		r := a.row(i)
		b[i] /= r[i]
		v := b[i]
		for k, l := range r[:i] {
			b[k] -= l * v
		}
	}
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	sum := 0.0
	for k, v := range a {
		sum += v * b[k]
	}
	return sum
}
