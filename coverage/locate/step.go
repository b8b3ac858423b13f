package locate

import (
	"cmp"
	"math"
	"slices"
)

// rewards fills r.reward: what opening each column earns under the multipliers d, price paid.
func (r *relaxation) rewards(d *dual) {
	c := r.c
	for i := range r.reward {
		sum := -float64(c.price[i])
		for _, row := range c.rowsOf(i) {
			sum += d.row[row]
		}
		r.reward[i] = sum
	}
	for q, p := range c.packs {
		if rho := d.pack[q]; rho != 0 {
			for n, i := range p.cols {
				r.reward[i] -= rho * float64(p.use[n])
			}
		}
	}
}

// classReward returns the coefficient of z_k under the multipliers d.
func (c *cover) classReward(d *dual, k int) float64 {
	w := float64(c.profit[k])
	if d.floor != 0 {
		w += d.floor * float64(c.people[k])
	}
	if g := c.group[k]; g >= 0 {
		w += d.group[g] * float64(c.people[k])
	}
	for n := c.classStart[k]; n < c.classStart[k+1]; n++ {
		w -= d.row[n] * float64(c.need[n])
	}
	return w
}

// evaluate returns the Lagrangian bound under d, with r.reward filled, and the least reward that is still chosen and the
// greatest that is not (both at least 0 when fewer columns than allowed earn anything).
func (r *relaxation) evaluate(d *dual) (bound, worstIn, bestOut float64) {
	c := r.c
	r.rewards(d)
	sum := float64(c.base)
	for k := range c.profit {
		w := c.classReward(d, k)
		if w > 0 || c.must[k] {
			sum += w
		}
	}
	sum -= d.floor * float64(max(0, c.floor))
	for g, mu := range d.group {
		sum -= mu * float64(max(0, c.groupFloor[g]))
	}
	for q, rho := range d.pack {
		sum += rho * float64(c.packs[q].most)
	}
	left := c.pick
	r.order = r.order[:0]
	for i, role := range r.role {
		switch {
		case role == roleIn:
			sum += r.reward[i]
			left--
		case role == roleFree && r.reward[i] > 0:
			r.order = append(r.order, r.reward[i])
		}
	}
	if len(r.order) > left {
		slices.Sort(r.order)
		slices.Reverse(r.order)
		if left > 0 {
			worstIn = r.order[left-1]
		}
		bestOut = r.order[max(left, 0)]
	}
	for _, v := range r.order[:max(0, min(left, len(r.order)))] {
		sum += v
	}
	return sum, worstIn, bestOut
}

// margin is added to floating bounds before they are rounded down to whole units.
func margin(bound float64) float64 { return 1e-6 + 1e-11*math.Abs(bound) }

// project moves v to the nearest point (in the metric of tauY) with roles kept, 0 ≤ y ≤ 1 and Σ y ≤ pick.
func (r *relaxation) project(v []float64) {
	lo, hi := 0.0, 0.0
	if pick := float64(r.c.pick); r.clippedSum(v, 0) > pick {
		for i, role := range r.role {
			if role == roleFree {
				hi = max(hi, v[i]/r.tauY[i])
			}
		}
		for n := 0; n < 50 && hi-lo > 1e-12*hi; n++ {
			if mid := (lo + hi) / 2; r.clippedSum(v, mid) > pick {
				lo = mid
			} else {
				hi = mid
			}
		}
	}
	for i := range v {
		v[i] = r.clipped(v[i], i, hi)
	}
}

func (r *relaxation) clipped(v float64, i int, theta float64) float64 {
	switch r.role[i] {
	case roleIn:
		return 1
	case roleOut:
		return 0
	}
	return min(1, max(0, v-theta*r.tauY[i]))
}

func (r *relaxation) clippedSum(v []float64, theta float64) float64 {
	sum := 0.0
	for i := range v {
		sum += r.clipped(v[i], i, theta)
	}
	return sum
}

// step does one primal and one dual step and adds the new point to the running average.
func (r *relaxation) step() {
	r.rewards(&r.d)
	c, y, z := r.c, r.x.y, r.x.z
	for i := range r.next {
		r.next[i] = y[i] + r.tauY[i]/r.weight*r.reward[i]
	}
	r.project(r.next)
	for i, v := range r.next {
		r.next[i], y[i] = 2*v-y[i], v
	}
	for k := range z {
		low := 0.0
		if c.must[k] {
			low = 1
		}
		v := min(1, max(low, z[k]+r.tauZ[k]/r.weight*c.classReward(&r.d, k)))
		r.nextZ[k], z[k] = 2*v-z[k], v
	}
	r.dualStep()
	r.Steps++
	r.count++
	r.average()
}

// dualStep moves the multipliers along what the extrapolated point r.next, r.nextZ breaks.
func (r *relaxation) dualStep() {
	c, d := r.c, &r.d
	free := c.floor <= 0 && len(c.groupFloor) == 0
	for k, z := range r.nextZ {
		for n := c.classStart[k]; n < c.classStart[k+1]; n++ {
			sum := 0.0
			for _, i := range c.columnsOf(int(n)) {
				sum += r.next[i]
			}
			v := max(0, d.row[n]-r.weight*r.sigmaR[n]*(sum-float64(c.need[n])*z))
			if free && !c.must[k] {
				v = min(v, float64(c.profit[k])/float64(c.need[n]))
			}
			d.row[n] = v
		}
	}
	if c.floor > 0 || len(c.groupFloor) > 0 {
		r.floorStep()
	}
	for q, p := range c.packs {
		sum := 0.0
		for n, i := range p.cols {
			sum += float64(p.use[n]) * r.next[i]
		}
		d.pack[q] = max(0, d.pack[q]-r.weight*r.sigmaP[q]*(float64(p.most)-sum))
	}
}

func (r *relaxation) floorStep() {
	c, d := r.c, &r.d
	total := 0.0
	clear(r.groupSum)
	for k, z := range r.nextZ {
		v := float64(c.people[k]) * z
		total += v
		if g := c.group[k]; g >= 0 {
			r.groupSum[g] += v
		}
	}
	if c.floor > 0 {
		d.floor = max(0, d.floor-r.weight*r.sigmaF*(total-float64(c.floor)))
	}
	for g, f := range c.groupFloor {
		if f > 0 {
			d.group[g] = max(0, d.group[g]-r.weight*r.sigmaG[g]*(r.groupSum[g]-float64(f)))
		}
	}
}

// average folds the present point into the averages since the last restart.
func (r *relaxation) average() {
	t := 1 / float64(r.count)
	blend(r.avgX.y, r.x.y, t)
	blend(r.avgX.z, r.x.z, t)
	blend(r.avgD.row, r.d.row, t)
	blend(r.avgD.group, r.d.group, t)
	blend(r.avgD.pack, r.d.pack, t)
	r.avgD.floor += t * (r.d.floor - r.avgD.floor)
}

func blend(avg, v []float64, t float64) {
	for i := range avg {
		avg[i] += t * (v[i] - avg[i])
	}
}

// restart continues from the average when that is the better point, and rebalances primal and dual steps by how far each
// side has moved since the last restart.
func (r *relaxation) restart(toAverage bool) {
	if toAverage {
		r.x.set(r.avgX)
		r.d.set(r.avgD)
	}
	dx, dd := 0.0, 0.0
	for i, v := range r.x.y {
		dx += (v - r.startX.y[i]) * (v - r.startX.y[i]) / r.tauY[i]
	}
	for k, v := range r.x.z {
		dx += (v - r.startX.z[k]) * (v - r.startX.z[k]) / r.tauZ[k]
	}
	for n, v := range r.d.row {
		dd += (v - r.startD.row[n]) * (v - r.startD.row[n]) / r.sigmaR[n]
	}
	if dx > 1e-12 && dd > 1e-12 {
		r.weight = math.Exp(0.5*math.Log(math.Sqrt(dd/dx)) + 0.5*math.Log(r.weight))
	}
	r.begin()
}

// begin starts a new average at the present point.
func (r *relaxation) begin() {
	r.startX.set(r.x)
	r.startD.set(r.d)
	r.avgX.set(r.x)
	r.avgD.set(r.d)
	r.count = 0
}

// run steps until the bound falls to target or below, or the steps are used up, or no more progress is seen. It returns
// the best bound; r.best holds its multipliers and r.avgX the averaged relaxed point.
func (r *relaxation) run(target float64, steps int, stop func() bool) float64 {
	r.begin()
	r.bound = math.Inf(1)
	last, stall := math.Inf(1), 0
	for n := 1; n <= steps; n++ {
		r.step()
		if n%checkEvery != 0 && n != steps {
			continue
		}
		current, average := r.try(&r.d), r.try(&r.avgD)
		if r.bound <= target || stop() {
			break
		}
		if r.count >= restartEvery || r.count*3 >= n {
			r.restart(average < current)
		}
		if last-r.bound < 1e-4*math.Abs(r.bound-target) {
			if stall++; stall >= 6 {
				break
			}
		} else {
			stall = 0
		}
		last = r.bound
	}
	return r.bound
}

const (
	checkEvery   = 20  // steps between two looks at the bound
	restartEvery = 200 // steps after which the average starts anew at the latest
)

// try evaluates the multipliers and keeps them when they give the best bound at this node.
func (r *relaxation) try(d *dual) float64 {
	bound, _, _ := r.evaluate(d)
	if bound < r.bound {
		r.bound = bound
		r.best.set(*d)
	}
	return bound
}

// rounded returns the columns of the averaged relaxed point, the fullest first, ties to the lower id.
func (r *relaxation) rounded() []int32 {
	var columns []int32
	for i, v := range r.avgX.y {
		if v > 1e-3 {
			columns = append(columns, int32(i))
		}
	}
	slices.SortStableFunc(columns, func(a, b int32) int {
		return -cmp.Compare(r.avgX.y[a], r.avgX.y[b])
	})
	return columns
}
