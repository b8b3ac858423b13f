package locate

import "math"

const (
	maxInnerSteps = 60
	innerPrecise  = 1e-9  // of the objective: bound and relaxed value agree
	tiny          = 1e-13 // what is left of a distance to 1 that has vanished: the next step divides by it
)

// run steps until the bound falls to target or below, until bound and relaxed value agree, or until they say that target
// cannot be reached: a node that has to be split anyway needs no last digits. The best multipliers are left in r.best, the
// point in r.avgX; the bound is returned.
func (q *interior) run(r *relaxation, target float64, stop func() bool) float64 {
	q.begin(r.x.y)
	r.bound = math.Inf(1)
	for n := range maxInnerSteps {
		q.step()
		r.Steps++
		if math.IsNaN(q.y[0]) { // rounding has won; the bounds so far stand
			break
		}
		if n < 3 {
			continue
		}
		q.export(r)
		bound := r.try(&r.d)
		if r.bound <= target || stop() {
			break
		}
		value := q.value(r)
		if bound-value <= innerPrecise*math.Abs(bound) || value > target && bound-value < 0.03*(value-target) {
			break
		}
		if q.primal < 1e-3 && q.dual < 1e-3 {
			break
		}
	}
	r.x.set(r.avgX)
	return r.bound
}

// step does one predictor–corrector step.
func (q *interior) step() {
	mu := q.measure()
	q.build()
	q.m.factor()
	q.solve(0, false)
	q.lengths()
	after := q.ahead()
	sigma := after / q.complementary
	q.remember()
	q.solve(sigma*sigma*sigma*mu, true)
	q.lengths()
	q.move(0.995)
}

// measure sums the products that are to vanish and returns their mean.
func (q *interior) measure() float64 {
	sum, n := 0.0, 0
	for k := range q.rows {
		row := &q.rows[k]
		sum += row.s * row.l
		n++
		if !row.must {
			sum += (1 - row.z) * (row.w - row.k*row.l)
			n++
		}
	}
	for i, y := range q.y {
		sum += y*q.a[i] + (1-y)*q.b[i]
		n += 2
	}
	for k := range q.caps {
		sum += q.caps[k].h * q.caps[k].rho
		n++
	}
	q.complementary, q.products = sum, n
	return sum / float64(n)
}

// build forms the Newton matrix of y and the dual residual.
func (q *interior) build() {
	n := len(q.ids)
	clear(q.m.m)
	for i, id := range q.ids {
		y := q.y[i]
		q.m.row(i)[i] = q.a[i]/y + q.b[i]/(1-y)
		q.rd[i] = q.a[i] - q.b[i] - float64(q.c.price[id])/q.scale
	}
	for k := range q.caps {
		p := &q.caps[k]
		f := p.rho / p.h
		for a, i := range p.cols {
			q.rd[i] -= p.rho * p.use[a]
			row, fu := q.m.row(int(i)), f*p.use[a]
			for b, j := range p.cols[:a+1] {
				row[j] += fu * p.use[b]
			}
		}
	}
	for k := range q.rows {
		row := &q.rows[k]
		d := row.l / row.s
		if !row.must {
			nu := row.w - row.k*row.l
			d = row.l * nu / (row.s*nu + row.k*row.k*row.l*(1-row.z))
		}
		cols := q.cols[row.from:row.to]
		for a, i := range cols {
			q.rd[i] += row.l
			line := q.m.m[int(i)*n:]
			for _, j := range cols[:a+1] {
				line[j] += d
			}
		}
	}
}

// solve computes the changes that bring all products to mu; the corrector takes the predictor's own products into account.
func (q *interior) solve(mu float64, correct bool) {
	for i, y := range q.y {
		q.rhs[i] = q.rd[i] + mu/y - q.a[i] - mu/(1-y) + q.b[i]
		if correct {
			q.rhs[i] -= q.da[i]/y + q.db[i]/(1-y)
		}
	}
	for k := range q.rows {
		row := &q.rows[k]
		g := row.pull(mu, q.sum(row)-row.k*row.z-row.s)
		for _, i := range q.cols[row.from:row.to] {
			q.rhs[i] += g
		}
	}
	for k := range q.caps {
		p := &q.caps[k]
		g := p.pull(mu, p.most-p.used(q.y)-p.h) / p.h
		for n, i := range p.cols {
			q.rhs[i] -= p.use[n] * g
		}
	}
	copy(q.dy, q.rhs)
	q.m.solve(q.dy)
	q.expand(mu, correct)
}

// pull is the change of the row's multiplier when y stays: (r₁ν − k·λ·r₂) / (s·ν + k²·λ·t), r₁/s for required rows.
// residual is what the row's equation misses.
func (row *innerRow) pull(mu, residual float64) float64 {
	r1 := mu - row.s*row.l - row.e1 - row.l*residual
	if row.must {
		return r1 / row.s
	}
	t, nu := 1-row.z, row.w-row.k*row.l
	r2 := mu - t*nu - row.e2
	return (r1*nu - row.k*row.l*r2) / (row.s*nu + row.k*row.k*row.l*t)
}

func (p *innerPack) pull(mu, residual float64) float64 {
	return mu - p.h*p.rho - p.e - p.rho*residual
}

// expand computes from the change of y those of everything else.
func (q *interior) expand(mu float64, correct bool) {
	for k := range q.rows {
		row := &q.rows[k]
		residual := q.sum(row) - row.k*row.z - row.s
		du := 0.0
		for _, i := range q.cols[row.from:row.to] {
			du += q.dy[i]
		}
		g := row.pull(mu, residual)
		if row.must {
			row.dl = g - row.l/row.s*du
			row.ds = du + residual
			continue
		}
		t, nu := 1-row.z, row.w-row.k*row.l
		row.dl = g - row.l*nu/(row.s*nu+row.k*row.k*row.l*t)*du
		row.dz = -(mu - t*nu - row.e2 + row.k*t*row.dl) / nu
		row.ds = du - row.k*row.dz + residual
	}
	for k := range q.caps {
		p := &q.caps[k]
		residual, dv := p.most-p.used(q.y)-p.h, p.used(q.dy)
		p.drho = (p.pull(mu, residual) + p.rho*dv) / p.h
		p.dh = residual - dv
	}
	for i, y := range q.y {
		ea, eb := 0.0, 0.0
		if correct {
			ea, eb = q.da[i], q.db[i]
		}
		q.da[i] = (mu - ea - y*q.a[i] - q.a[i]*q.dy[i]) / y
		q.db[i] = (mu - eb - (1-y)*q.b[i] + q.b[i]*q.dy[i]) / (1 - y)
	}
}

// remember keeps the products of the predictor's changes, which the corrector subtracts.
func (q *interior) remember() {
	for k := range q.rows {
		row := &q.rows[k]
		row.e1, row.e2 = row.ds*row.dl, row.k*row.dz*row.dl // Δt·Δν = (−Δz)(−k·Δλ)
	}
	for k := range q.caps {
		q.caps[k].e = q.caps[k].dh * q.caps[k].drho
	}
	for i, dy := range q.dy {
		q.da[i] *= dy
		q.db[i] *= -dy
	}
}

// lengths finds how far primal and dual may go before something turns negative.
func (q *interior) lengths() {
	p, d := 1.0, 1.0
	limit := func(at, change float64, length *float64) {
		if change < 0 && -at > *length*change {
			*length = -at / change
		}
	}
	for k := range q.rows {
		row := &q.rows[k]
		limit(row.s, row.ds, &p)
		limit(row.l, row.dl, &d)
		if !row.must {
			limit(1-row.z, -row.dz, &p)
			limit(row.w-row.k*row.l, -row.k*row.dl, &d)
		}
	}
	for k := range q.caps {
		limit(q.caps[k].h, q.caps[k].dh, &p)
		limit(q.caps[k].rho, q.caps[k].drho, &d)
	}
	for i, y := range q.y {
		limit(y, q.dy[i], &p)
		limit(1-y, -q.dy[i], &p)
		limit(q.a[i], q.da[i], &d)
		limit(q.b[i], q.db[i], &d)
	}
	q.primal, q.dual = p, d
}

// ahead is the sum of all products after the full predictor step.
func (q *interior) ahead() float64 {
	p, d := q.primal, q.dual
	sum := 0.0
	for k := range q.rows {
		row := &q.rows[k]
		sum += (row.s + p*row.ds) * (row.l + d*row.dl)
		if !row.must {
			sum += (1 - row.z - p*row.dz) * (row.w - row.k*(row.l+d*row.dl))
		}
	}
	for k := range q.caps {
		sum += (q.caps[k].h + p*q.caps[k].dh) * (q.caps[k].rho + d*q.caps[k].drho)
	}
	for i, y := range q.y {
		sum += (y+p*q.dy[i])*(q.a[i]+d*q.da[i]) + (1-y-p*q.dy[i])*(q.b[i]+d*q.db[i])
	}
	return sum
}

// move takes the step, a little short of where something would vanish.
func (q *interior) move(share float64) {
	p, d := min(1, share*q.primal), min(1, share*q.dual)
	for k := range q.rows {
		row := &q.rows[k]
		row.s += p * row.ds
		row.l += d * row.dl
		if !row.must {
			row.z = min(row.z+p*row.dz, 1-tiny)
			row.l = min(row.l, row.w/row.k*(1-tiny))
		}
		row.e1, row.e2 = 0, 0
	}
	for k := range q.caps {
		c := &q.caps[k]
		c.h += p * c.dh
		c.rho += d * c.drho
		c.e = 0
	}
	for i := range q.y {
		q.y[i] = min(max(q.y[i]+p*q.dy[i], tiny), 1-tiny)
		q.a[i] += d * q.da[i]
		q.b[i] += d * q.db[i]
	}
}
