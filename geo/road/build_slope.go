package road

import (
	"math"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// hillside is the height profile along a chain: heights at even spacing, the gradient between them constant.
type hillside struct {
	slope   *Slope
	spacing float64
	heights []float64
}

// newHillside samples the ground along a chain. Under bridges and tunnels, and where elevation is not known, the height is interpolated
// between the nearest samples on either side.
func newHillside(s shape, b *builder) *hillside {
	length := geo.Length(s.line)
	pieces := int(math.Ceil(length / b.profile.Slope.StepM))
	if pieces == 0 || pieces > 1<<20 {
		return &hillside{slope: b.profile.Slope, spacing: 1, heights: []float64{0}}
	}
	h := &hillside{b.profile.Slope, length / float64(pieces), make([]float64, pieces+1)}
	segment, run, start := 0, 0, 0.0
	for i := range h.heights {
		at := float64(i) * h.spacing
		size := geo.Distance(s.line[segment], s.line[segment+1])
		for segment+2 < len(s.line) && start+size < at {
			start += size
			segment++
			size = geo.Distance(s.line[segment], s.line[segment+1])
		}
		for run+1 < len(s.runs) && s.runs[run+1].first <= segment {
			run++
		}
		height, ok := b.elevation(between(s.line[segment], s.line[segment+1], (at-start)/max(size, 1e-9)))
		inside := i > 0 && i < pieces
		if !ok || math.IsNaN(height) || inside && s.runs[run].rule.spans {
			height = math.NaN()
		}
		h.heights[i] = height
	}
	fillGaps(h.heights)
	return h
}

func between(a, b orb.Point, share float64) orb.Point {
	share = min(max(share, 0), 1)
	return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
}

// fillGaps interpolates over NaN, extends the ends level, and makes a list without any number flat.
func fillGaps(heights []float64) {
	last := -1
	for i, height := range heights {
		if math.IsNaN(height) {
			continue
		}
		for k := last + 1; k < i; k++ {
			heights[k] = height
			if last >= 0 {
				heights[k] = heights[last] + (height-heights[last])*float64(k-last)/float64(i-last)
			}
		}
		last = i
	}
	for k := last + 1; k < len(heights); k++ {
		heights[k] = 0
		if last >= 0 {
			heights[k] = heights[last]
		}
	}
}

// flatMetres is how many metres of flat road take as long as the road from one place along the chain to another; to may be before from.
func (h *hillside) flatMetres(from, to, kmh float64) float64 {
	low, high, sign := from, to, 1.0
	if to < from {
		low, high, sign = to, from, -1
	}
	pieces := len(h.heights) - 1
	if pieces == 0 || kmh == 0 {
		return high - low
	}
	sum := 0.0
	for i := min(int(low/h.spacing), pieces-1); i < pieces && float64(i)*h.spacing < high; i++ {
		a, b := max(low, float64(i)*h.spacing), min(high, float64(i+1)*h.spacing)
		if i == pieces-1 {
			b = high
		}
		if b > a {
			sum += (b - a) / h.slope.factor(sign*(h.heights[i+1]-h.heights[i])/h.spacing, kmh)
		}
	}
	return sum
}
